"""From a drill to how long it took, and from the day of the month to the next one.

A drill walks the whole way of a message: list, consents, texts, lanes, intents, the channel's own limit. Only the
provider's time is missing. Seconds are counted from the moment it was due to the acceptance by the sink.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import User
from messaging.models import Attempt, Audience, DrillPlan, DrillTime, Message, MessageText
from messaging.steps import drafting, sending
from recipients.models import CONTACT_KINDS

log = logging.getLogger(__name__)
Status = Message.Status
ENDED = (Status.SENT, Status.SENT_WITH_FAILURES, Status.CANCELLED, Status.EXPIRED)
HALF, MOST = 0.5, 0.95
# A planned drill that was missed by more (the machine was off) waits for the next month.
LATEST = timedelta(hours=6)
LONGEST_TITLE = 150


# --- Beginning one ----------------------------------------------------------------------------------


def begin(*, by: User, like: Message | None = None) -> Message:
    """A draft of a drill for the editor: like another message, or the office's first one."""
    return drafting.save(_drafted(by, like), by=by, revision=0)


def _drafted(by: User, like: Message | None) -> Message:
    name = _("Drill")
    if like is None:
        text = MessageText(
            title=name,
            short=_("This is a drill of the office’s system of messages."),
            long=_("This is a drill of the office’s system of messages."),
        )
        klass = (
            Message.Klass.ALARM if by.has_perm("messaging.send_alarm") else Message.Klass.WARNING
        )
        return Message(
            author=by,
            unit=by.unit,
            klass=klass,
            text=text,
            channels=list(CONTACT_KINDS),
            audience=Audience({"everyone": True}, _("all recipients")),
            drill=True,
        )
    title = like.text.title if like.drill else f"{name}: {like.text.title}"
    return Message(
        author=by,
        unit=by.unit,
        klass=like.klass,
        topic=like.topic,
        text=replace(like.text, title=title[:LONGEST_TITLE]),
        variants=like.variants,
        channels=like.channels,
        audience=like.audience,
        escalation=like.escalation,
        drill=True,
    )


# --- Measuring --------------------------------------------------------------------------------------


def measure_finished() -> int:
    """Note the times of drills that ended; returns how many."""
    ended = Message.objects.drills().filter(
        status__in=ENDED, drill_times=None, begun_at__isnull=False
    )
    rows = list(ended.defer("people", "audience", "text"))
    for message in rows:
        measure(message)
    return len(rows)


def measure(message: Message) -> list[DrillTime]:
    """Note how long a drill took on each channel; twice does no harm."""
    start = started(message)
    times = []
    for channel in message.chosen_channels:
        tried = Attempt.objects.filter(delivery__message=message, delivery__channel=channel)
        taken = tried.filter(outcome="accepted").order_by("at").values_list("at", flat=True)
        seconds = [max(0.0, (at - start).total_seconds()) for at in taken]
        times.append(
            DrillTime(
                message=message,
                channel=channel,
                people=len(seconds),
                half=_share(seconds, HALF),
                most=_share(seconds, MOST),
                last=seconds[-1] if seconds else None,
            )
        )
    DrillTime.objects.bulk_create(times, ignore_conflicts=True)
    return times


def started(message: Message) -> datetime:
    """When it was to go out: the order, or the hour it was planned for."""
    ordered = message.sent_at or message.created_at
    return max(ordered, message.due_at or ordered)


def _share(seconds: list[float], share: float) -> float | None:
    """After how long this share of all was taken on; `seconds` are in order."""
    return seconds[ceil(len(seconds) * share) - 1] if seconds else None


# --- Once a month -----------------------------------------------------------------------------------


def plan() -> DrillPlan:
    return DrillPlan.objects.select_related("pattern").order_by("pk").first() or DrillPlan()


@transaction.atomic
def save_plan(changed: DrillPlan, *, by: User, revision: int) -> bool:
    """Keep the plan if nobody changed it meanwhile."""
    if changed._state.adding:
        if DrillPlan.objects.exists():
            return False
    elif not DrillPlan.objects.filter(pk=changed.pk, revision=revision).update(
        revision=revision + 1
    ):
        return False
    changed.revision, changed.changed_by = revision + 1, by
    changed.save()
    detail: dict[str, object] = {"enabled": changed.enabled, "day": changed.day}
    audit.record("drill.planned", f"messaging.drillplan:{changed.pk}", by=by, detail=detail)
    return True


def next_on(found: DrillPlan, now: datetime | None = None) -> datetime | None:
    """When the next drill is held by itself; None where none is planned."""
    if not found.enabled or found.pattern_id is None:
        return None
    now = timezone.localtime(now)
    this = _moment(found, now)
    done = found.ran_on is not None and found.ran_on >= this.date().replace(day=1)
    if not done and now <= this + LATEST:
        return this
    return _moment(found, (now.replace(day=1) + timedelta(days=32)).replace(day=1))


def _moment(found: DrillPlan, month: datetime) -> datetime:
    """By the clock in the town, whatever the clocks do that night."""
    zone = timezone.get_default_timezone()
    return datetime.combine(month.date().replace(day=found.day), found.clock, tzinfo=zone)


def hold_planned(now: datetime | None = None) -> Message | None:
    """Hold the drill of this month when its hour has come, once, whoever looks first."""
    now = now or timezone.now()
    found = plan()
    due = next_on(found, now)
    if due is None or due > now:
        return None
    rows = DrillPlan.objects.filter(pk=found.pk, enabled=True, ran_on=found.ran_on)
    with transaction.atomic():
        if not rows.update(ran_on=timezone.localdate(now)):
            return None
        audit.record("drill.held", f"messaging.drillplan:{found.pk}", by=None)
    return _send(found)


def _send(found: DrillPlan) -> Message | None:
    """The pattern once more, in the name of whoever planned it, who may approve their own drill."""
    by = found.changed_by
    if by is None or found.pattern is None:
        return None
    message = begin(by=by, like=found.pattern)
    try:
        sending.send(message, by=by)
        if message.status == Status.WAITING:
            sending.approve(message, by=by)
    except sending.CannotSend:
        log.warning("The planned drill %s was not held: it stays a draft.", message.pk)
        audit.record("drill.refused", message, by=None)
    return message
