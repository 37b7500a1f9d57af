"""From a new period to the days of every conversation it is about: shown before, followed bit by bit after.

§ 6 says six months; another law may say otherwise, and is named then. A shorter period can end
conversations in the coming night: how many stands on the page before anybody agrees.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from conversations.models import (
    ChatInbox,
    Conversation,
    Kind,
    Line,
    PurgeState,
    RetentionPolicy,
)
from conversations.register.registering import months_later

BATCH = 500
AT_ONCE = 10  # batches in the request; the sweeper does the rest


@dataclass(frozen=True, slots=True)
class Preview:
    """What a policy would do to what is there. `ends`: of these, past their time at once; a hold keeps some."""

    conversations: int = 0
    moved: int = 0
    ends: int = 0


@dataclass(frozen=True, slots=True)
class Ruling:
    """A period in force. `policy` is None for § 6 as it stands."""

    kind: str
    months: int
    policy: RetentionPolicy | None
    line: Line | None = None
    inbox: ChatInbox | None = None


def in_force() -> list[Ruling]:
    """For each kind its period, then those of lines and inboxes that have one of their own."""
    found = []
    for kind in Kind.values:
        policy = RetentionPolicy.objects.ruling(kind, line=None, inbox=None)
        months = RetentionPolicy.objects.months_for(kind, line=None, inbox=None)
        found.append(Ruling(kind, months, policy))
        found += _of_their_own(kind)
    return found


def _of_their_own(kind: str) -> list[Ruling]:
    rows = RetentionPolicy.objects.filter(kind=kind, valid_from__lte=timezone.now())
    own = rows.exclude(line=None, inbox=None).select_related("line", "inbox", "by")
    newest = {(row.line_id, row.inbox_id): row for row in own.order_by("valid_from", "id")}
    return [Ruling(kind, row.months, row, row.line, row.inbox) for row in newest.values()]


def concerned(policy: RetentionPolicy) -> QuerySet[Conversation]:
    """Kept conversations that the policy is about: those of lines with one of their own are not."""
    rows: QuerySet[Conversation] = Conversation.objects.filter(
        kind=policy.kind, purge_state=PurgeState.KEPT
    )
    if policy.line_id:
        return rows.filter(call__line=policy.line_id)
    if policy.inbox_id:
        return rows.filter(chat__inbox=policy.inbox_id)
    others = RetentionPolicy.objects.filter(kind=policy.kind)
    lines = others.exclude(line=None).values("line")
    inboxes = others.exclude(inbox=None).values("inbox")
    return rows.exclude(call__line__in=lines).exclude(chat__inbox__in=inboxes)


def preview(policy: RetentionPolicy) -> Preview:
    """What saving it would do; nothing is done."""
    rows, now = concerned(policy), timezone.now()
    moved = ends = 0
    for originated_at, expires_at in rows.values_list("originated_at", "expires_at").iterator():
        then = months_later(originated_at, policy.months)
        moved += then != expires_at
        ends += then <= now < expires_at
    return Preview(rows.count(), moved, ends)


@transaction.atomic
def save(policy: RetentionPolicy, by: User) -> RetentionPolicy:
    """From now on; conversations that are there follow by `follow`."""
    policy.by, policy.valid_from = by, timezone.now()
    policy.save(force_insert=True)
    detail: dict[str, object] = {
        "kind": policy.kind,
        "months": policy.months,
        "line": policy.line_id,
        "inbox": policy.inbox_id,
    }
    audit.record("retention_policy.set", policy, by=by, detail=detail)
    return policy


def follow(policy: RetentionPolicy, *, batches: int | None = None) -> bool:
    """Move the days of what the policy is about, a batch in each transaction; True once all follow."""
    while batches is None or batches > 0:
        if _follow_batch(policy.pk):
            return True
        batches = None if batches is None else batches - 1
    return False


@transaction.atomic
def _follow_batch(pk: int) -> bool:
    policy = RetentionPolicy.objects.select_for_update().get(pk=pk)
    if policy.applied_at:
        return True
    later = concerned(policy).filter(pk__gt=policy.reached).order_by("pk")
    rows = list(later.only("pk", "originated_at", "expires_at", "kind")[:BATCH])
    changed, months = [], _months(policy)
    for row in rows:
        then = months_later(row.originated_at, months)
        if then != row.expires_at:
            row.expires_at = then
            changed.append(row)
    Conversation.objects.bulk_update(changed, ["expires_at"])
    policy.moved += len(changed)
    if rows:
        policy.reached = rows[-1].pk
    if len(rows) < BATCH:
        policy.applied_at = timezone.now()
        detail: dict[str, object] = {"moved": policy.moved}
        audit.record("retention_policy.applied", policy, by=policy.by, detail=detail)
    policy.save(update_fields=["moved", "reached", "applied_at"])
    return policy.applied_at is not None


def _months(policy: RetentionPolicy) -> int:
    """Of the newest about the same: an older one that is still being followed does not win."""
    return RetentionPolicy.objects.months_for(policy.kind, line=policy.line, inbox=policy.inbox)


def follow_all() -> None:
    """Every half a minute: policies that not all conversations follow yet."""
    for policy in RetentionPolicy.objects.filter(applied_at=None).order_by("pk"):
        follow(policy, batches=AT_ONCE)
