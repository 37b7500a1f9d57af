"""From one message to 20 000 people, the whole way, to its ratio against five other ways."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks import installation, orders, profiling, sinks, workers
from benchmarks.measuring import Ratio, together
from benchmarks.plan import Finding, Size

PEOPLE = 20_000
# Mails of a rival: enough for its rate, few enough to wait for.
RIVALS = {
    "django-post_office, default settings": (15, "post_office", 3_000, {}),
    "django-post_office, its best settings": (
        10,
        "post_office_best",
        6_000,
        {"BENCH_BATCH": "6000", "BENCH_THREADS": "4"},
    ),
    "Celery chunks of 500, Django mail, bulk_update": (8, "chunks", 10_000, {}),
    "one Celery task per person, connections reused": (20, "tasks", 3_000, {}),
}


def measure(size: Size) -> Iterator[Finding]:
    people = size.of(PEOPLE)
    with sinks.smtp_sink() as port, working(port) as team:
        length = length_of_a_mail()
        orders.deliver(size.of(2_000))
        if size.profile:
            yield profiling.of_email(team, lambda: orders.deliver(people))
            return
        theirs: list[tuple[Ratio, Callable[[], float]]] = [
            (
                ratio(0.5, people, "smtp-source, 4 kept sessions"),
                lambda: sinks.smtp_source(port, PEOPLE, length, 4),
            )
        ]
        for against, (target, way, mails, more) in RIVALS.items():
            theirs.append((ratio(target, people, against), rival(port, way, size.of(mails), more)))
        used: list[float] = []
        yield from together(theirs, lambda: ours(people, team, used), size.runs, team.asleep)
        anew = sinks.smtp_source(port, PEOPLE, length, 4, kept=False)
        yield (
            f"e-mail: {min(used):.0f} µs of the workers' processor a mail of {length} bytes;"
            f" smtp-source with a new connection for each mail: {anew:,.0f} /s."
        )


@contextmanager
def working(port: int) -> Iterator[workers.Team]:
    with workers.working(ICP_SMTP_HOST="127.0.0.1", ICP_SMTP_PORT=str(port)) as team:
        yield team


def ratio(target: float, people: int, against: str) -> Ratio:
    return Ratio(f"e-mail to {people:,} people, whole path, two workers", against, target)


def ours(people: int, team: workers.Team, used: list[float]) -> float:
    before = team.cpu()
    rate = orders.deliver(people)
    used.append((team.cpu() - before) / people * 1e6)
    return rate


def rival(port: int, way: str, mails: int, more: dict[str, str]) -> Callable[[], float]:
    environment = {
        "DJANGO_SETTINGS_MODULE": "benchmarks.rivals.settings",
        "BENCH_SMTP_PORT": str(port),
        "PYTHONWARNINGS": "ignore",
        # Not the queue that our own workers listen to.
        "ICP_BROKER_URL": os.environ["ICP_BROKER_URL"].replace("/0", "/1"),
    }

    def run() -> float:
        url = installation.database("rivals")
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.rivals.run", way, str(mails)],
            env=os.environ | environment | more | {"DATABASE_URL": url},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return mails / float(done.stdout.split()[-1])

    return run


def length_of_a_mail() -> int:
    """Bytes between DATA and the final dot."""
    from django.conf import settings

    from messaging.channels.base import Envelope
    from messaging.channels.email.channel import EmailChannel
    from messaging.texts import rendering

    content = rendering.content_for(orders.draft(1), "email")
    envelope = Envelope("0" * 32, "osoba1@przyklad.example", content)
    channel = EmailChannel(settings.CHANNELS["email"])
    return len(channel.prepare(envelope, eight_bit=True).body)
