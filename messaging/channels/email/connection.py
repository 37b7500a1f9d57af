"""From prepared transactions to a mail server: smtplib, with pipelined transactions (RFC 2920).

After the 354 of one mail, its body, the final dot and the next mail's MAIL, RCPT and DATA leave in
one write, and four replies come back in one round trip. smtplib keeps what it does well: connecting,
EHLO, STARTTLS and AUTH.
"""

import smtplib
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from select import POLLIN, poll
from typing import Any, NamedTuple

from messaging.channels.base import Envelope

LONGEST_REPLY = 4096
REPLY_LINES = 100
MAILS_PER_CONNECTION = 1000
IDLE_SECONDS = 30  # servers hang up on the idle after one to five minutes
FINAL_DOT = b".\r\n"
COMMANDS = 3  # MAIL, RCPT, DATA
CLOSING = 421
CODES = {str(code).encode(): code for code in range(200, 600)}


class GarbledError(Exception):
    """The server answered outside the protocol."""


class Reply(NamedTuple):
    """A server's reply: its code, and its last line without the code."""

    code: int
    line: bytes

    @property
    def positive(self) -> bool:
        """Say whether the command was taken (2xx, 3xx)."""
        return self.code < 400  # noqa: PLR2004 - RFC 5321, 4.2.1


class Transaction(NamedTuple):
    """One mail, ready to go."""

    envelope: Envelope
    mail: bytes  # MAIL FROM:<…>
    rcpt: bytes  # RCPT TO:<…>
    body: bytes  # with dots doubled and the final one

    def __repr__(self) -> str:
        return f"Transaction({self.envelope.reference})"


class Connection:
    """One kept connection."""

    def __init__(self, config: Mapping[str, Any], timeout: float) -> None:
        """Connect, secure and sign in; raises OSError or smtplib.SMTPException."""
        self.timeout = timeout
        self.smtp = _connected(config, timeout)
        try:
            self._prepare(config)
        except BaseException:
            self.smtp.close()
            raise
        self.pipelining = self.smtp.has_extn("pipelining")
        self.eight_bit = self.smtp.has_extn("8bitmime")
        self.sent = 0
        self.used_at = time.monotonic()
        self._reset_first = False

    def _prepare(self, config: Mapping[str, Any]) -> None:
        if config.get("security") == "starttls":
            self.smtp.starttls(context=ssl.create_default_context())
        self.smtp.ehlo_or_helo_if_needed()
        if config.get("user"):
            self.smtp.login(config["user"], config["password"])
        assert self.smtp.sock is not None  # noqa: S101 - connected above
        # One write per round trip: the kernel must not wait for more.
        self.smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock = self.smtp.sock
        self._lines = self.smtp.file or self._sock.makefile("rb")

    @property
    def spent(self) -> bool:
        """Say whether it has carried enough, idled too long or been closed by the server."""
        if self.sent >= MAILS_PER_CONNECTION or time.monotonic() - self.used_at > IDLE_SECONDS:
            return True
        waiting = poll()
        waiting.register(self._sock, POLLIN)
        return bool(waiting.poll(0))  # an unasked word is 421, or the end

    def write(self, *pieces: bytes) -> None:
        """Send in one write."""
        self.used_at = time.monotonic()
        self._sock.sendall(b"".join(pieces))

    def commands(self, transaction: Transaction) -> bytes:
        """Give the commands that open a transaction, to be sent ahead of `replies_to`."""
        if not self.pipelining:
            return b""
        reset = b"RSET\r\n" if self._reset_first else b""
        return b"".join((reset, transaction.mail, transaction.rcpt, b"DATA\r\n"))

    def replies_to(self, transaction: Transaction) -> list[Reply]:
        """Read what the server says to MAIL, RCPT and DATA, up to the first 421.

        Where it does not pipeline, the commands are sent here, one by one, up to the first refusal.
        The body may follow where `all_taken`; otherwise the transaction is ended here.
        """
        replies = self._pipelined() if self.pipelining else self._one_by_one(transaction)
        self._reset_first = not all_taken(replies)
        if self._reset_first and len(replies) == COMMANDS and replies[-1].positive:
            # It waits for the body of a mail that nobody may get: only the dot (RFC 2920, 3.1).
            self.write(FINAL_DOT)
            self.reply()
        return replies

    def _pipelined(self) -> list[Reply]:
        replies: list[Reply] = []
        if self._reset_first:
            self.reply()
        while len(replies) < COMMANDS and not (replies and replies[-1].code == CLOSING):
            replies.append(self.reply())
        return replies

    def _one_by_one(self, transaction: Transaction) -> list[Reply]:
        if self._reset_first:
            self.write(b"RSET\r\n")
            self.reply()
        replies: list[Reply] = []
        for command in (transaction.mail, transaction.rcpt, b"DATA\r\n"):
            self.write(command)
            replies.append(self.reply())
            if not replies[-1].positive:
                break
        return replies

    def reply(self) -> Reply:
        """Read one reply; raises OSError, or GarbledError for what is none."""
        for _ in range(REPLY_LINES):
            line = self._lines.readline(LONGEST_REPLY)
            if not line.endswith(b"\n"):
                raise ConnectionResetError("The server hung up.") if not line else GarbledError
            code = CODES.get(line[:3])
            if code is None:
                raise GarbledError
            if line[3:4] != b"-":
                return Reply(code, line[4:].strip())
        raise GarbledError

    def quit(self) -> None:
        """Part politely, without waiting for the answer."""
        with suppress(OSError):  # it may be gone already, which is what is wanted
            self._sock.sendall(b"QUIT\r\n")
        self.close()

    def close(self) -> None:
        """Hang up."""
        self.smtp.close()


def _connected(config: Mapping[str, Any], timeout: float) -> smtplib.SMTP:
    name = str(config["sender_domain"])
    if config.get("security") == "tls":
        return smtplib.SMTP_SSL(
            config["host"],
            config["port"],
            local_hostname=name,
            timeout=timeout,
            context=ssl.create_default_context(),
        )
    return smtplib.SMTP(config["host"], config["port"], local_hostname=name, timeout=timeout)


def all_taken(replies: list[Reply]) -> bool:
    """Say whether the server waits for the body and somebody is to get it."""
    return len(replies) == COMMANDS and all(reply.positive for reply in replies)
