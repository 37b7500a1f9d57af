"""From `kill -9` of random workers while a message goes out to the proof of what people got.

Run with the environment of an installation: DATABASE_URL, and ICP_BROKER_URL for Celery workers
(without it the dispatcher is what gets killed). Everybody must have got the message exactly once,
or be listed as `unknown`. Prints one line of JSON; exits 1 where a person got it twice in silence
or not at all.

    python -m benchmarks.kill_harness --people 20000 --every 1 --drop 0.002
"""

import argparse
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path

from benchmarks.kill_steps import Steps
from sandbox.testing import Box, running_sandbox

ROOT = Path(__file__).resolve().parent.parent
# Short leases, so that what a killed worker held comes free while somebody watches.
HURRY = {
    "ICP_HANDING_OVER": "4",
    "ICP_LEASE_MARGIN": "2",
    "ICP_SMTP_TIMEOUT": "3",
    "ICP_SWEEP_SECONDS": "2",
    "ICP_LOG_LEVEL": "ERROR",
}
CELERY = [sys.executable, "-m", "celery", "-A", "icp"]
WORKER = [*CELERY, "worker", "--loglevel", "ERROR", "--concurrency", "1", "--queues"]


class Victim:
    """A worker in a process group of its own, that is started again whenever it was killed.

    Of a Celery worker a pool process is killed (its parent forks another at once), and now and
    then everything; of the dispatcher and of beat everything. What has just been started is left
    alone: to kill the same process for ever proves nothing.
    """

    SETTLED = 4.0
    start_up = 4.0  # seconds that a process of ICP needs to stand; measured by `prepare`

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.pooled = "worker" in command
        self.kills = self.kills_of_all = 0
        self.start()

    def start(self) -> None:
        self.up_since = 0.0
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL
        )

    def settled(self) -> bool:
        """Up for a while; one that gave up by itself is started again, as a supervisor would."""
        if self.process.poll() is not None:
            self.start()
        busy = self.children() if self.pooled else [self.process.pid]
        if busy and not self.up_since:
            self.up_since = time.monotonic()
        # Of a pool the children count, which its parent forks once everything is imported.
        grace = self.SETTLED if self.pooled else self.start_up + self.SETTLED
        return bool(busy) and time.monotonic() - self.up_since > grace

    def kill(self) -> None:
        if not self.pooled or secrets.randbelow(8) == 0:
            self.stop()
            self.kills_of_all += 1
            self.start()
        else:
            os.kill(secrets.choice(self.children()), signal.SIGKILL)
            self.kills += 1

    def children(self) -> list[int]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]

    def stop(self) -> None:
        with suppress(ProcessLookupError):  # it may have given up by itself
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def commands() -> list[list[str]]:
    if not os.environ.get("ICP_BROKER_URL"):
        return [[sys.executable, "manage.py", "run_dispatcher"]]
    name = secrets.token_hex(3)
    senders = [
        [*WORKER, "alarm,warning,letter,bulk", "--hostname", f"s{number}-{name}@%h"]
        for number in (1, 2)
    ]
    beat = str(Path(os.environ["ICP_DATA_DIR"]) / "beat")
    periodic = [*WORKER, "receipts,periodic", "--hostname", f"p-{name}@%h"]
    return [*senders, periodic, [*CELERY, "beat", "--loglevel", "ERROR", "--schedule", beat]]


def main(arguments: list[str]) -> int:
    options = read(arguments)
    with ExitStack() as stack:
        box = stack.enter_context(running_sandbox())
        channels = ("TWILIO", "FCM") if options.escalate else ("SMTP",)
        rate = {f"ICP_{name}_RATE": str(options.rate) for name in channels if options.rate}
        os.environ.update(HURRY | rate | box.environment())
        steps = Steps(box) if options.escalate else None
        # Nobody listens there: what the SMS provider has to say is told by the harness itself.
        os.environ.setdefault("ICP_PUBLIC_URL", "http://127.0.0.1:9")
        box.switch("sms", silent=True)
        message_id = prepare(options.people, steps)
        for channel in ("email", "sms", "push"):
            box.switch(channel, drop_after_accept=options.drop)
        victims = [Victim(command) for command in commands()]
        for victim in victims:
            stack.callback(victim.stop)
        seconds = torment(message_id, victims, options, steps)
        told = steps.report() if steps else truth(message_id, box)
        return report(message_id, told, victims, seconds)


