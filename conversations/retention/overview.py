"""From the rows of retention to the numbers of its page: what is kept, what ends tonight, what has ended."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from admin_module.charts import Bar, Scale, middle
from admin_module.models import User
from conversations.models import (
    Conversation,
    DestructionProtocol,
    EarlyPurge,
    HoldProposal,
    Kind,
    PurgeState,
    RetentionHold,
    Tombstone,
)
from icp.days import months_after

from . import reviewing

SHOWN_MONTHS = 12
NIGHT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sums:
    """How many conversations stand where."""

    kept: int
    due: int  # past their time now or within a day, without a hold
    held: int
    purged: int


@dataclass(frozen=True, slots=True)
class Month:
    """What was deleted in a month, and the paper about it."""

    first: date
    calls: int
    chats: int
    bytes: int
    protocol: DestructionProtocol | None = None

    @property
    def total(self) -> int:
        return self.calls + self.chats


@dataclass(frozen=True, slots=True)
class Chart:
    """Months as bars, calls under chats."""

    lines: list[tuple[float, int]]
    bars: list[Bar]
    names: list[tuple[str, date]]


def sums() -> Sums:
    states = Counter(
        dict(Conversation.objects.order_by().values_list("purge_state").annotate(Count("pk")))
    )
    standing = RetentionHold.objects.filter(released_at=None)
    return Sums(
        kept=states[PurgeState.KEPT],
        due=Conversation.objects.due(timezone.now() + NIGHT).count(),
        held=standing.values("conversation").distinct().count(),
        purged=states[PurgeState.PURGED],
    )


def months() -> list[Month]:
    """The last twelve, the newest first; those without deletions too."""
    this = timezone.localdate().replace(day=1)
    first = [months_after(this, -back) for back in range(SHOWN_MONTHS)]
    papers = {one.month: one for one in DestructionProtocol.objects.filter(month__in=first)}
    rows = Tombstone.objects.filter(purged_at__isnull=False, purged_at__date__gte=first[-1])
    counted = (
        rows.annotate(begin=TruncMonth("purged_at"))
        .order_by()
        .values_list("begin", "kind")
        .annotate(Count("pk"), Sum("size"))
    )
    found = {(begin.date(), kind): (n, size) for begin, kind, n, size in counted}
    return [_month(one, found, papers.get(one)) for one in first]


def _month(
    first: date, found: dict[tuple[date, str], tuple[int, int]], paper: DestructionProtocol | None
) -> Month:
    calls, heard = found.get((first, Kind.CALL), (0, 0))
    chats, read = found.get((first, Kind.CHAT), (0, 0))
    return Month(first, calls, chats, heard + read, paper)


def chart(rows: list[Month]) -> Chart | None:
    """None where nothing was deleted."""
    if not any(row.total for row in rows):
        return None
    ordered = rows[::-1]
    scale = Scale.up_to(max(row.total for row in ordered))
    width = 100 / len(ordered)
    bars = []
    for place, row in enumerate(ordered):
        x, wide = place * width + width * 0.2, width * 0.6
        bars.append(scale.bar("sms", x, wide, row.calls))
        bars.append(scale.bar("email", x, wide, row.chats, under=row.calls))
    # Every third month has its name, the newest too: on a phone there is no room for all.
    named = [
        (place, row) for place, row in enumerate(ordered) if (SHOWN_MONTHS - 1 - place) % 3 == 0
    ]
    names = [(middle(place, len(ordered)), row.first) for place, row in named]
    return Chart(scale.lines, bars, names)


def waiting(user: User) -> int:
    """The number beside the page in the menu: what only this person's word moves on."""
    number = 0
    if user.has_perm("conversations.place_hold"):
        number += HoldProposal.objects.filter(decided_at=None).count()
        number += reviewing.to_review().count()
    under_way = EarlyPurge.objects.filter(refused_at=None, done_at=None)
    if user.has_perm("conversations.approve_purge"):
        number += under_way.filter(approved_at=None).count()
    if user.has_perm("conversations.coapprove_purge"):
        number += under_way.filter(coapproved_at=None).count()
    return number
