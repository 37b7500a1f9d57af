"""From the chain and its file of checkpoints to what a page says about how they are."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from admin_module import audit, configuration
from admin_module.audit import Segment, checkpoints
from admin_module.models import AuditLink

PATIENCE = timedelta(minutes=1)  # longer outside the chain is a fault
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Chain:
    """`unreadable`: the file of checkpoints is damaged, and its part of the page is not there."""

    head: AuditLink | None
    entries: int  # that are kept, in the chain
    waits: timedelta  # how long the oldest entry outside the chain has waited
    years: int
    checkpoint: date | None = None
    segments: list[Segment] = field(default_factory=list)
    unreadable: bool = False

    @property
    def digest(self) -> str:
        """Of the head, hexadecimal."""
        return bytes(self.head.digest).hex() if self.head else ""

    @property
    def late(self) -> bool:
        return self.waits > PATIENCE

    @property
    def checkpoint_is_old(self) -> bool:
        """A day with entries has its checkpoint; the newest may be of the last busy day."""
        if self.head is None:
            return False
        busy = timezone.localdate(self.head.entry.at)
        return self.checkpoint is None or self.checkpoint < busy - ONE_DAY

    @property
    def due(self) -> int:
        """How many segments may be dropped."""
        return sum(segment.due for segment in self.segments)


def chain() -> Chain:
    links = AuditLink.objects.select_related("entry").order_by("position")
    head, first = links.last(), links.first()
    entries = head.position - first.position + 1 if head and first else 0
    years = configuration.read(configuration.Retention).audit_years
    waits = audit.oldest_unlinked_age()
    try:
        days = [date.fromisoformat(line.day) for line in checkpoints.read() if line.genuine]
        segments = audit.segments(years)
    except (ValueError, TypeError, KeyError, OSError):
        return Chain(head, entries, waits, years, unreadable=True)
    return Chain(head, entries, waits, years, max(days, default=None), segments[::-1])
