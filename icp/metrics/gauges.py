"""From rows to numbers, read whenever Prometheus asks; each from an index or a counter."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Length
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from admin_module import audit
from admin_module.models import Heartbeat
from conversations.models import RetentionCheck
from icp.encryption import pages
from icp.encryption.erasing import journal_path, read_journal
from icp.encryption.models import PageDirty
from messaging.engine import providers
from messaging.epuap import boxes
from messaging.ledger import epoch
from messaging.models import (
    LANES,
    ChannelPause,
    Counter,
    Delivery,
    EpuapBox,
    ProviderPulse,
    ReceiptNews,
)
from recipients.models import CONTACT_KINDS, Job

log = logging.getLogger(__name__)
LATELY = timedelta(minutes=5)
# Somebody else's answer came after the lease had passed on: "owner:reference" (messaging/engine/receipts.py).
LOST_FENCE = 65
NEWEST = 20_000
Labels = tuple[str, ...]
Numbers = Iterator[tuple[Labels, float]]


def gauge(name: str, words: str, *labels: str) -> Callable[[Callable[[], Numbers]], None]:
    """List a question among those asked at every look."""

    def listed(ask: Callable[[], Numbers]) -> None:
        GAUGES[name] = (words, labels, ask)

    return listed


GAUGES: dict[str, tuple[str, Labels, Callable[[], Numbers]]] = {}


class Database(Collector):
    """Asks every question anew; one that fails is named and hides none of the others."""

    def collect(self) -> Iterator[Metric]:
        failed = GaugeMetricFamily(
            "icp_scrape_failed", "Numbers that could not be read.", None, ["gauge"]
        )
        for name, (words, labels, ask) in GAUGES.items():
            family = GaugeMetricFamily(name, words, labels=labels)
            try:
                for values, number in ask():
                    family.add_metric(values, number)
            except Exception as problem:
                # The text may name hosts and users; its kind says enough.
                log.warning("Metric %s cannot be read: %s.", name, type(problem).__name__)
                failed.add_metric([name], 1)
            yield family
        yield failed


def age(then: datetime | None) -> float:
    return (timezone.now() - then).total_seconds() if then else 0.0


@gauge("icp_deliveries", "Deliveries of messages by channel and state.", "channel", "state")
def deliveries() -> Numbers:
    real = Counter.objects.filter(message__drill=False)
    rows = real.values_list("channel", "state").annotate(Sum("number"))
    yield from (((channel, state), number) for channel, state, number in rows)


@gauge("icp_due_oldest_seconds", "Age of the oldest due delivery.", "channel", "lane")
def due() -> Numbers:
    now = timezone.now()
    for channel in CONTACT_KINDS:
        for lane, name in LANES.items():
            queued = Delivery.objects.filter(
                channel=channel, lane=lane, state=Delivery.State.QUEUED, due_at__lte=now
            )
            oldest = queued.order_by("due_at", "id").values_list("due_at", flat=True).first()
            yield (channel, name), age(oldest)


@gauge("icp_unknown", "Deliveries of messages of which nobody knows whether they arrived.")
def unknown() -> Numbers:
    found = Counter.objects.filter(state=Delivery.State.UNKNOWN)
    yield (), found.aggregate(all=Sum("number"))["all"] or 0


@gauge("icp_lost_fences", "Answers within 5 minutes whose lease had passed to another worker.")
def lost_fences() -> Numbers:
    newest = ReceiptNews.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    lately = ReceiptNews.objects.filter(
        pk__gt=newest - NEWEST, received_at__gte=timezone.now() - LATELY, reference__isnull=False
    )
    lost = lately.annotate(length=Length("event_id")).filter(length__gte=LOST_FENCE)
    yield (), lost.filter(event_id__contains=":").count()


@gauge("icp_receipts_waiting", "News of providers that nobody applied yet.")
def receipts_waiting() -> Numbers:
    yield (), ReceiptNews.objects.filter(applied_at=None).count()


@gauge("icp_channel_paused", "1 for a channel whose credit or credentials ran out.", "channel")
def paused() -> Numbers:
    waiting = set(ChannelPause.objects.values_list("channel", flat=True))
    yield from (((channel,), float(channel in waiting)) for channel in CONTACT_KINDS)


@gauge("icp_provider_rests", "1 for a provider that is left out.", "channel", "provider")
def provider_rests() -> Numbers:
    yield from (
        ((one.channel, one.provider), float(one.rests_now))
        for one in providers.health()
        if one.among or one.rests_now
    )


@gauge("icp_provider_faults", "Faults within 15 minutes.", "channel", "provider")
def provider_faults() -> Numbers:
    found = (one for one in providers.health() if one.answers)
    yield from (((one.channel, one.provider), one.faults) for one in found)


@gauge("icp_provider_balance", "What is left on an account.", "channel", "provider", "unit")
def provider_balance() -> Numbers:
    for one in providers.health():
        if one.row.balance is not None:
            labels = (one.channel, one.provider, one.row.balance_unit)
            yield labels, float(one.row.balance)


@gauge("icp_sending_locked", "1 while a restored database waits for confirm_epoch.")
def locked() -> Numbers:
    yield (), float(epoch.locked())


@gauge("icp_provider_answers", "Answers within 5 minutes by outcome.", "channel", "outcome")
def answers() -> Numbers:
    tally: dict[tuple[str, str], int] = {}
    for channel, found in _pulses().values_list("channel", "answers"):
        for outcome, number in found.items():
            tally[channel, outcome] = tally.get((channel, outcome), 0) + number
    yield from ((labels, number) for labels, number in sorted(tally.items()))


@gauge("icp_provider_seconds", "Seconds to an answer within 5 minutes.", "channel", "kind")
def provider_seconds() -> Numbers:
    tally: dict[str, tuple[float, int, float]] = {}
    for pulse in _pulses():
        seconds, number, slowest = tally.get(pulse.channel, (0.0, 0, 0.0))
        tally[pulse.channel] = (
            seconds + pulse.seconds,
            number + sum(pulse.answers.values()),
            max(slowest, pulse.slowest),
        )
    for channel, (seconds, number, slowest) in sorted(tally.items()):
        yield (channel, "average"), seconds / max(number, 1)
        yield (channel, "slowest"), slowest


def _pulses() -> QuerySet[ProviderPulse]:
    return ProviderPulse.objects.filter(at__gte=timezone.now() - LATELY)


@gauge(
    "icp_epuap_silent_seconds", "Since a box of the office in ePUAP last answered sensibly.", "box"
)
def silent_boxes() -> Numbers:
    asked = EpuapBox.objects.filter(address__in=boxes.addresses()).order_by("pk")
    rows = asked.values_list("pk", "answered_at")
    yield from (((str(pk),), age(at)) for pk, at in rows)


@gauge("icp_dirty_pages", "People whose sealed records wait to be folded in.", "kind")
def dirty() -> Numbers:
    rows = PageDirty.objects.values_list("kind").annotate(Count("slot", distinct=True))
    found = dict(rows)
    yield from (((kind,), found.get(kind, 0)) for kind in pages.KINDS)


@gauge("icp_audit_unlinked_seconds", "Age of the oldest audit entry outside the chain.")
def unlinked() -> Numbers:
    yield (), audit.oldest_unlinked_age().total_seconds()


@gauge(
    "icp_heartbeat_age_seconds",
    "Since a process, the daily round (retention) or a backup was last seen.",
    "name",
)
def heartbeats() -> Numbers:
    yield from (((name,), age(at)) for name, at in Heartbeat.objects.values_list("name", "at"))


@gauge("icp_retention_problems", "What the newest check of conversations found.", "code")
def retention() -> Numbers:
    check = RetentionCheck.objects.order_by("-at", "-pk").first()
    yield from (((code,), number) for code, number in (check.problems if check else {}).items())


@gauge("icp_jobs", "Long-running work by kind and state.", "kind", "state")
def jobs() -> Numbers:
    rows = Job.objects.values_list("kind", "state").annotate(Count("pk"))
    yield from (((kind, state), number) for kind, state, number in rows)


@gauge("icp_erasures_unfinished", "Erasures begun and not known to be done: look by hand.")
def erasures() -> Numbers:
    path = journal_path()
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    yield (), len(read_journal(lines)[1])


@gauge("icp_oldest_snapshot_transactions", "Age of the oldest snapshot: vacuum waits for it.")
def oldest_xmin() -> Numbers:
    yield from _postgresql("SELECT coalesce(max(age(backend_xmin)), 0) FROM pg_stat_activity")


@gauge("icp_lock_waits", "Statements that wait for a lock.")
def lock_waits() -> Numbers:
    yield from _postgresql("SELECT count(*) FROM pg_locks WHERE NOT granted")


@gauge("icp_database_bytes", "Size of the database.")
def size() -> Numbers:
    if connection.vendor == "postgresql":
        yield from _postgresql("SELECT pg_database_size(current_database())")
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
            yield (), cursor.fetchone()[0]


def _postgresql(question: str) -> Numbers:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(question)
            yield (), cursor.fetchone()[0]
