"""From deliveries of which nobody knows whether they arrived to what staff decide about them.

In bulk it is a job: each batch commits with the job's own row, so that a worker that was killed neither
repeats nor skips anybody; what was sent again and is unknown once more waits for a new decision.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from admin_module import audit
from admin_module.models import User
from messaging.ledger import counting
from messaging.ledger.waking import wake_drains
from messaging.models import Delivery, Message
from recipients import jobs
from recipients.models import OfficeFile

AGAIN, LEFT = "again", "left"
BATCH = 200
MOST_GROUPS = 100
MOST_COUNTED = 1000
State, Reason = Delivery.State, Delivery.Reason
# A message that is cancelled, expired or being corrected sends nothing once more.
STILL_SENDS = (Message.Status.SENT_WITH_FAILURES, Message.Status.SENDING)


@dataclass(frozen=True, slots=True)
class Group:
    """Unknown deliveries of one message on one channel."""

    message: Message
    channel: str
    number: int
    since: datetime
    may_go: bool  # the message can still be sent


def waiting(by: User) -> QuerySet[Delivery]:
    """What nobody decided about yet, of messages that `by` may see."""
    found = Delivery.objects.visible_to(by).filter(state=State.UNKNOWN, message__isnull=False)
    return found.exclude(reason=Reason.LEFT_UNKNOWN).exclude(message__drill=True)


def number(by: User) -> int:
    """How many wait for a decision, a thousand at most (beside the page's name in the menu)."""
    return waiting(by)[:MOST_COUNTED].count()


def narrowed(found: QuerySet[Delivery], message: int, channel: str) -> QuerySet[Delivery]:
    """Those of one message (0: of all) and one channel (empty: all)."""
    if message:
        found = found.filter(message=message)
    return found.filter(channel=channel) if channel else found


def groups(by: User) -> list[Group]:
    """The newest messages that have some, by channel."""
    rows = waiting(by).values("message", "channel").annotate(n=Count("pk"), since=Min("changed_at"))
    found = list(rows.order_by("-message", "channel")[:MOST_GROUPS])
    messages = Message.objects.in_bulk({row["message"] for row in found})
    return [
        Group(
            messages[row["message"]],
            row["channel"],
            row["n"],
            row["since"],
            can_go(messages[row["message"]]),
        )
        for row in found
    ]


def can_go(message: Message) -> bool:
    """Whether what is unknown could go out once more now."""
    in_time = message.expires_at is None or message.expires_at > timezone.now()
    return message.status in STILL_SENDS and in_time


def resend(ids: Sequence[int], *, by: User) -> int:
    """What may not have arrived goes once more; returns how many. Whoever moved meanwhile, or whose
    message cannot go out any more, stays as they are."""
    with transaction.atomic():
        return sum(_resend(message, ids, by) for message in _locked(ids))


def _locked(ids: Sequence[int]) -> list[Message]:
    live = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    meant = Delivery.objects.filter(pk__in=ids).values("message")
    held = Message.objects.select_for_update(no_key=True).filter(live, pk__in=meant)
    return list(held.filter(status__in=STILL_SENDS).defer("people").order_by("pk"))


def _resend(message: Message, ids: Sequence[int], by: User) -> int:
    now = timezone.now()
    rows = Delivery.objects.select_for_update(of=("self",)).order_by("pk")
    rows = rows.filter(pk__in=ids, message=message, state=State.UNKNOWN)
    by_channel: dict[str, list[int]] = defaultdict(list)
    for pk, channel in rows.values_list("pk", "channel"):
        by_channel[channel].append(pk)
    for channel, some in by_channel.items():
        Delivery.objects.filter(pk__in=some).update(
            state=State.QUEUED, reason=Reason.LOST_ANSWER, due_at=now, changed_at=now
        )
        counting.moved([(message.pk, channel, "unknown", "queued")] * len(some))
        _record(message, AGAIN, channel, some, by)
    if by_channel:
        message.status, message.finished_at = Message.Status.SENDING, None
        message.save(update_fields=["status", "finished_at"])
        wake_drains(sorted(by_channel), message.lane)
    return sum(map(len, by_channel.values()))


def leave(ids: Sequence[int], *, by: User) -> int:
    """They stay unknown and nothing is sent again; returns how many. News still settles them."""
    with transaction.atomic():
        rows = Delivery.objects.select_for_update(of=("self",)).order_by("pk")
        rows = rows.filter(pk__in=ids, state=State.UNKNOWN).exclude(reason=Reason.LEFT_UNKNOWN)
        held = list(rows.select_related("message"))
        Delivery.objects.filter(pk__in=[one.pk for one in held]).update(reason=Reason.LEFT_UNKNOWN)
        told: dict[tuple[Message, str], list[int]] = defaultdict(list)
        for one in held:
            if one.message is not None:
                told[one.message, one.channel].append(one.pk)
        for (message, channel), some in told.items():
            _record(message, LEFT, channel, some, by)
    return len(held)


def _record(message: Message, decision: str, channel: str, ids: Sequence[int], by: User) -> None:
    detail: dict[str, object] = {"decision": decision, "channel": channel, "deliveries": list(ids)}
    audit.record("delivery.settled", message, by=by, detail=detail)


# --- In bulk ---------------------------------------------------------------------------------------


def settle(work: jobs.Work) -> OfficeFile | None:
    """Work off what was chosen; may begin again at any time.

    Only what stood unknown when it was ordered counts, so nobody gets it a third time.
    """
    detail, by = work.job.detail, work.by
    decide = resend if detail["decision"] == AGAIN else leave
    found = narrowed(waiting(by), int(detail["message"]), str(detail["channel"]))
    found = found.filter(changed_at__lte=work.job.created_at)
    if detail["ids"]:
        found = found.filter(pk__in=[int(pk) for pk in str(detail["ids"]).split(",")])
    last = 0
    while ids := list(
        found.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        last = ids[-1]
        with transaction.atomic():
            work.step(work.job.done + len(ids))
            settled = decide(ids, by=by)
            _count(work, settled, len(ids) - settled)
    return None


def _count(work: jobs.Work, settled: int, stayed: int) -> None:
    """In the transaction of the batch: the counts are right after any kill."""
    counts = work.job.counts
    counts["settled"] = counts.get("settled", 0) + settled
    counts["stayed"] = counts.get("stayed", 0) + stayed
    work.mine().update(counts=counts)


JOB = "unknown_settle"
KIND = jobs.Kind(
    name=JOB,
    label=_("decision about unknown deliveries"),
    permission="messaging.send_message",
    do=settle,
    things=pgettext_lazy("so many of all", "deliveries"),
    counts={
        "settled": _("settled as ordered"),
        "stayed": _("unchanged: news came meanwhile, or the message can no longer be sent"),
    },
    page="unknown-list",
    stays=_("What was decided so far stays."),
)
