"""From SMTP commands to arrivals: a mail server that pipelines (RFC 2920) and keeps everything.

Written over the bare transport, since one that reads line by line takes 1 300 mails a second and a
rehearsal of a whole town needs more.
"""

import asyncio
import base64
import re
from collections.abc import Callable

from sandbox.world import Verdict, World

MESSAGE_ID = re.compile(rb"^message-id:\s*<([^@>]*)", re.IGNORECASE | re.MULTILINE)
ADDRESS = re.compile(rb"<([^<>]*)>")
MAX_LINE = 4096
MAX_MAIL = 32 * 2**20
REFUSALS = {
    Verdict.REFUSE_NOW: b"450 4.2.0 Mailbox busy, try again later\r\n",
    Verdict.REFUSE_FOREVER: b"550 5.1.1 No such mailbox\r\n",
}


class Session(asyncio.Protocol):
    """One SMTP connection."""

    transport: asyncio.Transport

    def __init__(self, world: World, sessions: "set[Session]") -> None:
        self.world = world
        self.sessions = sessions
        self.buffer = bytearray()
        self.scanned = 0
        self.replies: list[bytes] = []
        self.in_body = self.paused = False
        self.trusted = not world.accounts.smtp_user
        self.begun = False
        self.recipients: list[str] = []
        self.verdict = Verdict.ACCEPT

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a TCP connection
        self.transport = transport
        self.sessions.add(self)
        transport.write(b"220 sandbox.zazolcin.example ESMTP\r\n")

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self.sessions.discard(self)

    def data_received(self, data: bytes) -> None:
        """Work off whatever is complete, and answer it in one write."""
        self.buffer += data
        self.work()

    def work(self) -> None:
        """Walk through the buffer until something is missing or a delay is due."""
        while not self.paused and not self.transport.is_closing():
            if not (self.read_body() if self.in_body else self.read_line()):
                break
        self.flush()

    def flush(self) -> None:
        """Send the collected replies."""
        if self.replies and not self.transport.is_closing():
            self.transport.write(b"".join(self.replies))
        self.replies.clear()

    def read_line(self) -> bool:
        """Take one command; False while none is complete."""
        end = self.buffer.find(b"\n")
        if end < 0 or end > MAX_LINE:
            if len(self.buffer) > MAX_LINE:
                self.hang_up(b"500 5.5.2 Line too long\r\n")
            return False
        line = bytes(self.buffer[:end]).rstrip(b"\r")
        del self.buffer[: end + 1]
        verb, _, rest = line.partition(b" ")
        command = COMMANDS.get(verb.upper())
        if command:
            command(self, rest)
        else:
            self.replies.append(b"500 5.5.1 Unknown command\r\n")
        return True

    def read_body(self) -> bool:
        """Take one mail; False while its end has not come."""
        if self.buffer.startswith(b".\r\n"):
            end, after = 0, 3
        else:
            end = self.buffer.find(b"\r\n.\r\n", max(0, self.scanned - 5))
            after = end + 5
        if end < 0:
            self.scanned = len(self.buffer)
            if self.scanned > MAX_MAIL:
                self.hang_up(b"552 5.3.4 Mail too large\r\n")
            return False
        body = bytes(self.buffer[:end])
        del self.buffer[:after]
        self.in_body, self.scanned = False, 0
        self.settle(body)
        return True

    def settle(self, body: bytes) -> None:
        """Answer a finished mail, at once or after the delay asked for."""
        delay = self.world.switches["email"].delay_ms
        if not delay:
            self.answer_mail(body)
            return
        self.flush()
        self.paused = True
        asyncio.get_running_loop().call_later(delay / 1000, self.answer_late, body)

    def answer_late(self, body: bytes) -> None:
        """Answer, then go on with what has come in meanwhile.

        The mail is here, whether or not anybody waits for the answer any more.
        """
        self.paused = False
        self.answer_mail(body)
        self.work()

    def answer_mail(self, body: bytes) -> None:
        """Keep the mail and say so, or what the verdict says instead."""
        recipients, self.recipients, self.begun = self.recipients, [], False
        if not recipients:
            self.replies.append(b"554 5.5.1 No valid recipients\r\n")
            return
        mail = body[1:] if body.startswith(b".") else body
        mail = mail.replace(b"\r\n..", b"\r\n.")
        found = MESSAGE_ID.search(mail, 0, 8192)
        reference = found[1].decode("ascii", "replace") if found else ""
        for recipient in recipients:
            self.world.remember("email", reference, recipient, mail)
        if self.verdict is Verdict.DROP:
            self.flush()
            self.transport.abort()
        elif self.verdict is Verdict.NONSENSE:
            self.replies.append(b"banan\r\n")
        else:
            self.replies.append(b"250 2.0.0 Ok: queued as %d\r\n" % len(self.world.arrivals))

    def hang_up(self, reply: bytes) -> None:
        """Say a last word and close."""
        self.replies.append(reply)
        self.flush()
        self.transport.close()

    def ehlo(self, rest: bytes) -> None:
        """Say what is offered."""
        offers = [b"sandbox.zazolcin.example", b"PIPELINING", b"8BITMIME", b"SIZE %d" % MAX_MAIL]
        offers += [b"ENHANCEDSTATUSCODES"]
        if self.world.accounts.smtp_user:
            offers.append(b"AUTH PLAIN")
        lines = [b"250-" + offer for offer in offers[:-1]] + [b"250 " + offers[-1]]
        self.replies.append(b"\r\n".join(lines) + b"\r\n")

    def auth(self, rest: bytes) -> None:
        """Check a user by AUTH PLAIN with the initial response."""
        accounts = self.world.accounts
        wanted = f"\0{accounts.smtp_user}\0{accounts.smtp_password}".encode()
        _, _, word = rest.partition(b" ")
        try:
            self.trusted = base64.b64decode(word) == wanted
        except ValueError:
            self.trusted = False
        self.replies.append(
            b"235 2.7.0 Welcome\r\n" if self.trusted else b"535 5.7.8 Wrong user or password\r\n"
        )

    def mail(self, rest: bytes) -> None:
        """Begin a mail."""
        if not self.trusted:
            self.replies.append(b"530 5.7.0 Authentication required\r\n")
            return
        self.begun, self.recipients = True, []
        self.replies.append(b"250 2.1.0 Ok\r\n")

    def rcpt(self, rest: bytes) -> None:
        """Judge a recipient."""
        found = ADDRESS.search(rest)
        if not self.begun or not found:
            self.replies.append(b"503 5.5.1 Say MAIL first\r\n")
            return
        self.verdict = self.world.judge("email")
        if self.verdict is Verdict.THROTTLE:
            self.hang_up(b"421 4.7.0 Too fast, closing\r\n")
        elif self.verdict in REFUSALS:
            self.replies.append(REFUSALS[self.verdict])
        else:
            self.recipients.append(found[1].decode("utf-8", "replace"))
            self.replies.append(b"250 2.1.5 Ok\r\n")

    def data(self, rest: bytes) -> None:
        """Open the body where somebody is to get it."""
        if self.recipients:
            self.in_body = True
            self.replies.append(b"354 End with a dot on a line of its own\r\n")
        else:
            self.replies.append(b"554 5.5.1 No valid recipients\r\n")

    def rset(self, rest: bytes) -> None:
        """Begin anew."""
        self.begun, self.recipients = False, []
        self.replies.append(b"250 2.0.0 Ok\r\n")

    def noop(self, rest: bytes) -> None:
        """Answer a sign of life."""
        self.replies.append(b"250 2.0.0 Ok\r\n")

    def quit(self, rest: bytes) -> None:
        """Part."""
        self.hang_up(b"221 2.0.0 Bye\r\n")


