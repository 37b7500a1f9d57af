"""From a name typed in the filter editor to people who can be ticked; and all that the editor shows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django import forms
from django.db.models import QuerySet

from admin_module import audit
from admin_module.http import StaffRequest
from admin_module.scoping import Reader
from recipients.lookup import search
from recipients.models import Recipient

from .building import MOST_PEOPLE_BY_NAME, AudienceBuilder

MOST_FOUND = 12
LISTED_FROM = 6  # from so many chosen people on, a list reads better than chips


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
    most: int = MOST_PEOPLE_BY_NAME

    @property
    def name(self) -> str:
        return f"{self.prefix}-people" if self.prefix else "people"

    @property
    def query_name(self) -> str:
        return f"{self.prefix}-person" if self.prefix else "person"

    @property
    def action(self) -> str:
        return f"find-{self.prefix}" if self.prefix else "find"

    @property
    def chosen(self) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.ticked)

    @property
    def found(self) -> tuple[Person, ...]:
        return tuple(person for person in self.people if not person.ticked)

    @property
    def as_list(self) -> bool:
        return len(self.chosen) >= LISTED_FROM

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
            Person(row.pk, in_words(row) if allowed else row.identifier, str(row.pk) in chosen)
            for row in rows.values()
        )
        if allowed and people and (asked or not request.htmx):
            shown: dict[str, object] = {"recipients": [person.pk for person in people]}
            audit.record("recipient.listed", "recipients.recipient", by=request.user, detail=shown)
        return cls(picker.prefix, allowed, typed if asked else "", people)


@dataclass(frozen=True, slots=True)
class Editor:
    """What the template of the editor needs: the builder, its pickers, and where its form is."""

    builder: AudienceBuilder
    people: PeoplePicker
    not_people: PeoplePicker
    form_id: str
    find_url: str  # names of addresses
    streets_url: str
    for_group: bool = False

    @classmethod
    def read(
        cls,
        request: StaffRequest,
        builder: AudienceBuilder,
        *,
        form_id: str,
        find_url: str,
        streets_url: str,
        for_group: bool = False,
    ) -> "Editor":
        return cls(
            builder,
            PeoplePicker.read(request, builder.who),
            PeoplePicker.read(request, builder.without),
            form_id,
            find_url,
            streets_url,
            for_group,
        )

    def asked(self, action: str) -> PeoplePicker:
        """The picker whose button was pressed."""
        return self.not_people if action == self.not_people.action else self.people


def people_shown(chosen: Sequence[object], *, by: Reader) -> QuerySet[Recipient]:
    """The chosen people's rows, for the list of names under the search field."""
    return Recipient.objects.visible_to(by).filter(
        pk__in=[one for one in chosen if str(one).isdigit()]
    )


def _find(request: StaffRequest, typed: str) -> Collection[int]:
    return search.search(typed, by=request.user).ids[:MOST_FOUND]


def in_words(person: Recipient) -> str:
    identity, address = person.identity, person.address
    if identity is None:
        return person.identifier
    name = f"{identity.first_name} {identity.last_name} ({identity.birth_date.year})"
    return f"{name}, {address.street} {address.house}" if address else name
