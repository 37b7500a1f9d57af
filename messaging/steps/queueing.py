"""From messages that wait for a second person to that person's queue, and to the number beside it in the menu."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from admin_module.models import User
from messaging.hours.month import leaves_at
from messaging.models import ApprovalStep, Message
from recipients.filter_editor.showing import FEW, sees_all_numbers

from . import alone, approving

Kind = ApprovalStep.Kind
APPROVE = "messaging.approve_message"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message in the queue, as one approver sees it."""

    message: Message
    since: datetime  # when it was passed on
    due: datetime | None  # when it is to leave; None: as soon as it is approved
    late: bool  # the hour it was meant for has passed
    own: bool  # this person wrote or changed it
    seen: bool  # this person has read what stands there now
    changed: bool  # this person has read something else of it
    few: bool  # so few people that this person may not see how many


def queue(by: User) -> list[Waiting]:
    """Alarms first, then by the hour they are meant for, then by age."""
    rows = list(
        Message.objects.visible_to(by)
        .filter(status=Message.Status.WAITING)
        .select_related("author", "unit", "topic")
        .defer("people")
        .order_by("pk")
    )
    looks = _looks(rows, by)
    since = _passed_on(rows)
    now = timezone.now()
    found = [_waiting(row, by, looks.get(row.pk, set()), since, now) for row in rows]
    end = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(
        found,
        key=lambda one: (one.message.klass != Message.Klass.ALARM, one.due or end, one.since),
    )


def _waiting(
    row: Message, by: User, looks: set[str], since: dict[int, datetime], now: datetime
) -> Waiting:
    current = approving.digest(row) if looks else ""
    return Waiting(
        message=row,
        since=since.get(row.pk, row.created_at),
        due=leaves_at(row, row.due_at) if row.due_at else None,
        late=bool(row.due_at and row.due_at <= now),
        own=approving.wrote(by, row) and not row.drill,
        seen=current in looks,
        changed=bool(looks) and current not in looks,
        few=is_hidden(row.expected_count, by),
    )


def is_hidden(people: int, by: User) -> bool:
    """Whether a promised number is so small that it would tell somebody about a person."""
    return 0 < people < FEW and not sees_all_numbers(by)


def _looks(rows: Sequence[Message], by: User) -> dict[int, set[str]]:
    steps = ApprovalStep.objects.filter(message__in=rows, by=by, kind=Kind.SEEN)
    found: dict[int, set[str]] = {}
    for pk, digest in steps.values_list("message", "digest"):
        found.setdefault(pk, set()).add(digest)
    return found


def _passed_on(rows: Sequence[Message]) -> dict[int, datetime]:
    """When each message came to wait, the last time."""
    kinds = (Kind.SUBMITTED, Kind.VOIDED)
    steps = ApprovalStep.objects.filter(message__in=rows, kind__in=kinds).order_by("pk")
    return dict(steps.values_list("message", "at"))


def waiting_for(by: User) -> QuerySet[Message]:
    """What this person may decide about, as far as one question of the database tells."""
    rows = Message.objects.visible_to(by).filter(status=Message.Status.WAITING)
    found: QuerySet[Message] = rows.filter(~Q(author=by) | Q(drill=True))
    return found


def number(by: User) -> int:
    """Messages to approve and alarms to look at; 0 for who may do neither."""
    if not by.has_perm(APPROVE):
        return 0
    return waiting_for(by).count() + alone.to_review(by).count()
