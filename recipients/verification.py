"""From an address that was given to the proof that its owner holds it: validation codes (§ 4.5)."""

import hmac
import re
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from icp.encryption import tokens

from . import checks
from .models import ContactPoint, Recipient, ValidationCode

CODE_KINDS = ("email", "sms", "epuap")  # an app's token is where a code is entered, not sent
# How long a code is good for, counted from the moment it is drawn.
GOOD_FOR = {"email": timedelta(hours=24), "sms": timedelta(hours=24), "epuap": timedelta(days=14)}
ATTEMPTS = 5  # wrong entries until a code is worth nothing
CODES_A_DAY = 5  # to one contact point
# Crockford's base32: no I, L, O, U; what people misread is read as what was meant.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_LENGTH = 10
_LABEL = "validation.code"


class TooManyCodes(Exception):
    """Enough codes went to this address today."""


def ask_for_codes(
    recipient: Recipient, *, kinds: Collection[str] = CODE_KINDS
) -> list[ValidationCode]:
    """Ask for a code to each contact point of an active person that is not confirmed yet.

    Asking twice before the first was posted gives no second code. The sender picks the rows up.
    """
    if recipient.state != Recipient.State.ACTIVE:
        return []
    points = recipient.contact_points.filter(
        kind__in=set(kinds) & set(CODE_KINDS), verified_at__isnull=True
    )
    waiting = set(
        ValidationCode.objects.filter(contact_point__in=points, posted_at__isnull=True).values_list(
            "contact_point_id", flat=True
        )
    )
    now = timezone.now()
    return ValidationCode.objects.bulk_create(
        ValidationCode(contact_point=point, created_at=now)
        for point in points
        if point.pk not in waiting
    )


def ask_again(point: ContactPoint) -> ValidationCode:
    """A fresh code to one contact point, at the person's wish; raises TooManyCodes."""
    day_ago = timezone.now() - timedelta(days=1)
    with transaction.atomic():
        ContactPoint.objects.select_for_update().get(pk=point.pk)
        recent = list(ValidationCode.objects.filter(contact_point=point, created_at__gt=day_ago))
        for code in recent:
            if code.posted_at is None:
                return code
        if len(recent) >= CODES_A_DAY:
            raise TooManyCodes
        return ValidationCode.objects.create(contact_point=point, created_at=timezone.now())


def to_post(limit: int = 500) -> QuerySet[ValidationCode]:
    """Codes that wait to be sent, oldest first; lock them in the transaction that posts them."""
    waiting = ValidationCode.objects.filter(posted_at__isnull=True)
    return waiting.select_related("contact_point__recipient").order_by("pk")[:limit]


def mark_posted(codes: Sequence[int]) -> None:
    """Their deliveries stand in the outbox now."""
    ValidationCode.objects.filter(pk__in=codes).update(posted_at=timezone.now())


def draw(code_id: int) -> str:
    """Draw the text of a code in the worker that sends it: `XXXXX-XXXXX`.

    Only its HMAC is kept, so the text is known once. Drawn again for a second try, the earlier
    text is worth nothing any more.
    """
    text = "".join(secrets.choice(_ALPHABET) for _place in range(_LENGTH))
    with transaction.atomic():
        code = ValidationCode.objects.select_for_update(of=("self",)).get(pk=code_id)
        point = ContactPoint.objects.only("uid", "kind").get(pk=code.contact_point_id)
        code.digest = _digest(point, text)
        code.expires_at = timezone.now() + GOOD_FOR[point.kind]
        code.attempts = 0
        code.save(update_fields=["digest", "expires_at", "attempts"])
    return f"{text[:5]}-{text[5:]}"


def check(address: str, text: str, *, now: datetime | None = None) -> ContactPoint | None:
    """The contact point that a code entered for `address` confirms, or None.

    None says the same for a wrong, a used, an expired and an unknown code or address. A code
    confirms once; after ATTEMPTS wrong entries it is worth nothing.
    """
    moment = now or timezone.now()
    entered = normal(text)
    with transaction.atomic():
        live = list(_live(address, moment))
        right = [code for code in live if _fits(code, entered)]
        if not live:
            _same_work(entered)
        if not right:
            _count_attempt(live)
            return None
        code = right[0]
        code.used_at = moment
        code.save(update_fields=["used_at"])
        point = code.contact_point
        ContactPoint.objects.filter(pk=point.pk).update(verified_at=moment)
        point.verified_at = moment
    return point


def normal(text: str) -> str:
    """What was entered as it was meant: no hyphens or spaces, O is 0, I and L are 1."""
    return re.sub(r"[\s\-]", "", text).upper().translate(_MISREAD)[: _LENGTH + 1]


def _live(address: str, moment: datetime) -> QuerySet[ValidationCode]:
    return (
        ValidationCode.objects.select_for_update(of=("self",))
        .select_related("contact_point__recipient")
        .filter(
            contact_point__value_token__in=_spellings(address),
            contact_point__recipient__state=Recipient.State.ACTIVE,
            digest__isnull=False,
            used_at__isnull=True,
            expires_at__gt=moment,
            attempts__lt=ATTEMPTS,
        )
        .order_by("pk")
    )


def _spellings(address: str) -> list[str]:
    """The address as each kind of contact point would keep it: "512 345 678" is +48512345678."""
    spellings = []
    for kind in CODE_KINDS:
        try:
            spellings.append(checks.contact(kind, address))
        except ValidationError:
            continue
    return spellings


def _count_attempt(codes: Sequence[ValidationCode]) -> None:
    for code in codes:
        code.attempts += 1
    ValidationCode.objects.bulk_update(codes, ["attempts"])


def _digest(point: ContactPoint, text: str) -> bytes:
    return tokens.mac(_LABEL, point.uid.bytes + text.encode())


def _fits(code: ValidationCode, entered: str) -> bool:
    return tokens.verify_mac(
        _LABEL, code.contact_point.uid.bytes + entered.encode(), bytes(code.digest or b"")
    )


def _same_work(entered: str) -> None:
    """Take as long for an unknown address as for a known one."""
    known = tokens.mac(_LABEL, secrets.token_bytes(16) + entered.encode())
    hmac.compare_digest(known, known)
