"""From prepared envelopes to a relay with latency: our sender alone against smtp-source."""

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from benchmarks import orders, sinks
from benchmarks.measuring import Ratio, paired
from benchmarks.plan import Finding, Size

MAILS, CONNECTIONS, GROUPS_EACH = 4_800, 16, 3


def measure(size: Size) -> Iterator[Finding]:
    mails = size.of(MAILS)
    ratio = Ratio(
        f"e-mail sender alone, {CONNECTIONS} connections, 1 ms round trip, 10 ms commit",
        f"smtp-source, {CONNECTIONS} sessions",
        1.2,
    )
    with sinks.slow("smtp") as port:
        length = _send(port, CONNECTIONS)[1]
        yield paired(
            ratio,
            lambda: _send(port, mails)[0],
            lambda: sinks.smtp_source(port, mails, length, CONNECTIONS),
            size.runs,
        )


def _send(port: int, mails: int) -> tuple[float, int]:
    """Mails a second, and the bytes of one."""
    from django.conf import settings

    from messaging.channels.base import Content, Envelope, Outcome, now
    from messaging.channels.email.channel import EmailChannel

    config = settings.CHANNELS["email"] | {"host": "127.0.0.1", "port": port}
    channel = EmailChannel(config | {"streams": CONNECTIONS})
    content = Content("bench", "Przerwa", orders.SENTENCE * 9, f"<p>{orders.SENTENCE * 20}</p>")
    envelopes = [
        Envelope(uuid.uuid4().hex, f"osoba{number}@przyklad.example", content)
        for number in range(mails)
    ]
    group = max(mails // CONNECTIONS // GROUPS_EACH, 1)
    groups = [envelopes[start : start + group] for start in range(0, mails, group)]

    def hand_over(group: list[Envelope]) -> int:
        answers = channel.send(group, deadline=now() + 60)
        return sum(answer.outcome is Outcome.ACCEPTED for answer in answers)

    started = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        accepted = sum(threads.map(hand_over, groups))
    seconds = time.perf_counter() - started
    channel.close()
    if accepted != mails:
        raise RuntimeError("some were not accepted")
    return mails / seconds, len(channel.prepare(envelopes[0], eight_bit=True).body)
