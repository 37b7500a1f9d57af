"""A channel that answers as a test tells it to, and keeps what it was given."""

import threading
from collections.abc import Callable, Iterator, Sequence

from messaging.channels.base import (
    Answer,
    Callback,
    Envelope,
    Outcome,
    Pace,
    StatusUpdate,
    now,
)

Rule = Callable[[Envelope], Answer | None]


def accept(envelope: Envelope) -> Answer:
    return Answer(envelope.reference, Outcome.ACCEPTED, provider_id=f"fake-{envelope.reference}")


def always(outcome: Outcome, code: str = "", *, down: bool = False, gone: bool = False) -> Rule:
    def rule(envelope: Envelope) -> Answer:
        return Answer(envelope.reference, outcome, code=code, channel_down=down, address_gone=gone)

    return rule


class FakeChannel:
    """`rule` gives each envelope its answer; None means that none ever comes."""

    def __init__(
        self, name: str = "email", rule: Rule = accept, *, window: int = 10, groups: int = 0
    ) -> None:
        self.name = name
        self.pace = Pace(window=window, streams=2, groups=groups)
        self.rule = rule
        self.got: list[Envelope] = []
        self.news: list[StatusUpdate] = []
        self.before: Callable[[Sequence[Envelope]], None] = lambda _envelopes: None
        self._lock = threading.Lock()

    def send(self, envelopes: Sequence[Envelope], *, deadline: float) -> Iterator[Answer]:
        self.before(envelopes)
        for envelope in envelopes:
            if now() > deadline:
                yield Answer(envelope.reference, Outcome.NOT_SENT)
                continue
            with self._lock:
                self.got.append(envelope)
            answer = self.rule(envelope)
            if answer is not None:
                yield answer

    def read_callback(self, callback: Callback) -> list[StatusUpdate]:
        return self.news

    def check(self) -> str:
        return "fake"

    def close(self) -> None:
        """Nothing is open."""
