"""From the rows of codes to what a card says about each way to a person: sent, expired, used."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from recipients.models import ContactPoint, Recipient, ValidationCode

from . import verification


@dataclass(frozen=True, slots=True)
class CodeState:
    """The newest code to one address: "waiting", "sent", "used", "spent" or "expired"."""

    state: str
    asked_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    attempts: int
    today: int  # asked for within a day

    @property
    def most_attempts(self) -> int:
        return verification.ATTEMPTS

    @property
    def most_today(self) -> int:
        return verification.CODES_A_DAY


def of_points(points: Iterable[ContactPoint]) -> dict[int, CodeState]:
    """By the contact point's id; points that were never sent a code are left out (one query)."""
    codes = ValidationCode.objects.filter(contact_point__in=[point.pk for point in points])
    return _newest((code.contact_point_id or 0, code) for code in codes.order_by("pk"))


def on_paper(recipient: Recipient) -> CodeState | None:
    """The newest printed letter with a code."""
    codes = recipient.printed_codes.order_by("pk")
    return _newest((recipient.pk, code) for code in codes).get(recipient.pk)


def _newest(codes: Iterable[tuple[int, ValidationCode]]) -> dict[int, CodeState]:
    """The last code of each owner, with how many there were within a day; codes oldest first."""
    day_ago = timezone.now() - timedelta(days=1)
    found: dict[int, CodeState] = {}
    today: dict[int, int] = {}
    for owner, code in codes:
        today[owner] = today.get(owner, 0) + (code.created_at > day_ago)
        found[owner] = CodeState(
            state=_state(code),
            asked_at=code.created_at,
            expires_at=code.expires_at,
            used_at=code.used_at,
            attempts=code.attempts,
            today=today[owner],
        )
    return found


def _state(code: ValidationCode) -> str:
    if code.used_at is not None:
        return "used"
    if code.expires_at is None:
        return "waiting"
    if code.attempts >= verification.ATTEMPTS:
        return "spent"
    return "expired" if code.expires_at <= timezone.now() else "sent"
