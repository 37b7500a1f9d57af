"""From a signed registration form to an account that is active at once (§ 5.1: no paper is needed)."""

from dataclasses import replace

from django.db import transaction

from admin_module import audit
from admin_module.models import User
from recipients.address_register.addresses import in_words
from recipients.lookup import facets
from recipients.models import ContactPoint, Recipient
from recipients.people import duplicates, moves, registration
from recipients.people.particulars import RegistrationData
from recipients.values import checks

from .doubts import Doubt, Doubtful

State = Recipient.State


def holder_of(pesel: str) -> Recipient | None:
    """The person registered with this PESEL number."""
    found: Recipient | None = Recipient.objects.filter(pesel_token=pesel).order_by("pk").first()
    return found


def from_epuap(
    data: RegistrationData, *, document: int, by: User | None = None, onto: Recipient | None = None
) -> Recipient:
    """Register a person from checked particulars, or confirm who is registered already.

    `by` is the clerk who accepted the document, `onto` the person whom they chose. A person from
    the register keeps the data that stand there. Raises Doubtful.
    """
    with transaction.atomic():
        duplicates.lock()
        known = onto or holder_of(data.pesel)
        if known is None:
            return registration.activate(_newcomer(data, document, by), by=by)
        row = moves.locked(known.pk)
        if row.state not in {State.PENDING, State.ACTIVE}:
            raise Doubtful(Doubt.STATE)
        _add_box(row, data)
        return registration.activate(row, by=by)


def _add_box(row: Recipient, data: RegistrationData) -> None:
    """The box that the document came from, where none is known; everything else is a clerk's."""
    if "epuap" in data.contacts and not row.contact_points.filter(kind="epuap").exists():
        ContactPoint.objects.create(recipient=row, kind="epuap", value=data.contacts["epuap"])
        facets.changed([row.pk])


def _newcomer(data: RegistrationData, document: int, by: User | None) -> Recipient:
    alike = likenesses(data)
    if any(like.certain for like in alike) or (alike and by is None):
        raise Doubtful(Doubt.LIKELY_DUPLICATE)
    [row] = registration.create_all([data], origin=Recipient.Origin.EPUAP, by=None)
    detail = {"wish": "epuap", "document": document}
    audit.record("recipient.registered", row, by=by, detail=detail)
    return row


def likenesses(data: RegistrationData) -> list[duplicates.Likeness]:
    """People who may be the same; not those of another PESEL, nor those who share a telephone."""
    return [
        like
        for like in duplicates.likely(data)
        if like.certain or ("name_and_birth_date" in like.reasons and _without_pesel(like, data))
    ]


def _without_pesel(like: duplicates.Likeness, data: RegistrationData) -> bool:
    identity = Recipient.objects.get(pk=like.recipient_id).identity
    return identity is not None and identity.pesel in {"", data.pesel}


def differences(kept: RegistrationData, given: RegistrationData) -> list[str]:
    """Names of the particulars that the form would change: what it leaves empty is not asked."""
    names = ("first_name", "last_name", "second_name", "pesel")
    found = [name for name in names if getattr(given, name) not in {"", getattr(kept, name)}]
    if given.address and place(given) != place(kept):
        found.append("address")
    return found + [
        kind for kind, value in given.contacts.items() if kept.contacts.get(kind) != value
    ]


def place(data: RegistrationData) -> str:
    """The address in one line."""
    return in_words(data.address) if data.address else ""


def with_birth_date(data: RegistrationData) -> RegistrationData:
    """The same with the birth date that the PESEL contains; raises ValidationError."""
    return replace(data, birth_date=checks.pesel(data.pesel).birth_date)
