"""From a word to one person (a code, a confirmation, an answer) to deliveries in their own lane."""

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from admin_module.models import Invitation, User
from messaging.ledger.waking import wake_drains
from messaging.models import Delivery, Letter, LetterText
from recipients.contacts import verification
from recipients.correspondence.telling import Words
from recipients.models import CONTACT_KINDS, ContactPoint, Recipient, ValidationCode

LANE = 2
# The app is told by a hint only, and shows messages, not letters.
LETTER_KINDS = tuple(kind for kind in CONTACT_KINDS if kind != "push")


def post(
    recipient: Recipient,
    text: LetterText,
    *,
    kinds: Collection[str] = LETTER_KINDS,
    form_key: uuid.UUID | None = None,
    expires_at: datetime | None = None,
) -> Letter:
    """Write a letter and its deliveries to the contact points of these kinds, the app excepted.

    The same `form_key` gives the letter that was posted the first time.
    """
    with transaction.atomic():
        if form_key is not None:
            posted = Letter.objects.filter(form_key=form_key).first()
            if posted is not None:
                return posted
        letter = Letter(recipient=recipient, text=text, form_key=form_key, expires_at=expires_at)
        letter.save(force_insert=True)
        wanted = set(kinds) & set(LETTER_KINDS)
        present = recipient.contact_points.filter(kind__in=wanted).values_list("kind", flat=True)
        deliver([(letter, kind) for kind in present])
    return letter


def post_words(recipient: Recipient, words: Words, kinds: Collection[str]) -> Letter:
    """Write what the apps below have to tell a person (recipients.correspondence.telling)."""
    return post(recipient, LetterText(words.subject, words.short, words.long), kinds=kinds)


def post_to_staff(
    person: User,
    text: LetterText | None = None,
    *,
    invitation: Invitation | None = None,
    expires_at: datetime | None = None,
) -> Letter:
    """Write a letter to the address that a member of staff signs in with: words, or a link."""
    with transaction.atomic():
        letter = Letter(staff=person, text=text, invitation=invitation, expires_at=expires_at)
        letter.save(force_insert=True)
        deliver([(letter, "email")])
    return letter


def withdraw(letters: QuerySet[Letter]) -> int:
    """What was not handed over yet stays here."""
    return letters.update(expires_at=timezone.now())


def post_codes(limit: int = 500) -> int:
    """Give every validation code that waits a letter and a delivery; returns how many."""
    with transaction.atomic():
        waiting = list(
            verification.to_post(limit).select_for_update(skip_locked=True, of=("self",))
        )
        if waiting:
            deliver(
                (_letter_about(code, code.contact_point), code.contact_point.kind)
                for code in waiting
                if code.contact_point  # a printed one waits for nobody
            )
            verification.mark_posted([code.pk for code in waiting])
    return len(waiting)


def _letter_about(code: ValidationCode, point: ContactPoint) -> Letter:
    letter = Letter(recipient=point.recipient, code=code)
    letter.save(force_insert=True)
    return letter


def deliver(pairs: Iterable[tuple[Letter, str]]) -> None:
    """Give each letter a delivery by its kind of contact, and wake who hands them over."""
    now = timezone.now()
    rows = Delivery.objects.bulk_create(
        [
            Delivery(
                letter=letter,
                recipient_id=letter.recipient_id,
                channel=kind,
                lane=LANE,
                due_at=now,
                changed_at=now,
            )
            for letter, kind in pairs
        ]
    )
    wake_drains(sorted({row.channel for row in rows}), LANE)
