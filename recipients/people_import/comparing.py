"""From people of a file to those who are registered already, and to what differs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from icp.encryption import canon
from recipients.address_register import addresses
from recipients.models import Address, ContactPoint, Guardian, Identity, Language, Recipient
from recipients.people import duplicates
from recipients.people.particulars import RegistrationData

# Why a registered person is surely, or likely, the one of the row; surest first.
REASONS = {
    "pesel": _("the same PESEL"),
    "identifier": _("the same name, birth date and address"),
    "name_and_birth_date": _("the same name and birth date"),
    "contact_and_name": _("the same name and the same telephone, e-mail or box"),
}
FIELDS = {
    "names": _("names"),
    "birth_date": _("birth date"),
    "sex": _("sex"),
    "pesel": _("PESEL"),
    "address": _("address"),
    "guardian": _("guardian"),
    "contacts": _("telephone, e-mail, box"),
    "language": _("language of messages"),
    "consents": _("consents"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """A registered person as they stand here now."""

    recipient_id: int
    data: RegistrationData = field(repr=False)
    consents: int
    revision: int
    is_visible: bool  # to whoever imports: not of another unit


@dataclass(frozen=True, slots=True)
class Same:
    known: Known
    reason: str


def find(people: Sequence[RegistrationData], *, by: User) -> list[Same | None]:
    """For each person of a file who they are here, if anybody; a few queries for all of them."""
    identifiers = [duplicates.identifier_of(data) for data in people]
    merged_away = Recipient.objects.filter(identifier__in=identifiers, merged_into__isnull=False)
    aliases = {
        identifier: into
        for identifier, into in merged_away.values_list("identifier", "merged_into")
        if into
    }
    index = _Index(_candidates(people, identifiers, set(aliases.values()), by), aliases)
    pairs = zip(people, identifiers, strict=True)
    return [index.same(data, identifier) for data, identifier in pairs]


def _candidates(
    people: Sequence[RegistrationData], identifiers: Sequence[str], also: set[int], by: User
) -> dict[int, tuple[str, Known]]:
    """Everybody who may be one of `people`, by primary key: identifier and what is known."""
    values = {value for data in people for value in data.contacts.values() if value}
    points = ContactPoint.objects.filter(value_token__in=values)
    sought = (
        Q(pesel_token__in={data.pesel for data in people if data.pesel})
        | Q(duplicate_token__in=[data.identity() for data in people])
        | Q(identifier__in=identifiers)
        | Q(pk__in=also)
    )
    found = set(Recipient.objects.filter(sought).values_list("pk", flat=True))
    found |= set(points.values_list("recipient_id", flat=True))
    return known_people(found, by)


def known_people(pks: set[int], by: User) -> dict[int, tuple[str, Known]]:
    """People as they stand here now, opened in bulk; tombstones and merged cards are left out."""
    rows = Recipient.objects.filter(pk__in=pks, identity__isnull=False)
    contacts: Mapping[int, dict[str, str]] = defaultdict(dict)
    points = ContactPoint.objects.filter(recipient__in=pks)
    for _pk, kind, value, recipient in points.opened("kind", "value", "recipient_id"):
        contacts[recipient][kind] = value
    opened = rows.opened(
        "identifier",
        "identity",
        "address",
        "guardian",
        "language",
        "consents",
        "revision",
        "unit_id",
        chunk=2000,
    )
    return {
        pk: (
            identifier,
            Known(
                pk,
                replace(
                    _particulars(identity, address, guardian, contacts.get(pk, {})),
                    language=language or Language.PL.value,
                ),
                consents,
                revision,
                by.scope is None or unit in by.scope,
            ),
        )
        for pk, identifier, identity, address, guardian, language, consents, revision, unit in opened
    }


def _particulars(
    identity: Identity,
    address: Address | None,
    guardian: Guardian | None,
    contacts: Mapping[str, str],
) -> RegistrationData:
    return RegistrationData(
        first_name=identity.first_name,
        last_name=identity.last_name,
        second_name=identity.second_name,
        birth_date=identity.birth_date,
        sex=identity.sex,
        pesel=identity.pesel,
        address=address,
        contacts=contacts,
        guardian=guardian,
    )


class _Index:
    """Candidates by everything that tells who somebody is."""

    def __init__(
        self, candidates: Mapping[int, tuple[str, Known]], aliases: Mapping[str, int]
    ) -> None:
        self.pesels: dict[str, Known] = {}
        self.identifiers: dict[str, Known] = {}
        self.births: dict[str, list[Known]] = defaultdict(list)
        self.contacts: dict[tuple[str, str, str], list[Known]] = defaultdict(list)
        for _pk, (identifier, known) in sorted(candidates.items()):
            self._add(identifier, known)
        for alias, pk in aliases.items():
            if pk in candidates:
                self.identifiers[alias] = candidates[pk][1]

    def _add(self, identifier: str, known: Known) -> None:
        data = known.data
        self.identifiers[identifier] = known
        if data.pesel:
            self.pesels.setdefault(canon.digits(data.pesel), known)
        self.births[canon.name_and_birth_date(data.identity())].append(known)
        for kind, value in data.contacts.items():
            self.contacts[kind, canon.contact(value), _name(data)].append(known)

    def same(self, data: RegistrationData, identifier: str) -> Same | None:
        if data.pesel in self.pesels:
            return Same(self.pesels[data.pesel], "pesel")
        if identifier in self.identifiers:
            return Same(self.identifiers[identifier], "identifier")
        for known in self.births.get(canon.name_and_birth_date(data.identity()), []):
            if not _are_two(known.data, data):
                return Same(known, "name_and_birth_date")
        for kind, value in data.contacts.items():
            for known in self.contacts.get((kind, canon.contact(value), _name(data)), []):
                if not _are_two(known.data, data):
                    return Same(known, "contact_and_name")
        return None


def _name(data: RegistrationData) -> str:
    return f"{canon.fold(data.last_name)}|{canon.fold(data.first_name)}"


def _are_two(one: RegistrationData, other: RegistrationData) -> bool:
    """Two PESEL numbers are two people, whatever else is alike."""
    return bool(one.pesel and other.pesel and one.pesel != other.pesel)


def merged(before: RegistrationData, row: RegistrationData) -> RegistrationData:
    """What would be known if the row were right; what it does not say stays."""
    return replace(
        row,
        first_name=_kept(before.first_name, row.first_name),
        last_name=_kept(before.last_name, row.last_name),
        second_name=_kept(before.second_name, row.second_name),
        pesel=row.pesel or before.pesel,
        address=_kept_address(before.address, row.address),
        guardian=row.guardian or before.guardian,
        language=row.language or before.language,
        contacts={**before.contacts, **{k: v for k, v in row.contacts.items() if v}},
    )


def _kept(before: str, now: str) -> str:
    """Letters large and small, and marks over them, are no news."""
    return before if not now or canon.fold(before) == canon.fold(now) else now


def _kept_address(before: Address | None, now: Address | None) -> Address | None:
    if before is None or now is None:
        return now or before
    same_house = bool(now.point_id) and now.point_id == before.point_id
    if same_house and (not now.flat or now.flat == before.flat):
        return before
    told = {canon.fold(addresses.in_words(one)) for one in (before, now)}
    return before if len(told) == 1 else now


def differing(
    before: RegistrationData, after: RegistrationData, consents_before: int, consents: int
) -> list[str]:
    """Codes of FIELDS that would change."""
    names = ("first_name", "last_name", "second_name")
    changes = {
        "names": any(getattr(before, name) != getattr(after, name) for name in names),
        "birth_date": before.birth_date != after.birth_date,
        "sex": before.sex != after.sex,
        "pesel": before.pesel != after.pesel,
        "address": before.address != after.address,
        "guardian": before.guardian != after.guardian,
        "language": before.language != after.language,
        "contacts": _canonical(before) != _canonical(after),
        "consents": bool(consents & ~consents_before),
    }
    return [name for name, changed in changes.items() if changed]


def _canonical(data: RegistrationData) -> dict[str, str]:
    return {kind: canon.contact(value) for kind, value in data.contacts.items()}
