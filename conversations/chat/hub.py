"""From one look at the open chats to every stream of this process: readers cost no connection each.

One task per event loop (ASGI only). It looks when a hint comes (`listening`) and at least every so often,
fetches the new lines of chats that somebody reads, and puts them into the readers' boxes. It holds one database
connection, in a thread of its own, whatever the number of readers.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from conversations.models import ChatSession

from . import board, listening, waking
from .tokens import holds

log = logging.getLogger(__name__)
# Seconds: between two looks at least; without a hint at most, by what brings hints.
GATHER = 0.03
EVERY = {"poll": 0.5, "pg_notify": 2.0, "redis": 2.0}
PRESENT_EVERY = 30.0
AGAIN = 2.0  # after a database that does not answer


@dataclass(eq=False, slots=True)
class Reader:
    """One open stream. `box` gets dictionaries; None is its end.

    A visitor reads one `conversation` after a number; a desk has none, and reads what `view` makes of the board.
    """

    conversation: int = 0
    after: int = 0
    round: int = 0
    view: Callable[[dict[int, board.Seen]], dict[str, Any]] | None = None
    status: dict[str, Any] | None = None
    box: "asyncio.Queue[dict[str, Any] | None]" = field(default_factory=asyncio.Queue)


class Hub:
    """The readers of one event loop and the task that serves them; begun by the first reader."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.readers: set[Reader] = set()
        self.hint = asyncio.Event()
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="chat-hub")
        self.present_at = 0.0
        self.task: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def reading(self, reader: Reader) -> Iterator[Reader]:
        """While the block lasts the reader's box is filled."""
        self.readers.add(reader)
        self._begin()
        self.hint.set()
        try:
            yield reader
        finally:
            self.readers.discard(reader)
            if not self.readers:
                self.hint.set()

    def wake(self) -> None:
        """From any thread."""
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self.loop.call_soon_threadsafe(self.hint.set)

    def _begin(self, ended: "asyncio.Task[None] | None" = None) -> None:
        """Also once the task has ended: somebody may have come while it was closing down."""
        if self.readers and (self.task is None or self.task.done()):
            self.task = self.loop.create_task(self.work())
            self.task.add_done_callback(self._begin)

    async def work(self) -> None:
        waking.LISTENERS.append(self.wake)
        hints = self.loop.create_task(listening.listen(self.hint))
        try:
            while self.readers:
                await self.round()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.hint.wait(), EVERY[settings.CHAT_WAKE_UP])
                self.hint.clear()
                await asyncio.sleep(GATHER)  # what comes together is fetched together
        finally:
            waking.LISTENERS.remove(self.wake)
            hints.cancel()
            await self.loop.run_in_executor(self.thread, _let_go)

    async def round(self) -> None:
        """One look; whatever goes wrong with it, the next one is made."""
        try:
            await self.serve()
        except Exception as error:
            log.warning("The chats could not be read: %s", type(error).__name__)
            await self.loop.run_in_executor(self.thread, _let_go)
            await asyncio.sleep(AGAIN)

    async def serve(self) -> None:
        """One look at the board, one fetch of new lines, each reader told what is new to it."""
        readers = list(self.readers)
        ids = {reader.conversation for reader in readers} - {0}
        seen = await self.loop.run_in_executor(self.thread, self._look, ids)
        after = _wanted(readers, seen)
        found = await self.loop.run_in_executor(self.thread, board.lines, after) if after else {}
        for reader in readers:
            if reader.view is not None:
                _tell_once(reader, reader.view(seen))
            else:
                _tell(reader, seen.get(reader.conversation), found)

    def _look(self, ids: set[int]) -> dict[int, board.Seen]:
        if ids and time.monotonic() - self.present_at > PRESENT_EVERY:
            # An open stream is a visitor who is there: one statement for all of them.
            rows = ChatSession.objects.filter(conversation_id__in=ids)
            rows.update(visitor_seen_at=timezone.now())
            self.present_at = time.monotonic()
        return board.look(ids)


def _let_go() -> None:
    connection.close()  # of the thread that asks, which is the hub's own


def _wanted(readers: list[Reader], seen: dict[int, board.Seen]) -> dict[int, int]:
    """Which chats have lines that somebody has not read, and after which number."""
    after: dict[int, int] = {}
    for reader in readers:
        chat = seen.get(reader.conversation)
        if chat is not None and chat.last_seq > reader.after:
            lowest = after.get(reader.conversation, reader.after)
            after[reader.conversation] = min(lowest, reader.after)
    return after


def _tell(reader: Reader, chat: board.Seen | None, found: dict[int, Any]) -> None:
    if chat is None or not holds(reader.round, chat.round):
        reader.box.put_nowait(None)
        return
    fresh = [line for line in found.get(reader.conversation, []) if line["seq"] > reader.after]
    if fresh:
        reader.box.put_nowait({"lines": fresh})
    # Numbers of lines among staff are passed by, too.
    reader.after = max(reader.after, chat.last_seq, *(line["seq"] for line in fresh))
    _tell_once(reader, {"status": chat.status()})
    if chat.state not in board.OPEN:
        reader.box.put_nowait(None)


def _tell_once(reader: Reader, status: dict[str, Any]) -> None:
    if status != reader.status:
        reader.status = status
        reader.box.put_nowait(status)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def here() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        for old in [one for one in _hubs if one.is_closed()]:
            _hubs.pop(old).thread.shutdown(wait=False)
        _hubs[loop] = Hub()
    return _hubs[loop]


def is_full() -> bool:
    """Whether this process serves as many streams as it may."""
    most: int = settings.CHAT_STREAMS
    return sum(len(hub.readers) for hub in _hubs.values()) >= most
