"""From the rows of the office's boxes to what a page and the metrics say of them."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from messaging import channels
from messaging.channels.base import ChannelError
from messaging.channels.epuap import pull
from messaging.models import EpuapBox

log = logging.getLogger(__name__)
PROBLEMS = {
    "connect": _("ePUAP could not be reached."),
    "no_reply": _("ePUAP did not answer in time."),
    "garbled": _("The answer made no sense."),
    "not_trusted": _("Nobody we know signed the answer."),
    "signature": _("ePUAP refused our signature."),
    "401": _("ePUAP refused our certificate."),
    "403": _("ePUAP refused our certificate."),
    "not_configured": _("ePUAP is not configured."),
    "not_confirmed": _(
        "ePUAP took the confirmation and brings the same document again. Check which digest it"
        " wants (ICP_EPUAP_PULL_DIGEST)."
    ),
    "unreadable": _(
        "A document that is empty or too large stands first. Take it out of the box on ePUAP’s page."
    ),
    "fault": _("ICP stopped in the middle; the log says where. It is tried again."),
}
OTHER = _("ePUAP refused for now.")


@dataclass(frozen=True, slots=True)
class Shown:
    """A box for the screen; `problem` is a sentence, empty where all is well."""

    address: str
    answered_at: datetime | None
    taken_at: datetime | None
    due_at: datetime
    problem: str


def addresses() -> list[str]:
    """The boxes that the office wants to be asked; none where one of them is no box."""
    config = channels.configured("epuap")
    if not config["url"]:
        return []
    try:
        return pull.boxes(config)
    except ChannelError as error:
        log.error("Boxes of ePUAP: %s.", error)
        return []


def shown() -> list[Shown]:
    """The boxes that are asked, by their addresses."""
    return [
        Shown(
            row.address,
            row.answered_at,
            row.taken_at,
            row.due_at,
            str(PROBLEMS.get(row.problem, OTHER)) if row.problem else "",
        )
        for row in EpuapBox.objects.filter(address__in=addresses()).order_by("address")
    ]
