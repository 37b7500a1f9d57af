"""From the envelopes of an exercise to nowhere: a sink in the place of each channel.

It opens no connection and knows no provider (a contract of import-linter says so). It goes no faster than
the channel's own limit, so that the times of a drill are those of the town's real limits.
"""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from messaging.channels.base import (
    Answer,
    BadCallback,
    Callback,
    Envelope,
    Outcome,
    Pace,
    StatusUpdate,
    now,
)
from messaging.channels.pacing import Pacer

CODE = "drill"
WINDOW, STREAMS = 100, 2


class DrillChannel:
    """Takes everything on, and lets go of it at once."""

    def __init__(self, name: str, config: Mapping[str, Any]) -> None:
        self.name = name
        rate = float(config.get("rate", 0))
        self.pace = Pace(window=WINDOW, streams=STREAMS, rate=rate, groups=1)
        self.pacer = Pacer(rate=rate, width=STREAMS)

    def send(self, envelopes: Sequence[Envelope], *, deadline: float) -> Iterator[Answer]:
        """Answer that each was taken on; see Channel.send."""
        for envelope in envelopes:
            yield Answer(envelope.reference, self._turn(deadline), code=CODE)

    def _turn(self, deadline: float) -> Outcome:
        while wait := self.pacer.token():
            if now() + wait > deadline:
                return Outcome.NOT_SENT
            time.sleep(wait)
        return Outcome.NOT_SENT if now() > deadline else Outcome.ACCEPTED

    def read_callback(self, callback: Callback) -> list[StatusUpdate]:
        """Refuse: nobody answers to an exercise."""
        raise BadCallback("A drill has no callbacks.")

    def check(self) -> str:
        """Nothing to try."""
        return CODE

    def close(self) -> None:
        """Nothing was opened."""


_made: dict[str, tuple[Mapping[str, Any], DrillChannel]] = {}
_lock = threading.Lock()


@contextmanager
def held(name: str, config: Mapping[str, Any]) -> Iterator[DrillChannel]:
    """The process's sink of this channel; `config` only says how fast the channel may go."""
    with _lock:
        known = _made.get(name)
        if known is None or known[0] != config:
            known = _made[name] = config, DrillChannel(name, config)
    yield known[1]
