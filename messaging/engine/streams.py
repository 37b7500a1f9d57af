"""From a group of envelopes to its answers, on threads that do network and nothing else."""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import SimpleQueue

from messaging.channels.base import Answer, Channel, Envelope, Outcome, now
from messaging.channels.drill import DrillChannel

log = logging.getLogger(__name__)
# Answers travel in small heaps: a hand-over between threads costs more than an answer.
HEAP = 32
HEAP_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Heap:
    """Some answers of one group; `last` when the group is done."""

    answers: list[Answer] = field(default_factory=list)
    last: bool = False


class Streams:
    """The sender threads of one worker thread for one channel; they live as long as it does, so
    that the channel's connections are kept between drains."""

    _mine = threading.local()

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.pool = ThreadPoolExecutor(channel.pace.streams, thread_name_prefix=channel.name)

    @classmethod
    def of(cls, channel: Channel) -> "Streams":
        """This thread's streams; made after the fork, for threads do not survive one."""
        known: dict[tuple[str, bool], Streams] = cls._mine.__dict__.setdefault("by_name", {})
        key = channel.name, isinstance(channel, DrillChannel)
        streams = known.get(key)
        if streams is None or streams.channel is not channel:
            if streams is not None:
                streams.pool.shutdown(wait=False)
            streams = known[key] = cls(channel)
        return streams

    def send(self, group: Sequence[Envelope], deadline: float, sink: "SimpleQueue[Heap]") -> None:
        self.pool.submit(_send, self.channel, group, deadline, sink.put)


def _send(
    channel: Channel, group: Sequence[Envelope], deadline: float, tell: Callable[[Heap], None]
) -> None:
    missing = {envelope.reference for envelope in group}
    heap: list[Answer] = []
    since = now()
    try:
        for answer in channel.send(group, deadline=deadline):
            missing.discard(answer.reference)
            heap.append(answer)
            if len(heap) >= HEAP or now() - since > HEAP_SECONDS:
                tell(Heap(heap))
                heap, since = [], now()
    except Exception as problem:
        log.error("Channel %s broke its promise: %s.", channel.name, type(problem).__name__)
    finally:
        # Whoever got no answer may have got the envelope.
        heap.extend(Answer(reference, Outcome.UNKNOWN) for reference in missing)
        tell(Heap(heap, last=True))
