"""From the register of requests to those a page shows, and from one to the screen that fulfils it."""

from dataclasses import dataclass

from django.db.models import F
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from recipients.models import Recipient, RightsRequest
from recipients.models.rights import RightsRequestQuerySet

from .rights import RequestFilterForm

STATES: dict[str, Promise] = {
    "otwarte": _("still open"),
    "po-terminie": _("past their deadline"),
    "zamkniete": _("already closed"),
}
Kind = RightsRequest.Kind


@dataclass(frozen=True, slots=True)
class Screen:
    """Where a right is exercised: the address, the words of the button."""

    url: str
    label: str | Promise


# Kind → name of the address, permission, words; VIEW is fulfilled by the copy of data.
SCREENS: dict[str, tuple[str, str, Promise]] = {
    Kind.CORRECT: ("recipient-edit", "recipients.change_recipient", _("Correct the data")),
    Kind.COMPLETE: ("recipient-edit", "recipients.change_recipient", _("Complete the data")),
    Kind.UPDATE: ("recipient-edit", "recipients.change_recipient", _("Bring the data up to date")),
    Kind.RECTIFY: ("recipient-edit", "recipients.change_recipient", _("Rectify the data")),
    Kind.RESTRICT: (
        "recipient-restrict",
        "recipients.restrict_recipient",
        _("Restrict the account"),
    ),
    Kind.SUSPEND: ("recipient-suspend", "recipients.change_recipient", _("Suspend the account")),
    Kind.RESUME: ("recipient-resume", "recipients.change_recipient", _("Resume the account")),
    Kind.ERASE: ("recipient-erase", "recipients.erase_recipient", _("Erase the data")),
}


def filtered(
    rows: RightsRequestQuerySet, form: RequestFilterForm, state: str
) -> RightsRequestQuerySet:
    """Open ones by their deadline, then the newest closed ones."""
    if state == "otwarte":
        rows = rows.open()
    elif state == "po-terminie":
        rows = rows.late()
    elif state == "zamkniete":
        rows = rows.filter(closed_at__isnull=False)
    values = form.cleaned_data if form.is_valid() else {}
    wanted = {name: values[name] for name in ("kind", "how") if values.get(name)}
    ordered = rows.filter(**wanted).order_by(F("closed_at").desc(nulls_first=True), "due_on", "pk")
    return ordered.select_related("recipient", "closed_by")


def screen_of(row: RightsRequest, user: User) -> Screen | None:
    """The page that does what is asked for, where it still can be and `user` may do it."""
    if not row.is_open or row.recipient.state in Recipient.GONE:
        return None
    if row.kind == Kind.VIEW:
        if not user.has_perm("recipients.copy_recipient"):
            return None
        return Screen(reverse("person-copy", args=[row.recipient_id]), _("Make the copy of data"))
    name, permission, label = SCREENS[row.kind]
    if not user.has_perm(permission):
        return None
    return Screen(f"{reverse(name, args=[row.recipient_id])}?wniosek={row.pk}", label)
