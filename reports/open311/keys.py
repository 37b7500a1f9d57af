"""From a program that may report to its key, and from a key that is shown to its program."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from icp import program_keys, rate_limits
from reports.models import Open311Key

PREFIX = "icp311"
A_DAY = 86_400  # seconds
TOUCHED_EACH = timedelta(minutes=10)


def make(label: str, a_day: int, *, by: User) -> tuple[Open311Key, str]:
    """A new key; its text is known this once."""
    shown = program_keys.new(PREFIX)
    with transaction.atomic():
        key = Open311Key.objects.create(
            label=label, a_day=a_day, public=shown.public, digest=shown.digest, created_by=by
        )
        audit.record("open311_key.made", key, by=by, detail={"a_day": a_day})
    return key, shown.text


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
    shown = program_keys.read(PREFIX, text)
    if shown is None:
        return None
    key = Open311Key.objects.live().filter(public=shown.public).first()
    return key if shown.is_that_of(bytes(key.digest) if key else None) else None


def use(key: Open311Key) -> bool:
    """Count one more request of today; False where there were too many. Remembers when it was used."""
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at > TOUCHED_EACH:
        Open311Key.objects.filter(pk=key.pk).update(last_used_at=now)
    return rate_limits.tally("open311", key.public, A_DAY) <= key.a_day
