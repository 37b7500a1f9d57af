"""From one message and a reason to a sealed file of its deliveries: who, by which way, with what effect.

No address and no text is in it. Whoever is erased is in no such file any more (recipients.exports.exporting).
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module import audit
from admin_module.models import User
from admin_module.templatetags.icp_ui import channel_name
from messaging.ledger.progress import STATES_OF_GROUP
from messaging.models import Delivery, Message
from messaging.trace.explaining import why
from recipients import jobs
from recipients.exports import exported_columns, exported_tables, exporting
from recipients.models import CONTACT_KINDS, Export, ExportOrder, Job, OfficeFile, bits_of

KIND = "message_deliveries_export"
CHUNK = 1000  # deliveries
OF_PERSON = ("identifier", "last_name", "first_name")  # of exported_columns.COLUMNS
HEADS: tuple[Promise, ...] = (
    *(exported_columns.COLUMNS[name].label for name in OF_PERSON),
    gettext_lazy("Channel"),
    gettext_lazy("State"),
    gettext_lazy("What became of it"),
    gettext_lazy("Provider’s code"),
    gettext_lazy("Number at the provider"),
    gettext_lazy("Since"),
    gettext_lazy("Tries"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A channel and a group of states, as the list of deliveries filters them; empty: all."""

    channel: str
    group: str
    layout: str
    reason: str


def order(message: Message, wanted: Wanted, *, by: User, form_key: uuid.UUID) -> Job:
    """Leave the job that makes the file; asking twice with the same key gives the same one."""
    detail: dict[str, int | str] = {
        "message": message.pk,
        "channel": wanted.channel,
        "group": wanted.group,
    }
    with transaction.atomic():
        job = jobs.order(KIND, detail, by=by, form_key=form_key)
        if Export.objects.filter(job=job).exists():
            return job
        Export.objects.create(
            job=job,
            whom=f"message:{message.pk}",
            layout=wanted.layout,
            columns=list(OF_PERSON),
            order=ExportOrder(wanted.reason, str(_("Deliveries: %s") % message.text.title)),
        )
        told: dict[str, object] = {**detail, "layout": wanted.layout}
        audit.record(
            "message.deliveries_exported", message, by=by, detail=told, reason=wanted.reason
        )
    return job


def chosen(detail: dict[str, Any], by: User) -> QuerySet[Delivery]:
    """In the order of the unique index (message, recipient, channel)."""
    visible = Message.objects.visible_to(by).filter(pk=detail["message"])
    found = Delivery.objects.filter(message__in=visible.values("pk"), recipient__isnull=False)
    if detail["channel"] in CONTACT_KINDS:
        found = found.filter(channel=detail["channel"])
    if detail["group"] in STATES_OF_GROUP:
        found = found.filter(state__in=STATES_OF_GROUP[detail["group"]])
    return found.order_by("recipient_id", "channel")


def _do(work: jobs.Work) -> OfficeFile:
    """Write the file; anew where somebody who is in it was erased meanwhile."""
    export = Export.objects.get(job=work.job)
    for _try in range(exporting.MOST_TRIES):
        found = chosen(work.job.detail, work.by)
        people = sorted(set(found.values_list("recipient_id", flat=True)) - {None})
        # Committed before anybody is read: an erasure from now on finds this export.
        Export.objects.filter(pk=export.pk).update(
            people=bits_of(people), number=len(people), stale=False
        )
        file = _write(export, found, work)
        if not Export.objects.filter(pk=export.pk, stale=True).exists():
            work.job.counts = {"deliveries": work.job.done}
            return file
        file.forget()
    raise jobs.Failed(exporting.STALE)


def _write(export: Export, found: QuerySet[Delivery], work: jobs.Work) -> OfficeFile:
    rows = _rows(found, work)
    return exported_tables.keep(_("Deliveries"), HEADS, rows, export.layout, by=work.by)


def _rows(found: QuerySet[Delivery], work: jobs.Work) -> Iterator[Sequence[Any]]:
    around = exported_columns.Surroundings.seen_by(work.by)
    done = 0
    work.step(0, found.count())
    person, channel = 0, ""
    while True:
        onward = Q(recipient_id__gt=person) | Q(recipient_id=person, channel__gt=channel)
        part = [(row.recipient_id or 0, row) for row in found.filter(onward)[:CHUNK]]
        names = _names([pk for pk, _row in part], around, work.by)
        for pk, row in part:
            yield (*names.get(pk, _nobody()), *_cells(row))
        done += len(part)
        work.step(done)
        if len(part) < CHUNK:
            return
        person, channel = part[-1][0], part[-1][1].channel


def _names(
    ids: Sequence[int], around: exported_columns.Surroundings, by: User
) -> dict[int, list[Any]]:
    people = exported_columns.opened(sorted(set(ids)), OF_PERSON, by)
    return {one.pk: exported_columns.cells(one, OF_PERSON, around) for one in people}


def _nobody() -> tuple[str, ...]:
    """Of people of other units, and of those who were erased, not even the identifier."""
    return (str(_("outside your unit, or erased")), "", "")


def _cells(row: Delivery) -> Sequence[Any]:
    return (
        channel_name(row.channel),
        row.get_state_display(),
        why(row.channel, row.state, row.reason, row.code),
        row.code,
        row.provider_id,
        timezone.localtime(row.changed_at).strftime("%Y-%m-%d %H:%M:%S"),
        row.tries,
    )


DELIVERIES_EXPORT = jobs.Kind(
    name=KIND,
    label=gettext_lazy("export of what became of a message"),
    permission="messaging.export_delivery",
    do=_do,
    after=exporting.PEOPLE_EXPORT.after,
    own=True,
    things=gettext_lazy("deliveries"),
    counts={"deliveries": gettext_lazy("Deliveries in the file")},
    problems=exporting.PEOPLE_EXPORT.problems,
    stays=gettext_lazy("Nothing was written."),
    page="message-list",
)
