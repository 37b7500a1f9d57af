"""From checked newcomers of a file to registered people, each with a form, in one transaction."""

import uuid
from collections.abc import Sequence

from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from consents import in_bulk
from recipients.contacts.verification import CODE_KINDS
from recipients.models import ContactPoint, PeopleImport, Recipient, ValidationCode
from recipients.people import registration

from .checking import Row


def key(order: PeopleImport, number: int) -> uuid.UUID:
    """What makes importing the same row twice harmless."""
    return uuid.uuid5(order.uid, str(number))


def arrived(order: PeopleImport, rows: Sequence[Row]) -> set[int]:
    """Numbers of the rows whose people a run before this one has registered."""
    numbers = {key(order, row.number): row.number for row in rows}
    known = Recipient.objects.filter(form_key__in=numbers)
    return {numbers[found] for found in known.values_list("form_key", flat=True) if found}


def register(order: PeopleImport, rows: Sequence[Row], *, by: User) -> list[Recipient]:
    """Register the people of these rows; the caller holds `duplicates.lock()` and has looked.

    They are `pending` with a form to sign, or, by the declared exception, `active` with the consents
    that the papers prove.
    """
    if not rows:
        return []
    active = order.arrive == PeopleImport.Arrive.ACTIVE

    def arrive(place: int, person: Recipient) -> None:
        person.people_import = order
        if active:
            person.state = Recipient.State.ACTIVE
            person.consents = rows[place].consents

    people = registration.create_all(
        [row.data for row in rows if row.data],
        origin=Recipient.Origin.IMPORT,
        by=by,
        form_keys=[key(order, row.number) for row in rows],
        arrive=arrive,
    )
    forms = in_bulk.forms_for(people, [row.consents for row in rows], by=by, signed=active)
    audit.record_all(
        "recipient.imported",
        (
            (person, {"import": order.pk, "row": row.number, "form": form.number})
            for person, row, form in zip(people, rows, forms, strict=True)
        ),
        by=by,
    )
    if active and order.send_codes:
        _ask_for_codes(people)
    return people


def _ask_for_codes(people: Sequence[Recipient]) -> None:
    """A code to every address that can take one (§ 4.5); whoever sends picks the rows up."""
    points = ContactPoint.objects.filter(recipient__in=people, kind__in=CODE_KINDS)
    now = timezone.now()
    ValidationCode.objects.bulk_create(
        ValidationCode(contact_point=point, created_at=now) for point in points.only("pk")
    )
