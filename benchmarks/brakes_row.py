"""From a click on "pause" or "cancel the rest" while mails drain, to how many went out after it.

Two workers send by SMTP to a sink that counts. What the progress page says after a click is a little more: what
was answered before it and written after it counts there, too.
"""

import os
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from benchmarks import email_row, orders
from benchmarks.plan import Finding, Size
from tests.servers import free_port, wait_for

if TYPE_CHECKING:
    from messaging.models import Message

PEOPLE, CLICKS = 6_000, 4
COUNTED = re.compile(rb"mesg=\s*(\d+)")
SETTLED_SECONDS = 1.0  # so long nothing more may be written


class Sink:
    """Postfix's, told to show how many mails it took."""

    def __init__(self, output: IO[bytes]) -> None:
        self.mails = 0
        threading.Thread(target=self._read, args=(output,), daemon=True).start()

    def _read(self, output: IO[bytes]) -> None:
        rest = b""
        while piece := os.read(output.fileno(), 4096):
            found = COUNTED.findall(rest + piece)
            rest = piece[-40:]
            self.mails = max([self.mails, *map(int, found)])


@contextmanager
def counting_sink() -> Iterator[tuple[int, Sink]]:
    port = free_port()
    account = ["-u", "nobody"] if os.geteuid() == 0 else []
    command = ["smtp-sink", "-c", *account, f"127.0.0.1:{port}", "1024"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        wait_for(port)
        assert process.stdout is not None
        yield port, Sink(process.stdout)
    finally:
        process.terminate()
        process.wait(10)


def measure(size: Size) -> Iterator[Finding]:
    from messaging.steps import braking

    people = size.of(PEOPLE)
    paused: list[tuple[int, int, float]] = []
    cancelled: list[tuple[int, int, float]] = []
    with counting_sink() as (port, sink), email_row.working(port):
        orders.deliver(size.of(2_000))
        for _run in range(size.runs):
            message = orders.draft(people)
            orders.give(message)
            for click in range(1, CLICKS + 1):
                wait_until_gone(message, click * people // (CLICKS + 3))
                paused.append(clicked(message, braking.pause, sink))
                braking.resume(message, by=message.author)
            wait_until_gone(message, (CLICKS + 1) * people // (CLICKS + 3))
            cancelled.append(clicked(message, braking.cancel, sink))
    yield (
        f"brakes: {people:,} mails, 2 workers with at most {window()} in hand each. {said('pausing', paused)}"
        f" {said('cancelling', cancelled)} The last was written down"
        f" {max(seconds for _m, _w, seconds in paused + cancelled):.2f} s after the click."
    )


def said(name: str, clicks: list[tuple[int, int, float]]) -> str:
    mails, written = ([click[n] for click in clicks] for n in (0, 1))
    return (
        f"After {name} ({len(clicks)} clicks) the server got {min(mails)}–{max(mails)} more;"
        f" the page said {min(written)}–{max(written)}."
    )


def window() -> int:
    from messaging import channels

    return channels.get_channel("email").pace.window


def clicked(message: "Message", brake: Callable[..., object], sink: Sink) -> tuple[int, int, float]:
    """Mails that the server got after the click, how many were written as handed over after it, and in
    how many seconds."""
    from messaging.steps import braking

    before = sink.mails  # the click itself takes a moment, which counts
    brake(message, by=message.author)
    began = last = time.monotonic()
    number = braking.since_halt(message) or 0
    while time.monotonic() - last < SETTLED_SECONDS:
        time.sleep(orders.LOOK_SECONDS)
        found = braking.since_halt(message) or 0
        if found != number:
            number, last = found, time.monotonic()
    return sink.mails - before, number, last - began


def wait_until_gone(message: "Message", number: int) -> None:
    from messaging.steps import braking

    while braking.handed_over(message.pk) < number:
        time.sleep(orders.LOOK_SECONDS)
        message.refresh_from_db(fields=["status"])
        if message.finished_at:
            raise RuntimeError("the message was gone before the click")
