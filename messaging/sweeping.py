"""From what was left behind (a killed worker, a lost hint, a passed hour) to its next state.

Every step looks at rows, moves them by a conditional UPDATE and may run anywhere, any time, twice.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from admin_module import audit, housekeeping
from admin_module.configuration import Receipts, read
from admin_module.models import Heartbeat
from messaging.ledger.waking import hinting, wake, wake_drains
from messaging.models import Attempt, Counter, Delivery, Message
from recipients import jobs
from recipients.account import rights
from recipients.contacts import address_health, devices
from recipients.feed import changes, kept_answers
from recipients.models import CONTACT_KINDS

from . import sql
from .budget import accounting
from .correspondence import letters
from .drills import drilling
from .engine import breaker, claiming, device_hints, expanding, outcomes, providers, pulse, receipts
from .ledger import closing, counting, epoch, finishing, noting
from .statistics import summaries
from .steps import alone, planning

log = logging.getLogger(__name__)
BATCH = 1000
DAILY = "daily"
Status, S = Message.Status, Delivery.State
# Steps of apps above, which they add in AppConfig.ready: every half a minute, and once a day.
sweepers: list[Callable[[], object]] = []
daily_sweepers: list[Callable[[], object]] = []
REASON_OF_STATUS = {Status.CANCELLED: "cancelled", Status.EXPIRED: "expired"}


def tick() -> None:
    """Every second: what is due now, and hints that were lost."""
    start_due()
    work = claiming.promote_due()
    letters.post_codes()
    start_jobs()
    while receipts.apply():
        pass
    for channel, lane in work | set(claiming.channels_with_work(3).items()):
        wake_drains([channel], lane)


def sweep() -> None:
    """Every half a minute: what killed workers and passed hours left behind."""
    give_up_expired()
    expire_messages()
    planning.void_changed()
    close_messages()
    end_letters_without_news()
    end_without_news()
    drilling.hold_planned()
    drilling.measure_finished()
    address_health.end_passed()
    finishing.finish(Message.objects.filter(status=Status.SENDING).values_list("pk", flat=True))
    breaker.look_again()
    providers.ask_balances()
    for step in sweepers:
        step()
    daily()


def daily() -> None:
    """At the first sweep of a calendar day, whichever process that is and however long it runs."""
    last = Heartbeat.objects.filter(name=DAILY).values_list("at", flat=True).first()
    if last is not None and timezone.localdate(last) >= timezone.localdate():
        return
    while rights.resume_due():
        pass
    while devices.tidy_up():
        pass
    while device_hints.forget_stale():
        pass
    reconcile()
    alone.remind()
    pulse.forget()
    changes.forget_deleted()
    address_health.forget_unused()
    while kept_answers.purge():
        pass
    housekeeping.tidy_up()
    accounting.count_due()
    summaries.post_due()
    for step in daily_sweepers:
        step()
    Heartbeat.beat(DAILY)


def start_due() -> None:
    """Schedules that came due, and expansions that somebody left unfinished."""
    if epoch.locked():
        return
    due = Message.objects.filter(
        status__in=[Status.SCHEDULED, Status.EXPANDING], due_at__lte=timezone.now(), problem=""
    )
    for message_id, klass in due.order_by("due_at").values_list("pk", "klass"):
        if hinting():
            wake("expand", message_id, lane=Message.LANE_OF_CLASS[Message.Klass(klass)])
        else:
            expanding.expand(message_id)


def start_jobs() -> None:
    """Rows that apps below left; where there is no broker, the dispatcher's own thread does them."""
    if hinting():
        for pk in jobs.waiting():
            wake("run_job", pk)


def give_up_expired() -> int:
    """Handed over by a worker that is gone: unknown, and an alarm goes once more.

    So does everything that only providers had who refuse what they have had before.
    """
    rows = []
    params = {"limit": BATCH, "safe": providers.safe_to_repeat(), "tries": outcomes.MAX_TRIES}
    while True:
        with transaction.atomic():
            found = sql.run("give_up_expired", params)
            now = timezone.now()
            Attempt.objects.bulk_create(
                Attempt(delivery_id=pk, at=now, outcome="unknown", code="lease_expired")
                for pk, *_rest in found
            )
            counting.moved(
                (message, channel, "queued", state) for _, message, channel, state in found
            )
            noting.note(pk for pk, _message, channel, _state in found if channel == "push")
        rows += found
        if len(found) < BATCH:
            break
    if rows:
        log.warning("%s deliveries were being handed over by a worker that is gone.", len(rows))
    return len(rows)


def expire_messages() -> None:
    """Past their end: what was not handed over stays here."""
    past = Message.objects.filter(
        status__in=[Status.SENDING, Status.PAUSED, Status.EXPANDING, Status.SCHEDULED],
        expires_at__lte=timezone.now(),
    )
    for message in past.only("pk", "status", "uid"):
        with transaction.atomic():
            seen = Message.objects.filter(pk=message.pk, status=message.status)
            if seen.update(status=Status.EXPIRED, finished_at=timezone.now(), problem="expired"):
                audit.record("message.expired", message, by=None)


def close_messages() -> int:
    """Leave out, bit by bit, what a cancelled or expired message still had to hand over."""
    closed = 0
    waiting = Counter.objects.standing(counting.WAITING)
    ended = Message.objects.filter(status__in=list(REASON_OF_STATUS), pk__in=waiting)
    for message_id, status in list(ended.values_list("pk", "status")):
        reason = REASON_OF_STATUS[Status(status)]
        closed += closing.close(message_id, reason)
    return closed


def end_without_news() -> int:
    """Accepted long ago (72 hours, or what the office set for the channel) and nothing heard since."""
    ended = 0
    for channel in CONTACT_KINDS:
        hours, since = _patience(channel)
        counters = Counter.objects.filter(
            message__sent_at__lte=since, message__drill=False, channel=channel
        )
        for pk in list(counters.standing(S.ACCEPTED)):
            found = _in_batches(
                "no_news", S.NO_RECEIPT, S.ACCEPTED, message=pk, channel=channel, hours=hours
            )
            ended += len(found)
    return ended


def _patience(channel: str) -> tuple[int, datetime]:
    hours = read(Receipts).hours_of(channel)
    return hours, timezone.now() - timedelta(hours=hours)


def end_letters_without_news() -> int:
    ended = 0
    for channel in CONTACT_KINDS:
        _hours, since = _patience(channel)
        silent = Delivery.objects.filter(
            letter__created_at__lte=since,
            letter__created_at__gt=since - timedelta(days=2),
            channel=channel,
            state=S.ACCEPTED,
            changed_at__lte=since,
        )
        ended += silent.update(state=S.NO_RECEIPT, changed_at=timezone.now())
    return ended


def reconcile() -> int:
    """Daily: count afresh the messages that moved lately; returns how many were wrong."""
    since = timezone.now() - timedelta(days=7)
    recent = Message.objects.filter(sent_at__gte=since).exclude(status=Status.SCHEDULED)
    wrong = [pk for pk in recent.values_list("pk", flat=True) if counting.reconcile(pk)]
    if wrong:
        log.error("Counters of messages %s were wrong and are corrected.", wrong)
    return len(wrong)


def _in_batches(
    statement: str, after: str, before: str = "queued", **params: object
) -> list[sql.Row]:
    """Repeat a statement that returns (message, channel, …) until it finds no full batch."""
    rows: list[sql.Row] = []
    while True:
        with transaction.atomic():
            found = sql.run(statement, {**params, "limit": BATCH})
            counting.moved((message, channel, before, after) for message, channel in found)
        rows += found
        if len(found) < BATCH:
            return rows
