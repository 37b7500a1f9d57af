"""From an alarm to 100 people while a newsletter drains, to its last acceptance."""

import statistics
import time
from collections.abc import Iterator

from benchmarks import email_row, orders, sinks
from benchmarks.measuring import Ratio, paired
from benchmarks.plan import Finding, Size

BULK, ALARM, ALARMS = 50_000, 100, 3
HEAD_START = 1_000  # mails of the newsletter that are gone when the alarm is ordered


def measure(size: Size) -> Iterator[Finding]:
    bulk = size.of(BULK)
    ratio = Ratio(
        f"alarm to {ALARM}, ordered while {bulk:,} mails drain: its last acceptance",
        "the same alarm on an idle system",
        2,
        unit="s",
        smaller_is_better=True,
    )
    with sinks.smtp_sink() as port, email_row.working(port):
        _alarm()
        yield paired(ratio, lambda: _beside(bulk), _several, size.runs)


def _several() -> float:
    return statistics.median(_alarm() for _ in range(ALARMS))


def _alarm() -> float:
    alarm = orders.draft(ALARM, klass="alarm")
    return orders.seconds_until_last_accepted(alarm, orders.give(alarm))


def _beside(bulk: int) -> float:
    """The same while a newsletter drains, from its first mails to before its last."""
    from messaging.models import Counter

    newsletter = orders.draft(bulk)
    ordered = orders.give(newsletter)
    gone = Counter.objects.filter(message=newsletter, state="accepted")
    while sum(gone.values_list("number", flat=True)) <= HEAD_START:
        time.sleep(orders.LOOK_SECONDS)
    seconds = _several()
    newsletter.refresh_from_db()
    if newsletter.finished_at:
        raise RuntimeError("the newsletter was gone before the alarms")
    orders.seconds_until_finished(newsletter, ordered)
    return seconds