def read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--every", type=float, default=1.0, help="seconds between two kills")
    parser.add_argument("--drop", type=float, default=0.002, help="share of answers lost")
    parser.add_argument("--flush-after", type=float, default=10.0, help="seconds to a FLUSHALL")
    parser.add_argument("--rate", type=float, default=0, help="envelopes a second and worker")
    parser.add_argument("--escalate", action="store_true", help="the app first, then SMS; receipts")
    parser.add_argument("--patience", type=float, default=600.0)
    return parser.parse_args(arguments)


def prepare(people: int, steps: Steps | None) -> int:
    """An installation with so many people, and the order to write to them all."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icp.settings")
    import django

    began = time.monotonic()
    django.setup()
    from django.core.management import call_command

    from messaging import dispatching  # noqa: F401 - what a worker imports, imported here

    Victim.start_up = time.monotonic() - began

    call_command("migrate", verbosity=0)
    if steps is not None:
        return steps.prepare(people)
    from benchmarks.crowd import crowd
    from messaging.steps import sending
    from tests import make

    about = make.topic()
    crowd(people, about.bit)
    message = make.message(about=about)
    sending.send(message, by=message.author)
    return message.pk


def torment(
    message_id: int, victims: list[Victim], options: argparse.Namespace, steps: Steps | None
) -> float:
    """Kill one at random every so often until the message has ended."""
    started = time.monotonic()
    flushed = not os.environ.get("ICP_BROKER_URL")
    next_kill = started + options.every
    while not ended(message_id):
        now = time.monotonic()
        if now - started > options.patience:
            break
        settled = [victim for victim in victims if victim.settled()]
        if now >= next_kill and settled:
            secrets.choice(settled).kill()
            next_kill = now + options.every
        if not flushed and now - started > options.flush_after:
            flush_broker()
            flushed = True
        if steps is not None:
            steps.meanwhile()
        time.sleep(0.05)
    return time.monotonic() - started


def ended(message_id: int) -> bool:
    from messaging.models import Message

    status = Message.objects.values_list("status", flat=True).get(pk=message_id)
    return status in {Message.Status.SENT, Message.Status.SENT_WITH_FAILURES}


def flush_broker() -> None:
    import redis

    client = redis.Redis.from_url(os.environ["ICP_BROKER_URL"])
    client.flushall()
    client.close()


def truth(message_id: int, box: Box) -> dict[str, object]:
    """What the states say against what people got."""
    from messaging.models import OPEN, Delivery
    from recipients.models import ContactPoint

    state_of = dict(
        Delivery.objects.filter(message=message_id).values_list("recipient_id", "state")
    )
    opened = ContactPoint.objects.filter(kind="email").select_related("recipient")
    address_of = {point.recipient_id: point.value for point in opened}
    got = Counter(row["address"] for row in box.arrived("email", texts=False))
    copies = {pk: got[address_of[pk]] for pk in state_of}
    told = {"accepted", "delivered", "read", "no_receipt"}
    return {
        "people": len(state_of),
        "states": dict(Counter(state_of.values())),
        "got_it_once": sum(number == 1 for number in copies.values()),
        "got_it_twice": sum(number > 1 for number in copies.values()),
        "unknown_got_it": sum(copies[pk] for pk, s in state_of.items() if s == "unknown"),
        "said_sent_but_missing": sum(
            copies[pk] == 0 for pk, state in state_of.items() if state in told
        ),
        "still_open": sum(state in OPEN for state in state_of.values()),
    }


BROKEN = (
    "got_it_twice",
    "said_sent_but_missing",
    "said_left_out_but_sent",
    "still_open",
    "page_loads_with_wrong_sums",
    "counters_were_wrong",
)


def report(message_id: int, told: dict[str, object], victims: list[Victim], seconds: float) -> int:
    from messaging.ledger import counting

    result = told | {
        "seconds": round(seconds, 1),
        "kills": sum(victim.kills for victim in victims),
        "kills_of_all": sum(victim.kills_of_all for victim in victims),
        "counters_were_wrong": counting.reconcile(message_id),
    }
    print(json.dumps(result))
    return 1 if any(result.get(name) for name in BROKEN) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
