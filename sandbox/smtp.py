"""From mails to arrivals: aiosmtpd, with the faults that the switches ask for."""

import asyncio
import logging
import re
import warnings
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from sandbox.mailbox import report
from sandbox.world import Verdict, World

MESSAGE_ID = re.compile(rb"^message-id:\s*<([^@>]*)", re.IGNORECASE | re.MULTILINE)
REFUSALS = {
    Verdict.REFUSE_NOW: "450 4.2.0 Mailbox busy, try again later",
    Verdict.REFUSE_FOREVER: "550 5.1.1 No such mailbox",
    Verdict.THROTTLE: "421 4.7.0 Too fast, closing",
}
# It logs every command, addresses and all; and a loopback needs no TLS for its password.
logging.getLogger("mail.log").setLevel(logging.ERROR)
warnings.filterwarnings("ignore", "Requiring AUTH while not requiring TLS")


class Connection(SMTP):
    """One connection. Lines of any sensible length are taken, as most relays do."""

    line_length_limit = 2**20


class Mailroom:
    """What becomes of the mails of one connection: aiosmtpd's hooks."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.verdict = Verdict.ACCEPT

    def sign_in(self, *told: object) -> AuthResult:
        """Check user and password, the last thing told."""
        accounts = self.world.accounts
        wanted = LoginPassword(accounts.smtp_user.encode(), accounts.smtp_password.encode())
        return AuthResult(success=told[-1] == wanted, handled=False)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's names, here and below
        self, server: SMTP, session: Session, envelope: Envelope, name: str, offers: list[str]
    ) -> list[str]:
        """Offer pipelining too: it reads line by line, so commands may wait in line."""
        session.host_name = name
        return [offers[0], "250-PIPELINING", *offers[1:]]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Judge a recipient."""
        self.verdict = self.world.judge("email")
        refusal = REFUSALS.get(self.verdict)
        if refusal is None:
            envelope.rcpt_tos.append(address)
        elif self.verdict is Verdict.THROTTLE:
            await server.push(refusal)
            hang_up(server)
        return refusal or "250 2.1.5 Ok"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail and say so, or what the verdict says instead.

        It is kept before the delay: it is here, whether or not anybody waits for the answer.
        """
        mail = envelope.original_content or b""
        found = MESSAGE_ID.search(mail, 0, 8192)
        reference = found[1].decode("ascii", "replace") if found else ""
        for recipient in envelope.rcpt_tos:
            number = self.world.remember("email", reference, recipient, mail).number
            if self.world.falls_due("email", "bounce", self.world.switches["email"].bounce):
                path = envelope.mail_from or ""
                self.world.mailbox.put(report(mail, recipient, path))
        await asyncio.sleep(self.world.switches["email"].delay_ms / 1000)
        if self.verdict is Verdict.DROP:
            hang_up(server)
        return "banan" if self.verdict is Verdict.NONSENSE else f"250 2.0.0 Ok: queued as {number}"


def hang_up(server: SMTP) -> None:
    """Close a connection; what a hook returns after this is not sent."""
    if server.transport:
        server.transport.close()


class MailServer:
    """The listening side, which closes its port while the e-mail channel is switched off."""

    def __init__(self, world: World, host: str, port: int) -> None:
        self.world, self.host, self.port = world, host, port
        self._connections: WeakSet[Connection] = WeakSet()
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
        for connection in list(self._connections):
            hang_up(connection)

    def _connection(self) -> Connection:
        room, guarded = Mailroom(self.world), bool(self.world.accounts.smtp_user)
        connection = Connection(
            room,
            hostname="sandbox.zazolcin.example",
            ident="ESMTP",
            authenticator=room.sign_in,
            auth_required=guarded,
            auth_require_tls=not guarded,  # so that AUTH is offered where a user is set
            auth_exclude_mechanism=["LOGIN"],
            loop=asyncio.get_running_loop(),
        )
        self._connections.add(connection)
        return connection

    def _switched(self, channel: str) -> None:
        if channel == "email":
            errand = asyncio.get_running_loop().create_task(self._obey())
            self._errands.add(errand)
            errand.add_done_callback(self._errands.discard)

    async def _obey(self) -> None:
        async with self._lock:
            if self.world.switches["email"].off:
                await self.stop()
            elif self._server is None:
                self._server = await asyncio.get_running_loop().create_server(
                    self._connection, self.host, self.port, backlog=256
                )
                self.port = self._server.sockets[0].getsockname()[1]