COMMANDS: dict[bytes, Callable[[Session, bytes], None]] = {
    b"EHLO": Session.ehlo,
    b"HELO": Session.noop,
    b"AUTH": Session.auth,
    b"MAIL": Session.mail,
    b"RCPT": Session.rcpt,
    b"DATA": Session.data,
    b"RSET": Session.rset,
    b"NOOP": Session.noop,
    b"QUIT": Session.quit,
}


class MailServer:
    """The listening side, which closes its port while the e-mail channel is switched off."""

    def __init__(self, world: World, host: str, port: int) -> None:
        self.world, self.host, self.port = world, host, port
        self.sessions: set[Session] = set()
        self._server: asyncio.Server | None = None
        self._lock = asyncio.Lock()
        self._errands: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen as the switch says, now and after every turn of it."""
        self.world.listeners.append(self._switched)
        await self._obey()

    async def stop(self) -> None:
        """Close the port and every connection."""
        if self._server:
            self._server.close()
            self._server = None
        for session in list(self.sessions):
            session.transport.abort()

    def _switched(self, channel: str) -> None:
        if channel == "email":
            errand = asyncio.get_running_loop().create_task(self._obey())
            self._errands.add(errand)
            errand.add_done_callback(self._errands.discard)

    async def _obey(self) -> None:
        async with self._lock:
            off = self.world.switches["email"].off
            if off:
                await self.stop()
            elif self._server is None:
                self._server = await asyncio.get_running_loop().create_server(
                    lambda: Session(self.world, self.sessions), self.host, self.port, backlog=256
                )
                self.port = self._server.sockets[0].getsockname()[1]
