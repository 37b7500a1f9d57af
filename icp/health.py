"""From the state of the parts to an answer for whoever watches: alive, and ready to work."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.connection import Connection

from admin_module import audit
from admin_module.models import Heartbeat, User

# The dispatcher and Celery's beat write every few seconds; the linker runs every second.
SILENCE = timedelta(seconds=60)
WORKERS = ("dispatcher", "periodic")  # the periodic task is what beat's hints lead to
_migrated: set[str] = set()


@login_not_required
@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is looked at, so a slow database restarts nobody."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Every part works: 200, else 503 with the names of those that do not."""
    failed = [name for name, works in PARTS.items() if not _works(works)]
    return JsonResponse(
        {"status": "failing" if failed else "ok", "failed": failed},
        status=503 if failed else 200,
    )


def _works(part: Callable[[], bool]) -> bool:
    """A part that raises does not work; what it said may name hosts and users, so it stays here."""
    try:
        return part()
    except Exception:  # whatever it was, the answer is the part's name
        return False


def database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def migrations() -> bool:
    """Asked until it is true: a running process cannot become unmigrated."""
    alias = connection.alias
    if alias not in _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.add(alias)
    return True


def keyring() -> bool:
    """The ring opens what stands in the database: the newest member of staff's own record."""
    newest = User.objects.order_by("pk").last()
    return newest is None or bool(newest.profile)


def broker() -> bool:
    if not settings.BROKER_URL:
        return True
    with Connection(settings.BROKER_URL, connect_timeout=2) as celery_broker:
        celery_broker.ensure_connection(max_retries=1, timeout=2)
    return True


def heartbeat() -> bool:
    """Some dispatcher or beat was alive a moment ago; what runs once a day does not count."""
    alive = Heartbeat.objects.filter(name__in=WORKERS, at__gt=timezone.now() - SILENCE)
    return alive.exists()


def audit_chain() -> bool:
    """Entries are being chained."""
    return audit.oldest_unlinked_age() < SILENCE


PARTS: dict[str, Callable[[], bool]] = {
    "database": database,
    "migrations": migrations,
    "keyring": keyring,
    "broker": broker,
    "heartbeat": heartbeat,
    "audit": audit_chain,
}
