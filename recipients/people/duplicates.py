"""From the particulars of a newcomer to people already registered who may be the same person."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from icp.encryption.identifier import recipient_identifier
from recipients.address_register import addresses
from recipients.models import GIVEN_KINDS, ContactPoint, Recipient
from recipients.values import checks

from .particulars import RegistrationData

# Any number will do, as long as nobody else takes it: "registration" on a telephone's keys.
_LOCK = 734_478_728
MOST = 10  # likenesses shown at once


@dataclass(frozen=True, slots=True)
class Likeness:
    """One registered person, and why they may be the same one.

    Reasons: "identifier", "pesel", "name_and_birth_date", or a kind of contact point.
    """

    recipient_id: int
    identifier: str
    reasons: list[str] = field(default_factory=list)

    def anonymous(self) -> "Likeness":
        """The same without saying who it is, for staff of another unit."""
        return replace(self, recipient_id=0, identifier="")

    @property
    def certain(self) -> bool:
        return "pesel" in self.reasons or "identifier" in self.reasons


class AlreadyRegistered(ValidationError):
    """The same person is registered already, under `identifier`."""

    def __init__(self, likeness: Likeness) -> None:
        self.likeness = likeness
        super().__init__(
            _("This person is registered already, as %(identifier)s. Open their card instead."),
            code="already_registered",
            params={"identifier": likeness.identifier},
        )


def lock() -> None:
    """Let one transaction at a time look for duplicates and then write.

    While two keys of blind tokens live, a unique column cannot see doubles (encryption.md).
    SQLite's write transactions stand in one row anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def identifier_of(data: RegistrationData) -> str:
    """The identifier that the regulation demands (§ 4.4), from checked particulars."""
    identity = data.identity()
    return recipient_identifier(
        identity.pesel,
        identity.last_name,
        identity.first_name,
        identity.birth_date,
        addresses.in_words(data.address) if data.address else "",
    )


def likely(data: RegistrationData, *, but: int | None = None) -> list[Likeness]:
    """People who may be the same as `data`, which may be half typed; certain ones first."""
    reasons: dict[int, list[str]] = defaultdict(list)
    for reason, pks in _hits(data):
        for pk in pks:
            if pk != but and reason not in reasons[pk]:
                reasons[pk].append(reason)
    reasons.pop(but or 0, None)
    known = dict(Recipient.objects.filter(pk__in=reasons).values_list("pk", "identifier"))
    found = [Likeness(pk, known[pk], why) for pk, why in reasons.items() if pk in known]
    found.sort(key=lambda like: (not like.certain, -len(like.reasons), like.recipient_id))
    return found[:MOST]


def refuse_same(data: RegistrationData, *, but: int | None = None) -> None:
    """Raise AlreadyRegistered where checked particulars are surely a registered person's."""
    for like in likely(data, but=but):
        if like.certain:
            raise AlreadyRegistered(like)


def is_visible(like: Likeness, by: User) -> bool:
    """Whether `by` may open the card of this person."""
    return Recipient.objects.visible_to(by).filter(pk=like.recipient_id).exists()


def seen_by(by: User, error: ValidationError) -> ValidationError:
    """The refusal as `by` may read it: of people of other units it tells no identifier."""
    if not isinstance(error, AlreadyRegistered) or is_visible(error.likeness, by):
        return error
    return ValidationError(
        _(
            "Another unit of the town has registered this person already. Ask the office to add"
            " what the person wants from your unit."
        )
    )


def _hits(data: RegistrationData) -> Iterator[tuple[str, list[int]]]:
    if data.pesel.strip():
        people = Recipient.objects.filter(pesel_token=data.pesel)
        yield "pesel", list(people.values_list("pk", flat=True)[:MOST])
    if data.first_name and data.last_name and data.birth_date:
        yield from _hits_of_name(data)
    for kind in GIVEN_KINDS:
        value = _contact(kind, data.contacts.get(kind, ""))
        if value:
            points = ContactPoint.objects.filter(value_token=value, kind=kind)
            yield kind, list(points.values_list("recipient_id", flat=True)[:MOST])


def _hits_of_name(data: RegistrationData) -> Iterator[tuple[str, list[int]]]:
    if data.address is not None and data.address.street:
        people = Recipient.objects.filter(identifier=identifier_of(data))
        # The identifier of a card that was merged leads to the one that stayed.
        yield "identifier", list(people.values_list(Coalesce("merged_into", "pk"), flat=True))
    alike = Recipient.objects.filter(duplicate_token=data.identity())
    yield "name_and_birth_date", list(alike.values_list("pk", flat=True)[:MOST])


def _contact(kind: str, text: str) -> str:
    try:
        return checks.contact(kind, text) if text.strip() else ""
    except ValidationError:
        return ""  # half typed: nobody can have it
