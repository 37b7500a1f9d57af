"""From an alarm to 100 people while a newsletter drains, to its last acceptance."""

import time
from collections.abc import Iterator

from benchmarks import email_row, orders
from benchmarks.measuring import Ratio, paired
from benchmarks.plan import Finding, Size

BULK, ALARM = 50_000, 100
HEAD_START = 1_000  # mails of the newsletter that are gone when the alarm is ordered


def measure(size: Size) -> Iterator[Finding]:
    from messaging.models import Counter

    ratio = Ratio(
        f"alarm to {ALARM}, ordered while {BULK:,} mails drain: its last acceptance",
        "the same alarm on an idle system",
        2,
        unit="s",
        smaller_is_better=True,
    )

    def idle() -> float:
        alarm = orders.draft(ALARM, klass="alarm")
        return orders.seconds_until_last_accepted(alarm, orders.give(alarm))

    def busy() -> float:
        newsletter = orders.draft(size.of(BULK))
        alarm = orders.draft(ALARM, klass="alarm")
        ordered = orders.give(newsletter)
        gone = Counter.objects.filter(message=newsletter, state="accepted", number__gt=HEAD_START)
        while not gone.exists():
            time.sleep(orders.LOOK_SECONDS)
        seconds = orders.seconds_until_last_accepted(alarm, orders.give(alarm))
        newsletter.refresh_from_db()
        if newsletter.finished_at:
            raise RuntimeError("the newsletter was gone before the alarm")
        orders.seconds_until_finished(newsletter, ordered)
        return seconds

    from benchmarks import sinks

    with sinks.smtp_sink() as port, email_row.working(port):
        idle()
        yield paired(ratio, busy, idle, size.runs)
