"""From a chunk of people to the cells of an export, in the order of the columns that were chosen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from admin_module.templatetags.icp_ui import channel_name
from consents.models import Topic
from recipients.contacts import permissions
from recipients.models import (
    CONTACT_KINDS,
    Address,
    ContactPoint,
    District,
    Identity,
    Language,
    Recipient,
    RecipientGroup,
    Sex,
)

Cell = date | str


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a chunk, opened."""

    pk: int
    identifier: str
    identity: Identity = field(repr=False)
    address: Address | None = field(repr=False)
    language: str = field(repr=False)
    state: str
    origin: str
    registered: date
    consents: int
    contacts: Mapping[str, str] = field(repr=False)
    groups: Sequence[str]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is the same for every chunk."""

    districts: Mapping[int, str]
    topics: Sequence[Topic]

    @classmethod
    def seen_by(cls, by: User) -> "Surroundings":
        districts = dict(District.objects.values_list("pk", "name"))
        return cls(districts, list(Topic.objects.visible_to(by)))


@dataclass(frozen=True, slots=True)
class Column:
    label: Promise
    value: Callable[[Person, Surroundings], Cell]
    ticked: bool = False  # in the form, before anybody chooses


def _who(name: str) -> Callable[[Person, Surroundings], Cell]:
    return lambda person, _around: getattr(person.identity, name)


def _where(name: str) -> Callable[[Person, Surroundings], Cell]:
    return lambda person, _around: getattr(person.address, name) if person.address else ""


def _way(kind: str) -> Callable[[Person, Surroundings], Cell]:
    return lambda person, _around: person.contacts.get(kind, "")


def _district(person: Person, around: Surroundings) -> Cell:
    return around.districts.get(person.address.district_id, "") if person.address else ""


def _consents(person: Person, around: Surroundings) -> Cell:
    """ "odpady: SMS, e-mail; woda: SMS" """
    given = []
    for topic in around.topics:
        kinds = [k for k in CONTACT_KINDS if permissions.may(person.consents, topic.bit, k)]
        if kinds:
            given.append(f"{topic.name}: {', '.join(channel_name(kind) for kind in kinds)}")
    return "; ".join(given)


COLUMNS: dict[str, Column] = {
    "identifier": Column(_("Identifier"), lambda person, _around: person.identifier),
    "last_name": Column(_("Last name"), _who("last_name"), ticked=True),
    "first_name": Column(_("First name"), _who("first_name"), ticked=True),
    "second_name": Column(_("Second name"), _who("second_name")),
    "birth_date": Column(_("Birth date"), _who("birth_date")),
    "sex": Column(_("Sex"), lambda person, _around: str(Sex(person.identity.sex).label)),
    "pesel": Column(_("PESEL"), _who("pesel")),
    "street": Column(_("Street"), _where("street"), ticked=True),
    "house": Column(_("House number"), _where("house"), ticked=True),
    "flat": Column(_("Flat"), _where("flat"), ticked=True),
    "postal_code": Column(_("Postal code"), _where("postal_code"), ticked=True),
    "town": Column(_("Town"), _where("town"), ticked=True),
    "district": Column(_("District"), _district),
    "email": Column(_("E-mail address"), _way("email")),
    "sms": Column(_("Mobile phone"), _way("sms")),
    "epuap": Column(_("Box on ePUAP"), _way("epuap")),
    "language": Column(
        _("Language of messages"), lambda person, _around: str(Language(person.language).label)
    ),
    "state": Column(
        _("State of the account"), lambda person, _around: str(Recipient.State(person.state).label)
    ),
    "origin": Column(
        _("Way of registration"), lambda person, _around: str(Recipient.Origin(person.origin).label)
    ),
    "registered": Column(_("Registered"), lambda person, _around: person.registered),
    "consents": Column(_("Consents"), _consents),
    "groups": Column(_("Groups"), lambda person, _around: ", ".join(person.groups)),
}
_WAYS = {"email", "sms", "epuap"}


def cells(person: Person, columns: Sequence[str], around: Surroundings) -> list[Cell]:
    return [COLUMNS[name].value(person, around) for name in columns]


def opened(ids: Sequence[int], columns: Sequence[str], by: User) -> list[Person]:
    """The people of one chunk who are there and `by`'s to see, in the order of `ids`.

    Contact data and groups are fetched only where a column asks for them.
    """
    visible = Recipient.objects.visible_to(by).filter(pk__in=ids)
    contacts = _contacts(ids) if _WAYS & set(columns) else {}
    groups = _groups(ids, by) if "groups" in columns else {}
    rows = visible.exclude(state__in=Recipient.GONE).opened(
        "identifier",
        "identity",
        "address",
        "language",
        "state",
        "origin",
        "registered_at",
        "consents",
    )
    found = {row[0]: _person(row, contacts, groups) for row in rows}
    return [found[pk] for pk in ids if pk in found]


def _person(
    row: Sequence[Any],
    contacts: Mapping[int, Mapping[str, str]],
    groups: Mapping[int, Sequence[str]],
) -> Person:
    pk, identifier, identity, address, language, state, origin, registered_at, consents = row
    return Person(
        pk=pk,
        identifier=identifier,
        identity=identity,
        address=address,
        language=language or Language.PL,
        state=state,
        origin=origin,
        registered=timezone.localdate(registered_at),
        consents=consents,
        contacts=contacts.get(pk, {}),
        groups=groups.get(pk, ()),
    )


def _contacts(ids: Sequence[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    points = ContactPoint.objects.filter(recipient_id__in=ids, kind__in=_WAYS)
    for _pk, recipient, kind, value in points.opened("recipient_id", "kind", "value"):
        found.setdefault(recipient, {})[kind] = value
    return found


def _groups(ids: Sequence[int], by: User) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    groups = RecipientGroup.objects.visible_to(by).filter(members__in=ids)
    for recipient, name in groups.order_by("name").values_list("members", "name"):
        found.setdefault(recipient, []).append(name)
    return found
