"""From envelopes to one request each, many at once: what both providers of SMS have in common."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, ClassVar, TypeVar

from messaging.channels.base import (
    Answer,
    Callback,
    ChannelError,
    Envelope,
    Outcome,
    Pace,
    StatusUpdate,
    now,
)
from messaging.channels.codes import answer
from messaging.channels.loop import BackgroundLoop
from messaging.channels.pacing import Pacer
from messaging.channels.sms.codes import OWN_CODES

logger = logging.getLogger(__name__)
T = TypeVar("T")
CONNECT_SECONDS = 5.0
# Shorter than a provider's own: a request must not meet a connection that is being closed.
KEEPALIVE_SECONDS = 10
LOOK_UP_SECONDS = 0.5


class RequestsAtOnce(ABC):
    """A provider of SMS that takes one request for each envelope."""

    name = "sms"
    provider: ClassVar[str]

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.timeout = float(config.get("timeout", 20))
        self.pace = Pace(
            window=int(config.get("window", 100)),
            streams=int(config.get("streams", 4)),
            rate=float(config.get("rate", 0)),
        )
        self.pacer = Pacer(rate=self.pace.rate, width=self.pace.window)
        self._loop = BackgroundLoop(self.provider)

    @property
    @abstractmethod
    def configured(self) -> bool:
        """Whether there is an account to send from."""

    @abstractmethod
    async def hand_over(self, envelope: Envelope, deadline: float) -> Answer:
        """Hand one envelope over and say what became of it."""

    @abstractmethod
    def read_callback(self, callback: Callback) -> list[StatusUpdate]:
        """See Channel.read_callback."""

    @abstractmethod
    def check(self) -> str:
        """See Channel.check."""

    @abstractmethod
    async def disconnect(self) -> None:
        """Let go of the connections; runs on the loop."""

    def send(self, envelopes: Sequence[Envelope], *, deadline: float) -> Iterator[Answer]:
        """Hand over, as many at once as the pace allows; see Channel.send."""
        if not self.configured:
            for envelope in envelopes:
                yield answer(envelope.reference, "not_configured", OWN_CODES["not_configured"])
            return
        answers: SimpleQueue[Answer] = SimpleQueue()
        walk = self._loop.submit(self._walk(envelopes, deadline, answers))
        unanswered = {envelope.reference for envelope in envelopes}
        try:
            while unanswered:
                settled = _next(answers, walk)
                if settled is None:
                    break
                unanswered.discard(settled.reference)
                yield settled
        finally:
            walk.cancel()  # only matters where the caller stopped listening
        for reference in unanswered:
            yield answer(reference, "closed", OWN_CODES["closed"])

    def close(self) -> None:
        """Let go of the connections and the loop."""
        self._loop.finish()
        if self._loop.begun:
            self._loop.submit(self.disconnect()).result(CONNECT_SECONDS)
        self._loop.close()

    def ask(self, question: Coroutine[Any, Any, T]) -> T:
        """Ask the provider something about the account; may raise what the network raises."""
        if not self.configured:
            question.close()
            raise ChannelError(str(OWN_CODES["not_configured"].words), "not_configured")
        return self._loop.submit(question).result(self.timeout + CONNECT_SECONDS)

    async def _walk(
        self, envelopes: Sequence[Envelope], deadline: float, answers: "SimpleQueue[Answer]"
    ) -> None:
        """Start one request after the other, keeping within the pace."""
        under_way: set[asyncio.Task[None]] = set()
        for envelope in envelopes:
            if not await self._turn(deadline, under_way):
                answers.put(answer(envelope.reference, "deadline", OWN_CODES["deadline"]))
                continue
            request = asyncio.create_task(self._settle(envelope, deadline, answers))
            under_way.add(request)
            request.add_done_callback(under_way.discard)
        if under_way:
            # Cancelling the walk must not cut off what has left.
            await asyncio.shield(asyncio.gather(*under_way))

    async def _turn(self, deadline: float, under_way: set[asyncio.Task[None]]) -> bool:
        """Wait for a place and for the rate limit; False once the deadline has passed."""
        while now() <= deadline:
            wait = self.pacer.token()
            if wait:
                await asyncio.sleep(wait)
            else:
                break
        while now() <= deadline:
            wait = self.pacer.enter()
            if not wait:
                return True
            if under_way:
                await asyncio.wait(under_way, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
            else:
                await asyncio.sleep(wait)
        return False

    async def _settle(
        self, envelope: Envelope, deadline: float, answers: "SimpleQueue[Answer]"
    ) -> None:
        settled = Answer(envelope.reference, Outcome.UNKNOWN, code="no_reply")
        try:
            settled = await self.hand_over(envelope, deadline)
        except Exception as error:
            # No traceback: the libraries' errors quote the number.
            logger.error("An SMS ended in %s", type(error).__name__)
        finally:
            self.pacer.leave()
            answers.put(settled)


def _next(answers: "SimpleQueue[Answer]", walk: "Future[None]") -> Answer | None:
    """Wait for the next answer; None where the channel was closed and the rest never left."""
    while True:
        over = walk.done()
        try:
            return answers.get(timeout=LOOK_UP_SECONDS)
        except Empty:
            if over:
                return None
