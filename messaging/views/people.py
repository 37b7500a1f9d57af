"""From a name typed in the audience builder to people who can be ticked."""

from dataclasses import dataclass

from django import forms

from admin_module import audit
from admin_module.http import StaffRequest
from messaging.forms.audience import people_shown
from recipients import search
from recipients.models import Recipient

MOST_FOUND = 12


@dataclass(frozen=True, slots=True)
class Person:
    pk: int
    words: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class PeoplePicker:
    """One search field, the people ticked so far, and those just found."""

    prefix: str
    allowed: bool
    typed: str
    people: tuple[Person, ...]

    @property
    def name(self) -> str:
        return f"{self.prefix}-people" if self.prefix else "people"

    @property
    def query_name(self) -> str:
        return f"{self.prefix}-person" if self.prefix else "person"

    @property
    def action(self) -> str:
        return f"find-{self.prefix}" if self.prefix else "find"

    @classmethod
    def read(cls, request: StaffRequest, block: forms.Form) -> "PeoplePicker":
        """Names are shown only to staff who may open people's cards; others see identifiers."""
        allowed = request.user.has_perm("recipients.view_recipient")
        picker = cls(str(block.prefix or ""), allowed, "", ())
        typed = request.POST.get(picker.query_name, "").strip()
        asked = request.POST.get("action") == picker.action
        chosen = [str(one) for one in block["people"].value() or ()]
        found = _find(request, typed) if asked and allowed and typed else []
        rows = {row.pk: row for row in people_shown([*chosen, *found], by=request.user)}
        people = tuple(
            Person(row.pk, _words(row) if allowed else row.identifier, str(row.pk) in chosen)
            for row in rows.values()
        )
        if allowed and people and (asked or not request.htmx):
            shown: dict[str, object] = {"recipients": [person.pk for person in people]}
            audit.record("recipient.listed", "recipients.recipient", by=request.user, detail=shown)
        return cls(picker.prefix, allowed, typed if asked else "", people)


def _find(request: StaffRequest, typed: str) -> list[int]:
    return search.search(typed, by=request.user).ids[:MOST_FOUND]


def _words(person: Recipient) -> str:
    identity, address = person.identity, person.address
    if identity is None:
        return person.identifier
    name = f"{identity.first_name} {identity.last_name} ({identity.birth_date.year})"
    return f"{name}, {address.street} {address.house}" if address else name
