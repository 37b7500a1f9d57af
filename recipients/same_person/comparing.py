"""From two cards to a table of what each says, and to what will become of them, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recipients.address_register import addresses
from recipients.models import GIVEN_KINDS, Recipient, Sex
from recipients.people import particulars
from recipients.people.particulars import RegistrationData
from recipients.values import checks

from . import joining

LABELS: dict[str, str | Promise] = {
    "first_name": gettext_lazy("First name"),
    "second_name": gettext_lazy("Second name"),
    "last_name": gettext_lazy("Last name"),
    "pesel": gettext_lazy("PESEL"),
    "birth_date": gettext_lazy("Birth date"),
    "sex": gettext_lazy("Sex"),
    "address": gettext_lazy("Address"),
    "guardian": gettext_lazy("Guardian"),
    "email": gettext_lazy("E-mail address"),
    "sms": gettext_lazy("Mobile phone"),
    "epuap": gettext_lazy("Box on ePUAP"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is known: what the card that stays says, what the other says.

    `choose`: both say something else, so somebody must decide.
    """

    name: str
    label: str | Promise
    stays: str
    goes: str
    choose: bool


def rows(stays: Recipient, goes: Recipient) -> list[Row]:
    """What either card says, in the order of the card."""
    mine, theirs = particulars.of(stays), particulars.of(goes)
    differ = joining.differing(mine, theirs)
    table = [
        Row(name, LABELS[name], _words(name, mine), _words(name, theirs), name in differ)
        for name in (*joining.FIELDS, *GIVEN_KINDS)
    ]
    return [row for row in table if row.stays or row.goes]


def _words(name: str, data: RegistrationData) -> str:
    if name in GIVEN_KINDS:
        return _contact(name, data.contacts.get(name, ""))
    value = getattr(data, name)
    if not value:
        return ""
    if name == "birth_date":
        return date_format(value, "d.m.Y")
    if name == "address":
        return addresses.in_words(value)
    if name == "guardian":
        return " ".join(filter(None, (value.first_name, value.last_name, value.phone, value.email)))
    return str(Sex(value).label) if name == "sex" else str(value)


def _contact(kind: str, value: str) -> str:
    return checks.spaced(kind, value) if value else ""


def notes(stays: Recipient, goes: Recipient) -> list[str]:
    """What will happen besides the chosen values, in whole sentences."""
    return list(_notes(stays, goes))


def _notes(stays: Recipient, goes: Recipient) -> Iterator[str]:
    yield _(
        "The identifier %(stays)s remains. %(goes)s becomes its alias: searches and printed forms"
        " find the same card by it."
    ) % {"stays": stays.identifier, "goes": goes.identifier}
    yield _(
        "Ways to reach the person, groups, forms, scans, codes, requests and letters of both stay."
    )
    yield _("Every consent and withdrawal stays as proof; of a yes and a no the later one counts.")
    yield _("A message that is being sent comes to the person once, by each channel.")
    if stays.state != goes.state:
        yield _("The stricter state of the two accounts holds: “%(one)s” or “%(other)s”.") % {
            "one": stays.get_state_display(),
            "other": goes.get_state_display(),
        }
    if stays.unit_id != goes.unit_id:
        owner = str(stays.unit) if stays.unit else _("the office")
        yield _("The card belongs to: %(unit)s. Staff of other units will not see it.") % {
            "unit": owner
        }
