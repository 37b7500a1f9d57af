"""From the rows of a month to what the Director and the Secretary supervise (§ 3, § 7): numbers, nobody's name."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format

from conversations.models import (
    AccessRequest,
    Call,
    Conversation,
    Designation,
    Kind,
    NoticeDelivery,
    NumberReveal,
    PlaybackSession,
    Recording,
    RetentionCheck,
    RetentionHold,
    Step,
    Tombstone,
)
from icp.days import months_after

from . import acknowledging, designations


@dataclass(frozen=True, slots=True)
class Talks:
    """Conversations that began in the month."""

    incoming: int
    outgoing: int
    chats: int
    recorded: int
    opted_out: int  # pressed 9, or said no to the agent
    without_notice: int  # calls and chats with no proof of a notice


@dataclass(frozen=True, slots=True)
class Requests:
    """`steps`: how many stand at each step now, in the order of the procedure."""

    received: int
    closed: int
    steps: tuple[tuple[Step, int], ...]
    late: int  # open now, past their day
    closed_late: int  # closed in the month, past their day


@dataclass(frozen=True, slots=True)
class Supervision:
    """Everything of one month, and what stands now."""

    first: date
    talks: Talks
    opened: tuple[tuple[PlaybackSession.Purpose, int], ...]
    reveals: int
    unreviewed: int  # emergency accesses that no Director has read, of all time
    requests: Requests
    holds: int
    holds_to_review: int
    purged: int
    overdue: int  # past their time, neither held nor deleted
    check: RetentionCheck | None
    designated: tuple[tuple[Designation.Scope, int], ...]
    owing: int  # staff who did not confirm that they are recorded

    @property
    def is_alarming(self) -> bool:
        """Something is kept too long, or the last check of retention found something."""
        return bool(self.overdue) or bool(self.check is not None and self.check.problems)

    @property
    def name(self) -> str:
        """As a heading says it: "listopad 2026"."""
        return date_format(self.first, "F Y").lower()


def month_of(text: str) -> date:
    """The first day of "2026-11"; of this month where it cannot be read or is still to come."""
    this = timezone.localdate().replace(day=1)
    try:
        asked = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        return this
    return min(asked, this)


def supervision(first: date) -> Supervision:
    begin, end = _span(first)
    within = Q(began_at__gte=begin, began_at__lt=end)
    held = RetentionHold.objects.filter(released_at=None)
    overdue = Conversation.objects.due(timezone.now())
    return Supervision(
        first=first,
        talks=_talks(begin, end),
        opened=_opened(within),
        reveals=NumberReveal.objects.filter(at__gte=begin, at__lt=end).count(),
        unreviewed=_unreviewed(),
        requests=_requests(begin, end),
        holds=held.count(),
        holds_to_review=held.filter(review_on__lte=timezone.localdate()).count(),
        purged=Tombstone.objects.filter(purged_at__gte=begin, purged_at__lt=end).count(),
        overdue=overdue.count(),
        check=RetentionCheck.objects.order_by("-at").first(),
        designated=tuple(
            (scope, designations.standing(scope).count()) for scope in Designation.Scope
        ),
        owing=sum(one.owes for one in acknowledging.agents()),
    )


def _unreviewed() -> int:
    opened = PlaybackSession.objects.filter(purpose=PlaybackSession.Purpose.BREAK_GLASS)
    numbers = NumberReveal.objects.filter(emergency=True, reviewed_at=None)
    return opened.filter(reviewed_at=None).count() + numbers.count()


def _span(first: date) -> tuple[datetime, datetime]:
    begin, end = (datetime.combine(day, time()) for day in (first, months_after(first, 1)))
    return timezone.make_aware(begin), timezone.make_aware(end)


def _talks(begin: datetime, end: datetime) -> Talks:
    rows = Conversation.objects.filter(originated_at__gte=begin, originated_at__lt=end)
    kinds = Counter(dict(_counted(rows, "kind", "direction")))
    proven = NoticeDelivery.objects.filter(conversation__in=rows)
    heard = proven.values("conversation").distinct().count()
    return Talks(
        incoming=kinds[Kind.CALL, "in"],
        outgoing=kinds[Kind.CALL, "out"],
        chats=sum(number for (kind, _way), number in kinds.items() if kind == Kind.CHAT),
        recorded=_recorded(begin, end),
        opted_out=proven.filter(outcome=NoticeDelivery.Outcome.OPTED_OUT).count(),
        without_notice=sum(kinds.values()) - heard,
    )


def _counted(rows: object, *names: str) -> list[tuple[tuple[str, ...], int]]:
    found = rows.order_by().values_list(*names).annotate(number=Count("pk"))  # type: ignore[attr-defined]
    return [(tuple(row[:-1]), row[-1]) for row in found]


def _recorded(begin: datetime, end: datetime) -> int:
    """Also those whose sound was deleted since: the call keeps that it was recorded."""
    calls = Call.objects.filter(
        conversation__originated_at__gte=begin, conversation__originated_at__lt=end
    )
    kept = Recording.objects.filter(role=Recording.Role.ORIGINAL).values("conversation")
    recorded = Q(choice=Call.Choice.RECORDED) | Q(conversation__in=kept)
    return calls.filter(recorded).count()


def _opened(within: Q) -> tuple[tuple[PlaybackSession.Purpose, int], ...]:
    rows = PlaybackSession.objects.filter(within)
    numbers = {key[0]: number for key, number in _counted(rows, "purpose")}
    return tuple((purpose, numbers.get(purpose, 0)) for purpose in PlaybackSession.Purpose)


def _requests(begin: datetime, end: datetime) -> Requests:
    rows = AccessRequest.objects.all()
    steps = {key[0]: number for key, number in _counted(rows, "step")}
    last = Coalesce(F("extended_to"), F("due_on"))
    late = rows.annotate(last=last)
    closed = late.filter(closed_at__gte=begin, closed_at__lt=end)
    return Requests(
        received=rows.filter(received_at__gte=begin, received_at__lt=end).count(),
        closed=closed.count(),
        steps=tuple((step, steps[step]) for step in Step if steps.get(step)),
        late=late.filter(closed_at=None, last__lt=timezone.localdate()).count(),
        closed_late=closed.filter(closed_at__date__gt=F("last")).count(),
    )
