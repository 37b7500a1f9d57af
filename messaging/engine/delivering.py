"""From a hint "this lane has work" to answers written down: look, intend, hand over, settle.

One thread uses the database; the streams do the network meanwhile. Never more than the channel's
window stands in `submitting`: that much can a killed worker leave `unknown`.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from messaging import sql
from messaging.channels import configured, drill, held
from messaging.channels.base import Answer, Channel, Outcome, now
from messaging.ledger import epoch, finishing
from recipients.contacts import contacts, devices

from . import claiming, outcomes
from .claiming import EVERYTHING, Due, Share
from .envelopes import Ready, Writer
from .pulse import Pulse
from .streams import Heap, Streams
from .watching import Watch

log = logging.getLogger(__name__)
SECONDS = 20.0  # a drain ends by then, so that a worker can be stopped and a hint be taken
DRILL_SECONDS = 1.0  # short: what is real must never wait for an exercise
LOOK_SMALLEST, LOOK_LARGEST = 50, 1000
LOOK_SECONDS = 0.5  # a look brings the work of about this long
WRITE_ROWS, WRITE_SECONDS = 500, 0.1
DATABASE_PATIENCE = 60.0  # answers are not thrown away because the database is gone for a while


@dataclass(frozen=True, slots=True)
class Drained:
    """How many deliveries were answered, and whether time ran out before the work did."""

    answered: int = 0
    more: bool = False


def drain(
    channel: str, lane: int, share: Share = EVERYTHING, *, stop: threading.Event | None = None
) -> Drained:
    """Hand over this share of what is due in this lane or above, for at most 20 s.

    The caller's thread must own its database connection.
    """
    if epoch.locked():
        log.error("Sending is locked: the database came back from a backup. Nothing was sent.")
        return Drained()
    sql.plan_once()
    stop = stop or threading.Event()
    if not claiming.drills_under_way():
        with held(channel) as current:
            return Drain(current, lane, share, stop).run()
    done = Drained()
    if claiming.look(channel, lane, 1, share):  # else no provider is so much as prepared for
        with held(channel) as current:
            done = Drain(current, lane, share, stop).run()
    with drill.held(channel, configured(channel)) as sink:
        drilled = Drain(sink, lane, share, stop, seconds=DRILL_SECONDS).run()
    return Drained(done.answered + drilled.answered, more=done.more or drilled.more)


class Drain:
    """One round on one channel; a sink meets the deliveries of drills only, a provider never does."""

    def __init__(
        self,
        channel: Channel,
        lane: int,
        share: Share,
        stop: threading.Event,
        *,
        seconds: float = SECONDS,
    ) -> None:
        self.channel, self.lane, self.share, self.stop = channel, lane, share, stop
        self.seconds = seconds
        self.drill = isinstance(channel, drill.DrillChannel)
        self.window = max(1, channel.pace.window)
        groups = channel.pace.groups or channel.pace.streams
        self.group = max(1, self.window // groups)
        self.parts = max(1, channel.pace.streams // groups)
        self.streams = Streams.of(channel)
        self.writer = Writer(channel.name, drill=self.drill)
        self.pulse = Pulse(channel.name)
        self.watch = Watch(channel)
        self.sink: SimpleQueue[Heap] = SimpleQueue()
        self.ready: deque[Ready] = deque()
        self.waiting: dict[str, Due] = {}  # handed over, no answer yet
        self.answered: list[tuple[Due, Answer]] = []
        self.answered_since = 0.0
        self.busy = 0  # streams that have a group
        self.exhausted = self.tripped = self.handed = False
        self.messages: set[int] = set()
        self.total = 0
        self.started = now()

    def run(self) -> Drained:
        try:
            while True:
                self.watch.heed()
                self.fetch()
                self.hand_over()
                if self.idle():
                    break
                self.collect()
                if self.must_write():
                    self.write()
        finally:
            self.close()
        return Drained(self.total, more=not self.exhausted and not self.tripped)

    def idle(self) -> bool:
        """Nothing is out, and nothing more will go out."""
        busy = self.waiting or self.answered
        return not busy and (not self.running() or (self.exhausted and not self.ready))

    def running(self) -> bool:
        # However slow the machine is, a round brings something forward.
        in_time = now() - self.started < (self.seconds if self.handed else SECONDS)
        return in_time and not self.tripped and not self.stop.is_set()

    def fetch(self) -> None:
        """Look for the next ones while the streams are sending the last ones."""
        while self.running() and not self.exhausted and len(self.ready) <= self.window:
            known = {one.item.id for one in self.ready}  # still in the queue, and first in it
            limit = self.look_size() + len(known)
            seen = claiming.look(self.channel.name, self.lane, limit, self.share, drill=self.drill)
            due = [item for item in seen if item.id not in known]
            self.exhausted = not due
            written = self.writer.write(due)
            for reason, items in written.left_out.items():
                claiming.suppress([item.id for item in items], reason)
                self.messages.update(item.message for item in items if item.message)
            if (
                written.ready
                and self.ready
                and written.ready[0].item.lane < self.ready[0].item.lane
            ):
                self.ready.extendleft(reversed(written.ready))
            else:
                self.ready.extend(written.ready)
            if self.ready:
                return

    def look_size(self) -> int:
        rate = self.total / max(now() - self.started, 0.1)
        return int(min(max(rate * LOOK_SECONDS, LOOK_SMALLEST, self.group), LOOK_LARGEST))

    def hand_over(self) -> None:
        while self.ready and self.busy + self.parts <= self.channel.pace.streams and self.running():
            # What was answered is written with the next intent, and makes room for it.
            room = self.window - len(self.waiting)
            if room < min(self.group, len(self.ready)):
                return
            allowed = self.watch.room(min(self.group, room))
            if not allowed:
                self.watch.wait()
                return
            group = self.take(allowed)
            self.watch.gone(len(group))
            deadline = now() + settings.LEASE_SECONDS["handing_over"]
            passed = self.intend(group)
            self.handed = True
            sending = [one for one in group if one.item.id in passed]
            if sending:
                self.waiting.update((one.item.reference, one.item) for one in sending)
                self.pulse.handed_over(sending[0].item.reference)
                for part in range(min(self.parts, len(sending))):
                    envelopes = [one.envelope for one in sending[part :: self.parts]]
                    self.streams.send(envelopes, deadline, self.sink)
                    self.busy += 1

    def take(self, number: int) -> list[Ready]:
        """The next ones, as far as one intent may take them together."""
        first = self.ready[0].item
        group: list[Ready] = []
        while self.ready and len(group) < number:
            item = self.ready[0].item
            if item.owner != first.owner or item.work != first.work:
                break
            group.append(self.ready.popleft())
        return group

    def intend(self, group: list[Ready]) -> set[int]:
        items = [one.item for one in group]
        self.messages.update(item.message for item in items if item.message)
        try:
            passed = outcomes.turn(self.answered, items, self.channel.name, drill=self.drill)
        except (DatabaseError, InterfaceError):
            # Perhaps the intent was committed, but nothing was handed over: say so when it is back.
            self.answered.extend((item, Answer(item.reference, Outcome.NOT_SENT)) for item in items)
            self.ready.extendleft(reversed(group))
            raise
        self.forget_answered()
        return passed

    def collect(self) -> None:
        """Wait for news of the streams, and take all there is."""
        try:
            if self.waiting:
                self.hear(self.sink.get(timeout=WRITE_SECONDS))
            while True:
                self.hear(self.sink.get_nowait())
        except Empty:
            return

    def hear(self, heap: Heap) -> None:
        if not self.answered:
            self.answered_since = time.monotonic()
        self.busy -= heap.last
        self.pulse.answered(heap.answers)
        for answer in heap.answers:
            item = self.waiting.pop(answer.reference, None)
            if item is None:
                continue
            self.answered.append((item, answer))
            self.total += 1
            self.pulse.heard(item.message, answer)
            self.tripped = self.watch.hear(answer) or self.tripped

    def must_write(self) -> bool:
        if not self.answered:
            return False
        return (
            (not self.waiting and (not self.ready or not self.running()))
            or len(self.answered) >= WRITE_ROWS
            or time.monotonic() - self.answered_since >= WRITE_SECONDS
        )

    def write(self) -> None:
        outcomes.write(self.answered, self.channel.name)
        self.forget_answered()

    def forget_answered(self) -> None:
        answered, self.answered = self.answered, []
        gone: dict[int, str] = {}
        dead: dict[int, set[str]] = {}
        for item, answer in answered:
            if item.recipient is None:
                continue
            if answer.address_gone:
                gone[item.recipient] = answer.code
            elif answer.dead:
                dead.setdefault(item.recipient, set()).update(answer.dead)
        if gone:
            contacts.are_dead(gone, self.channel.name)
        if dead:
            devices.drop_dead(dead)

    def close(self) -> None:
        """Wait for what is still out and write it down: also after a fault."""
        while self.waiting:
            self.collect()
            if self.must_write():
                self.patiently(self.write)
        self.patiently(self.write)
        self.patiently(self.watch.close)
        self.patiently(lambda: finishing.finish(self.messages))
        if self.total:
            self.patiently(self.mark)
            if not self.drill:  # it tells nothing about a provider
                self.patiently(self.pulse.write)

    def mark(self) -> None:
        """A backup from before this round must be told from the database after it."""
        with suppress(epoch.Restored), transaction.atomic():
            epoch.raise_both()

    def patiently(self, step: Callable[[], None]) -> None:
        """Repeat a step until the database is back; writing twice does no harm."""
        until = time.monotonic() + DATABASE_PATIENCE
        while True:
            try:
                step()
                return
            except (OperationalError, InterfaceError):
                if connection.in_atomic_block or time.monotonic() > until:
                    raise
                connection.close()
                time.sleep(0.5)
