"""From invented people to recipients with consents, in bulk and by the steps that clerks use."""

import secrets
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import islice

from django.db import transaction
from django.utils import timezone

from admin_module.models import User
from consents import granting, numbering
from consents.models import Consent, ConsentForm, Topic
from messaging.channels import targets
from recipients.lookup import facets
from recipients.models import (
    AddressPoint,
    ContactPoint,
    Device,
    Recipient,
    RecipientGroup,
)
from recipients.people import duplicates, registration

from .people import Invented, invent

CHUNK = 500  # people a transaction
_NAMESPACE = uuid.UUID("2f1c6b0e-5a3d-4c55-9d0a-6c0f2a7f1e44")
# Group: every so many people of the town, starting with this one.
GROUPS = {
    "Rada Seniorów": (97, 5),
    "Przedsiębiorcy": (23, 7),
    "Wolontariusze": (41, 11),
    "Rodzice uczniów Szkoły nr 1": (19, 3),
}


def settle(number: int, topics: Sequence[int], *, by: User, tell: Callable[[int], None]) -> int:
    """Register those of the first `number` invented people who are not there yet."""
    points = list(AddressPoint.objects.select_related("street", "district").order_by("pk"))
    known = set(Recipient.objects.filter(form_key__isnull=False).values_list("form_key", flat=True))
    missing = (
        (order, person)
        for order, person in enumerate(invent(number, points, topics))
        if key(order) not in known
    )
    done = 0
    for chunk in _chunks(missing):
        with transaction.atomic():
            _settle(chunk, by)
        done += len(chunk)
        tell(done)
    return done


def key(order: int) -> uuid.UUID:
    """What makes loading the same person twice harmless."""
    return uuid.uuid5(_NAMESPACE, str(order))


def _chunks(people: Iterator[tuple[int, Invented]]) -> Iterator[list[tuple[int, Invented]]]:
    while chunk := list(islice(people, CHUNK)):
        yield chunk


def _settle(chunk: Sequence[tuple[int, Invented]], by: User) -> None:
    duplicates.lock()
    people = [person for _order, person in chunk]

    def arrive(place: int, recipient: Recipient) -> None:
        """A person of the town comes with the state and the consents they have had for long."""
        recipient.state = people[place].state
        if recipient.state != Recipient.State.PENDING:
            recipient.consents = people[place].consents
        if recipient.state == Recipient.State.RESTRICTED:
            recipient.state_before = Recipient.State.ACTIVE
            recipient.state_reason = "List zwrócony: adresat nieznany pod tym adresem."
        elif recipient.state == Recipient.State.SUSPENDED:
            recipient.state_reason = "Na prośbę odbiorcy, przyjętą przez telefon."

    recipients = registration.create_all(
        [person.data for person in people],
        origin=Recipient.Origin.DESK,
        by=by,
        wish_how="desk",
        form_keys=[key(order) for order, _person in chunk],
        arrive=arrive,
    )
    _give_apps(recipients, people)
    _sign(recipients, people, by)
    for name, (every, first) in GROUPS.items():
        group = RecipientGroup.objects.get_or_create(name=name)[0]
        members = zip(recipients, chunk, strict=True)
        group.members.add(*(row for row, (order, _) in members if order % every == first))


def _give_apps(recipients: Sequence[Recipient], people: Sequence[Invented]) -> None:
    """Devices of those who have the app, as after a code was entered; nobody knows their tokens."""
    now = timezone.now()
    holders = {
        row: targets.fcm(person.app)
        for row, person in zip(recipients, people, strict=True)
        if person.app and person.state != Recipient.State.PENDING
    }
    Device.objects.bulk_create(
        Device(
            platform=(Device.Platform.ANDROID, Device.Platform.IOS)[row.pk % 3 == 0],
            digest=secrets.token_bytes(32),
            recipient=row,
            paired_at=now - timedelta(days=row.pk % 90),
            push_kind=target.kind,
            push=target.line,
            push_seen_at=now,
        )
        for row, target in holders.items()
    )
    ContactPoint.objects.bulk_create(
        ContactPoint(
            recipient=row,
            kind="push",
            value=targets.join([target], owner=row.uid),
            verified_at=now - timedelta(days=row.pk % 90),
        )
        for row, target in holders.items()
    )
    facets.changed([row.pk for row in holders])


def _sign(recipients: Sequence[Recipient], people: Sequence[Invented], by: User) -> None:
    """Every person has a form; the pending ones have not brought theirs back yet."""
    now = timezone.now()
    numbers = numbering.next_numbers(timezone.localdate(now).year, len(recipients))
    text = granting.text_for(now)
    forms = ConsentForm.objects.bulk_create(
        ConsentForm(
            number=number,
            recipient=recipient,
            text=text,
            wanted=person.consents,
            printed_at=now,
            printed_by=by,
            received_at=None if person.state == Recipient.State.PENDING else now,
            received_by=None if person.state == Recipient.State.PENDING else by,
        )
        for number, recipient, person in zip(numbers, recipients, people, strict=True)
    )
    topics = list(Topic.objects.all())
    Consent.objects.bulk_create(
        act
        for form in forms
        if form.received_at is not None
        for act in granting.acts_of(form, form.wanted, by=by, at=now, topics=topics)
    )
