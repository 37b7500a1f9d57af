"""From a person's wish to be written to, to a registered recipient (§§ 4.4, 5.1)."""

import uuid
from collections.abc import Callable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module import audit
from admin_module.models import User
from recipients.lookup.facets import changed
from recipients.models import ContactPoint, Language, Recipient
from recipients.values import guardians

from . import duplicates, moves
from .duplicates import AlreadyRegistered, Likeness
from .duplicates import likely as likely_duplicates
from .particulars import RegistrationData

__all__ = [
    "WISHES",
    "AlreadyRegistered",
    "Likeness",
    "RegistrationData",
    "activate",
    "by_hand",
    "create_all",
    "likely_duplicates",
]

# How the express wish was made (§ 5.1).
WISHES = {
    "desk": _("in person at the office"),
    "phone": _("by telephone"),
    "letter": _("in a letter"),
}


def by_hand(data: RegistrationData, *, by: User, wish_how: str, form_key: uuid.UUID) -> Recipient:
    """Register a person at their express wish; pressing twice with one `form_key` gives one.

    Raises ValidationError with a message for each wrong field, AlreadyRegistered where the person
    is known for sure. The person is `pending` until the signed form is received.
    """
    if wish_how not in WISHES:
        raise ValidationError({"wish_how": _("Choose how the person asked to be registered.")})
    clean = data.checked()
    if clean.birth_date and guardians.needed(clean.birth_date) and clean.guardian is None:
        raise ValidationError({"guardian_last_name": guardians.MISSING})
    with transaction.atomic():
        duplicates.lock()
        known = Recipient.objects.filter(form_key=form_key).first()
        if known is not None:
            return known
        duplicates.refuse_same(clean)
        [recipient] = create_all(
            [clean], origin=Recipient.Origin.DESK, by=by, wish_how=wish_how, form_keys=[form_key]
        )
        audit.record("recipient.registered", recipient, by=by, detail={"wish": wish_how})
    return recipient


def create_all(
    people: Sequence[RegistrationData],
    *,
    origin: str,
    by: User | None,
    wish_how: str = "",
    form_keys: Sequence[uuid.UUID] = (),
    arrive: Callable[[int, Recipient], None] | None = None,
) -> list[Recipient]:
    """Write checked newcomers and their contact points, a few statements for all of them.

    The caller holds `duplicates.lock()` and has looked for doubles. `arrive` touches each row by
    its place in `people` before it is written: people of an import may come with a state.
    """
    moment = timezone.now()
    keys: Sequence[uuid.UUID | None] = form_keys or [None] * len(people)
    rows = [
        Recipient(
            identifier=duplicates.identifier_of(data),
            identity=data.identity(),
            address=data.address,
            guardian=data.guardian,
            language=data.language or Language.PL.value,
            origin=origin,
            registered_at=moment,
            registered_by=by,
            unit_id=by.unit_id if by else None,
            wish_how=wish_how,
            form_key=key,
        )
        for data, key in zip(people, keys, strict=True)
    ]
    if arrive is not None:
        for place, row in enumerate(rows):
            arrive(place, row)
    recipients: list[Recipient] = Recipient.objects.bulk_create(rows)
    ContactPoint.objects.bulk_create(
        ContactPoint(recipient=recipient, kind=kind, value=value)
        for recipient, data in zip(recipients, people, strict=True)
        for kind, value in data.contacts.items()
    )
    changed([recipient.pk for recipient in recipients])
    return recipients


def activate(recipient: Recipient, *, by: User | None) -> Recipient:
    """The signed form is here: from now on the person can be written to.

    A person whom the office restricted meanwhile stays restricted and will be active after.
    Activating an active or suspended person changes nothing.
    """
    with transaction.atomic():
        row = moves.locked(recipient.pk)
        if row.state == Recipient.State.PENDING:
            moves.move(row, Recipient.State.ACTIVE)
        elif (
            row.state == Recipient.State.RESTRICTED and row.state_before == Recipient.State.PENDING
        ):
            row.state_before = Recipient.State.ACTIVE
            moves.save(row, "state_before")
        elif row.state in Recipient.GONE:
            raise moves.CannotMove(row.state, Recipient.State.ACTIVE)
        else:
            return row
        audit.record("recipient.activated", row, by=by)
    return row
