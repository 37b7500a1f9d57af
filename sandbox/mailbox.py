"""From mails that come back to the office's mailbox: a small IMAP and POP3 server over one list.

It speaks as much of RFC 3501 and RFC 1939 as a reader of returned mail asks for.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

USER = "icp-zwroty"
PASSWORD = "sandbox-zwroty"  # noqa: S105 - opens nothing but the sandbox
_PARTIAL = re.compile(r"BODY\.PEEK\[\]<0\.(\d+)>")
_REPORT = """\
Return-Path: <>
Delivered-To: {path}
From: MAILER-DAEMON@poczta.zazolcin.example (Mail Delivery System)
To: {path}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="granica"

--granica
Content-Type: text/plain; charset=us-ascii

Your message could not be delivered: {diagnostic}
--granica
Content-Type: message/delivery-status

Reporting-MTA: dns; poczta.zazolcin.example

Final-Recipient: rfc822; {recipient}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--granica
Content-Type: text/rfc822-headers

{headers}
--granica--
"""


@dataclass(slots=True)
class Mail:
    """One mail of the box."""

    uid: int
    raw: bytes
    seen: bool = False
    deleted: bool = False


class Mailbox:
    """What lies in the box of returns."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self._uid = 0

    def put(self, raw: bytes) -> None:
        """A mail arrives; line ends become those of the wire."""
        self._uid += 1
        self.mails.append(Mail(self._uid, re.sub(rb"\r?\n", b"\r\n", raw)))

    def expunge(self) -> None:
        """Remove what was marked."""
        self.mails = [mail for mail in self.mails if not mail.deleted]


def report(
    mail: bytes, recipient: str, path: str, *, status: str = "5.1.1", words: str = "No such mailbox"
) -> bytes:
    """What a server sends back to the return path `path` about a mail that it could not deliver."""
    headers = mail.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace")
    return _REPORT.format(
        path=path,
        recipient=recipient,
        status=status,
        diagnostic=f"550 {status} {words}",
        headers=headers,
    ).encode()


Session = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class MailboxServers:
    """The listening side: one port for IMAP, one for POP3."""

    def __init__(self, box: Mailbox, host: str, imap_port: int, pop3_port: int) -> None:
        self.box, self.host = box, host
        self.ports = {"imap": imap_port, "pop3": pop3_port}
        self._servers: list[asyncio.Server] = []

    async def start(self) -> None:
        """Open both ports."""
        sessions: dict[str, Session] = {"imap": self._imap, "pop3": self._pop3}
        for name, session in sessions.items():
            server = await asyncio.start_server(session, self.host, self.ports[name])
            self.ports[name] = server.sockets[0].getsockname()[1]
            self._servers.append(server)

    async def stop(self) -> None:
        """Close both ports."""
        for server in self._servers:
            server.close()

    async def _imap(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK sandbox IMAP4rev1\r\n")
        signed_in = False
        while line := (await reader.readline()).decode("utf-8", "replace").rstrip("\r\n"):
            tag, _space, rest = line.partition(" ")
            command, _space, words = rest.partition(" ")
            if command.upper() == "UID":
                command, _space, words = words.partition(" ")
            if command.upper() == "LOGIN":
                signed_in = words.replace('"', "") == f"{USER} {PASSWORD}"
                writer.write(f"{tag} {'OK' if signed_in else 'NO'} LOGIN\r\n".encode())
            elif command.upper() not in ("CAPABILITY", "LOGOUT") and not signed_in:
                writer.write(f"{tag} NO sign in first\r\n".encode())
            else:
                kind = self._answer(command.upper(), words, writer)
                writer.write(f"{tag} {kind} {command}\r\n".encode())
            await writer.drain()
            if command.upper() == "LOGOUT":
                break
        writer.close()

    def _answer(self, command: str, words: str, writer: asyncio.StreamWriter) -> str:
        if command == "SELECT" and words.strip('"') != "INBOX":
            return "NO"
        if command in ("CAPABILITY", "SELECT", "SEARCH"):
            writer.write(self._line(command).encode())
        elif command == "FETCH":
            self._fetch(words, writer)
        elif command == "STORE":
            self._store(words)
        elif command == "EXPUNGE":
            self.box.expunge()
        elif command != "LOGOUT":
            return "BAD"
        return "OK"

    def _line(self, command: str) -> str:
        unseen = " ".join(str(mail.uid) for mail in self.box.mails if not mail.seen)
        return {
            "CAPABILITY": "* CAPABILITY IMAP4rev1\r\n",
            "SELECT": f"* {len(self.box.mails)} EXISTS\r\n",
            "SEARCH": f"* SEARCH {unseen}\r\n",
        }[command]

    def _fetch(self, words: str, writer: asyncio.StreamWriter) -> None:
        uid, _space, asked = words.partition(" ")
        most = _PARTIAL.search(asked)
        for number, mail in enumerate(self.box.mails, 1):
            if str(mail.uid) == uid and most:
                part = mail.raw[: int(most[1])]
                head = f"* {number} FETCH (UID {uid} BODY[]<0> {{{len(part)}}}\r\n"
                writer.write(head.encode() + part + b")\r\n")

    def _store(self, words: str) -> None:
        uid, _space, flags = words.partition(" ")
        for mail in self.box.mails:
            if str(mail.uid) == uid:
                mail.seen = mail.seen or "Seen" in flags
                mail.deleted = mail.deleted or "Deleted" in flags

    async def _pop3(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"+OK sandbox POP3\r\n")
        user, mails = "", list(self.box.mails)
        while line := (await reader.readline()).decode("utf-8", "replace").rstrip("\r\n"):
            command, _space, words = line.partition(" ")
            command = command.upper()
            if command == "USER":
                user = words
                writer.write(b"+OK\r\n")
            elif command == "PASS":
                right = (user, words) == (USER, PASSWORD)
                user = "in" if right else ""
                writer.write(b"+OK\r\n" if right else b"-ERR wrong\r\n")
            elif command == "QUIT":
                self.box.expunge()
                writer.write(b"+OK\r\n")
                break
            else:
                writer.write(_pop3_answer(mails, command, words) if user == "in" else b"-ERR\r\n")
            await writer.drain()
        writer.close()


def _pop3_answer(mails: list[Mail], command: str, words: str) -> bytes:
    if command == "LIST":
        rows = [f"{n} {len(mail.raw)}\r\n" for n, mail in enumerate(mails, 1)]
        return f"+OK {len(rows)}\r\n{''.join(rows)}.\r\n".encode()
    number = words.split(maxsplit=1)[0] if words else ""
    if not number.isdigit() or not 0 < int(number) <= len(mails):
        return b"-ERR no such message\r\n"
    mail = mails[int(number) - 1]
    if command == "DELE":
        mail.deleted = True
        return b"+OK\r\n"
    raw = mail.raw if command == "RETR" else b"\r\n".join(mail.raw.split(b"\r\n")[:600])
    return b"+OK\r\n" + raw.replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n"
