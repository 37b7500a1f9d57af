"""From what exchanges brought lately to a line for each of them: when the last call came, what was refused."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q
from django.template.loader import render_to_string
from django.utils import timezone

from admin_module.http import StaffRequest
from admin_module.models import User
from conversations.models import ExchangeKey, IngestJob, Source
from icp.days import working_days_between

DAY, WEEK = timedelta(days=1), timedelta(days=7)
State = IngestJob.State
# Parts of the page that other rooms add in `ties`: a template, and what it is filled with or None.
PARTS: dict[str, tuple[str, Callable[[User], dict[str, Any] | None]]] = {}


@dataclass(frozen=True, slots=True)
class Sender:
    """An exchange, by its key or by the watched folder."""

    name: str
    by_folder: bool
    last: datetime | None  # when it brought something that was registered
    today: int  # calls within 24 hours
    refused: int  # within 7 days
    key: ExchangeKey | None = None

    @property
    def silent(self) -> bool:
        """It brought calls before, and none since the last working day but one."""
        if self.last is None:
            return False
        return working_days_between(timezone.localdate(self.last), timezone.localdate()) > 1


def senders() -> list[Sender]:
    """Those that may send now: the folder, where one is watched, and every key that holds."""
    now = timezone.now()
    done, lately = Q(state=State.DONE), Q(state=State.REFUSED, at__gt=now - WEEK)
    figures: dict[str, Any] = {
        "last": Max("at", filter=done),
        "today": Count("pk", filter=done & Q(at__gt=now - DAY)),
        "refused": Count("pk", filter=lately),
    }
    found = []
    if settings.CALLS_FOLDER:
        of_folder = IngestJob.objects.filter(source=Source.FOLDER).aggregate(**figures)
        found.append(Sender(settings.CALLS_SOURCE, by_folder=True, **of_folder))
    rows = IngestJob.objects.filter(exchange__isnull=False).values("exchange").annotate(**figures)
    by_key = {row["exchange"]: {name: dict(row)[name] for name in figures} for row in rows}
    live = ExchangeKey.objects.filter(revoked_at=None)
    for key in live.filter(Q(expires_at=None) | Q(expires_at__gt=now)).order_by("name", "pk"):
        brought: dict[str, Any] = by_key.get(key.pk) or {"last": None, "today": 0, "refused": 0}
        found.append(Sender(key.name, by_folder=False, key=key, **brought))
    return found


def parts(request: StaffRequest) -> list[str]:
    """What other rooms show on the page about exchanges, ready to be shown."""
    made = [(template, fill(request.user)) for template, fill in PARTS.values()]
    return [render_to_string(one, filled, request) for one, filled in made if filled is not None]
