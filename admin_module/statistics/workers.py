"""From heartbeats and the audit chain to whether the engine of ICP runs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module import audit
from admin_module.models import Heartbeat, User
from conversations.retention import checking

# They beat every second; a minute of silence is a fault (icp/health.py says the same to machines).
SILENCE = timedelta(seconds=60)
NIGHTS = timedelta(hours=36)
ENGINES = ("dispatcher", "periodic")  # one of them is enough: without a broker, or with Celery


@dataclass(frozen=True, slots=True)
class Worker:
    """Something that must never stop; `seen` is None where it was never seen."""

    label: str | Promise
    well: bool
    seen: datetime | None = None


def workers(user: User) -> list[Worker]:
    """For those who read messages the engine of sending; for those who read the log its linker."""
    found = []
    if user.has_perm("messaging.view_message"):
        beats = Heartbeat.objects.filter(name__in=ENGINES).order_by("-at")
        seen = beats.values_list("at", flat=True).first()
        alive = seen is not None and timezone.now() - seen < SILENCE
        found.append(Worker(_("the sending of messages"), alive, seen))
    if user.has_perm("admin_module.view_auditentry"):
        waits = audit.oldest_unlinked_age()
        found.append(
            Worker(_("the chaining of the audit log"), waits < SILENCE, timezone.now() - waits)
        )
    if user.has_perm("conversations.view_retention"):
        found += _retention()
    return found


def _retention() -> list[Worker]:
    """Whether somebody looks every night; what was found stands among what waits."""
    check = checking.newest()
    if check is None:
        return []
    fresh = timezone.now() - check.at < NIGHTS
    return [Worker(_("the nightly deletion of conversations"), fresh, check.at)]
