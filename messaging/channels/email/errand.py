"""From one `send` to transactions over as many connections as it takes, and to one answer each."""

import re
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from typing import Protocol

from messaging.channels.base import Answer, Envelope, Outcome, now
from messaging.channels.codes import Meaning, answer
from messaging.channels.email.codes import CODES, connect_code, read_opening, read_refusal
from messaging.channels.email.connection import (
    CLOSING,
    MAILS_PER_CONNECTION,
    Connection,
    GarbledError,
    Reply,
    Transaction,
    all_taken,
)
from messaging.channels.pacing import Pacer

QUEUE_ID = re.compile(rb"queued as ([\w.-]{1,64})")
TRIES = 2  # connections in a row that may break without carrying anything


class Office(Protocol):
    """What an errand needs of its channel."""

    pacer: Pacer

    @property
    def configured(self) -> bool: ...
    def take(self) -> Connection: ...
    def put_back(self, connection: Connection) -> None: ...
    def prepare(self, envelope: Envelope, *, eight_bit: bool) -> Transaction: ...


class Errand:
    """The envelopes of one `send`, and where each of them stands."""

    def __init__(self, channel: Office, envelopes: Sequence[Envelope], deadline: float) -> None:
        self.channel, self.deadline = channel, deadline
        self.waiting = deque(envelopes)
        self.opened: Transaction | None = None  # the server waits for its body
        self.asked: Transaction | None = None  # its commands left, its body did not
        self.submitted: Transaction | None = None  # its body left, no reply has come
        self.fruitless = 0
        self.reason = "lost"

    def run(self) -> Iterator[Answer]:
        """Send until nothing waits, over one connection after the other where they break."""
        if not self.channel.configured:
            yield from self.give_up("not_configured")
        while self.waiting:
            if now() > self.deadline:
                yield from self.give_up("deadline")
                return
            try:
                connection = self.channel.take()
            except (OSError, GarbledError) as error:
                yield from self._unreachable(error)
                return
            yield from self._over(connection)
            if self.fruitless >= TRIES:
                yield from self.give_up(self.reason)

    def give_up(self, code: str) -> Iterator[Answer]:
        """Answer everything that still waits with one code."""
        waiting, self.waiting = self.waiting, deque()
        for envelope in waiting:
            yield answer(envelope.reference, code, CODES[code])

    def _unreachable(self, error: Exception) -> Iterator[Answer]:
        code = connect_code(error)
        self._note(CODES[code])
        yield from self.give_up(code)

    def _over(self, connection: Connection) -> Iterator[Answer]:
        """Send over one connection until it has done its share or breaks."""
        carried, whole = connection.sent, False
        try:
            try:
                yield from self._exchange(connection)
                whole = True
            except (OSError, GarbledError) as error:
                yield from self._broken(error)
        finally:
            # Also where the caller stopped listening: what is half said cannot be taken up again.
            self.fruitless = 0 if whole or connection.sent > carried else self.fruitless + 1
            if whole:
                self.channel.put_back(connection)
            else:
                connection.close()

    def _broken(self, error: Exception) -> Iterator[Answer]:
        """Sort out who was where when the connection broke."""
        if not isinstance(error, ConnectionAbortedError):
            self.reason = "garbled" if isinstance(error, GarbledError) else "lost"
        for transaction in (self.asked, self.opened):
            if transaction:
                self.waiting.appendleft(transaction.envelope)
        submitted, self.asked, self.opened, self.submitted = self.submitted, None, None, None
        if submitted:
            yield answer(submitted.envelope.reference, "no_reply", CODES["no_reply"])

    def _exchange(self, connection: Connection) -> Iterator[Answer]:
        """Walk the mails: each round sends one body and opens the next transaction."""
        while True:
            following = yield from self._next(connection)
            if not self.opened and not following:
                return
            if self.opened:
                yield self._submit(connection, following)
            elif following:
                self.asked = following
                connection.write(connection.commands(following))
            if following:
                yield from self._open(connection, following)

    def _next(self, connection: Connection) -> Generator[Answer, None, Transaction | None]:
        """Prepare the next mail this connection may carry, or none."""
        while self.waiting and self._has_room(connection) and self._may_go():
            envelope = self.waiting.popleft()
            try:
                return self.channel.prepare(envelope, eight_bit=connection.eight_bit)
            except ValueError as error:
                code = str(error)
            yield answer(envelope.reference, code, CODES[code])
        return None

    def _has_room(self, connection: Connection) -> bool:
        return connection.sent + bool(self.opened) < MAILS_PER_CONNECTION

    def _may_go(self) -> bool:
        """Wait for the rate limit, unless a server is waiting for us meanwhile."""
        while now() <= self.deadline:
            wait = self.channel.pacer.token()
            if not wait:
                return True
            if self.opened:
                return False
            time.sleep(wait)
        return False

    def _submit(self, connection: Connection, following: Transaction | None) -> Answer:
        """Send the body the server waits for, with the next mail's commands behind it."""
        if now() > self.deadline:
            # The body stays here; hanging up is the only way out of DATA.
            if following:
                self.waiting.appendleft(following.envelope)
            raise ConnectionAbortedError
        commands = connection.commands(following) if following else b""
        submitted = self.submitted = self.opened
        self.opened, self.asked = None, following
        assert submitted  # noqa: S101 - the caller looked
        connection.write(submitted.body, commands)
        reply = connection.reply()
        self.submitted = None
        connection.sent += 1
        return self._confirmed(submitted.envelope.reference, reply)

    def _open(self, connection: Connection, following: Transaction) -> Iterator[Answer]:
        """Read what the server says to the commands of the next mail."""
        replies = connection.replies_to(following)
        self.asked = None
        if all_taken(replies):
            self.opened = following
            return
        code, meaning = read_opening(replies)
        self._note(meaning)
        yield answer(following.envelope.reference, code, meaning)
        if replies[-1].code == CLOSING:
            self.reason = str(CLOSING)
            raise ConnectionAbortedError

    def _confirmed(self, reference: str, reply: Reply) -> Answer:
        if reply.positive:
            found = QUEUE_ID.search(reply.line) if b"queued" in reply.line else None
            queue_id = found[1].decode("ascii", "replace") if found else ""
            return Answer(reference, Outcome.ACCEPTED, queue_id, str(reply.code))
        code, meaning = read_refusal(reply)
        self._note(meaning)
        return answer(reference, code, meaning)

    def _note(self, meaning: Meaning) -> None:
        if meaning.slower:
            self.channel.pacer.slow_down()
