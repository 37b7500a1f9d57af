"""What the endpoints of devices and of accounts refuse with; the words of their problems."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext_lazy as _

from icp.api.problems import PROBLEMS, Kind, Problem
from recipients.contacts.devices import Gone

PROBLEMS |= {
    "code-not-accepted": Kind(
        422,
        _("The code was not accepted"),
        _("Check the code and type it once more, or ask the office for a new one."),
    ),
    "already-paired": Kind(
        409,
        _("The device is paired already"),
        _("Disconnect the device from the account before another code is entered."),
    ),
    "account-state": Kind(
        409,
        _("The state of the account does not allow it"),
        _("Fetch the account again to see its state, or contact the office."),
    ),
    "topic-by-law": Kind(
        409,
        _("Messages of this topic come by law"),
        _("They were never agreed to, so there is nothing to withdraw."),
    ),
    "consent-needs-form": Kind(
        409,
        _("This consent needs a signed form"),
        _("Sign the consent form at the office, or send it by ePUAP."),
    ),
}


@contextmanager
def still_there() -> Iterator[None]:
    """A device that was removed while it asked is answered like one that was removed before."""
    try:
        yield
    except Gone:
        raise Problem("unauthenticated") from None
