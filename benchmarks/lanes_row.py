"""From an alarm to 500 people while 50 000 mails drain, to what lanes are worth and what they cost.

The same 500 are written to twice beside a newsletter: by an alarm, and by a message of the newsletter's own
lane. The newsletter's whole time is compared with its time alone.
"""

import time
from collections.abc import Iterator

from benchmarks import email_row, orders, sinks
from benchmarks.measuring import Ratio
from benchmarks.plan import Finding, Size

BULK, ALARM = 50_000, 500
HEAD_START = 1_000  # mails of the newsletter that are gone when the other is ordered


def measure(size: Size) -> Iterator[Finding]:
    bulk = size.of(BULK)
    work = f"ordered while {bulk:,} mails drain: its last acceptance"
    overtaking = Ratio(
        f"alarm to {ALARM}, {work}",
        "the same people in the newsletter's lane",
        0.5,
        unit="s",
        smaller_is_better=True,
    )
    slowed = Ratio(
        f"{bulk:,} mails, with an alarm to {ALARM} among them", "the same mails alone", 0.9
    )
    with sinks.smtp_sink() as port, email_row.working(port):
        orders.deliver(size.of(2_000))
        for _run in range(size.runs):
            urgent, beside = _among(bulk, "alarm")
            patient, _same = _among(bulk, "information")
            alone = orders.deliver(bulk)
            overtaking.ours.append(urgent)
            overtaking.theirs.append(patient)
            slowed.ours.append(beside)
            slowed.theirs.append(alone)
            print(f"  {urgent:.2f} s against {patient:.2f} s; {beside:.0f} /s of {alone:.0f} /s")
    yield overtaking
    yield slowed
    yield (
        f"lanes: the last of {ALARM} alarms was accepted after"
        f" {min(overtaking.ours):.2f}–{max(overtaking.ours):.2f} s; without lanes after"
        f" {min(overtaking.theirs):.2f}–{max(overtaking.theirs):.2f} s."
    )


def _among(bulk: int, klass: str) -> tuple[float, float]:
    """Seconds to the last acceptance of the 500, and mails a second of the newsletter beside them."""
    from messaging.models import Counter

    newsletter, other = orders.draft(bulk), orders.draft(ALARM, klass=klass)
    ordered = orders.give(newsletter)
    gone = Counter.objects.filter(message=newsletter, state="accepted")
    while sum(gone.values_list("number", flat=True)) <= min(HEAD_START, bulk // 10):
        time.sleep(orders.LOOK_SECONDS)
    seconds = orders.seconds_until_last_accepted(other, orders.give(other))
    newsletter.refresh_from_db()
    if klass == "alarm" and newsletter.finished_at:
        raise RuntimeError("the newsletter was gone before the alarm")
    return seconds, bulk / orders.seconds_until_finished(newsletter, ordered)
