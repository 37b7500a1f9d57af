"""From a program that may report to its key, and from a key that is shown to its program."""

import secrets
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest

from django.db import transaction
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from icp import rate_limits
from reports.models import Open311Key

PREFIX = "icp311"
_PARTS = 3
A_DAY = 86_400  # seconds
TOUCHED_EACH = timedelta(minutes=10)
NOBODYS = sha256(b"nobody").digest()


def make(label: str, a_day: int, *, by: User) -> tuple[Open311Key, str]:
    """A new key; its text is known this once."""
    public, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    with transaction.atomic():
        key = Open311Key.objects.create(
            label=label, a_day=a_day, public=public, digest=_digest(secret), created_by=by
        )
        audit.record("open311_key.made", key, by=by, detail={"a_day": a_day})
    return key, f"{PREFIX}_{public}_{secret}"


def revoke(key: Open311Key, *, by: User) -> bool:
    """From now on nobody reports with it; False where it was revoked before."""
    with transaction.atomic():
        done = Open311Key.objects.live().filter(pk=key.pk)
        if not done.update(revoked_at=timezone.now(), revoked_by=by):
            return False
        audit.record("open311_key.revoked", key, by=by)
    key.refresh_from_db()
    return True


def of_text(text: str) -> Open311Key | None:
    """None says the same for wrong, unknown and revoked keys."""
    parts = text.split("_", _PARTS - 1)
    if len(parts) != _PARTS or parts[0] != PREFIX or "\0" in text:
        return None
    key = Open311Key.objects.live().filter(public=parts[1][:16]).first()
    known = bytes(key.digest) if key is not None else NOBODYS
    return key if compare_digest(known, _digest(parts[2])) and key is not None else None


def use(key: Open311Key) -> bool:
    """Count one more request of today; False where there were too many. Remembers when it was used."""
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at > TOUCHED_EACH:
        Open311Key.objects.filter(pk=key.pk).update(last_used_at=now)
    return rate_limits.tally("open311", key.public, A_DAY) <= key.a_day


def _digest(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()
