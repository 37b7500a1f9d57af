"""From a mailbox of returns to its mails, by IMAP or POP3, one at a time and bounded.

The caller says to which checked IP address to connect (icp.outbound): the name is for TLS only.
"""

import imaplib
import poplib
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.channels.base import ChannelError, Outcome
from messaging.channels.codes import Codes, Meaning

MOST_BYTES = 1_000_001  # of one mail; whoever reads it sees that it was larger
MOST_MAILS = 200  # in one turn
_TOP_LINES = 600

CODES: Codes = {
    "not_configured": Meaning(Outcome.RETRY, gettext_lazy("No mailbox of returns is configured.")),
    "connect": Meaning(Outcome.RETRY, gettext_lazy("The mailbox’s server could not be reached.")),
    "tls": Meaning(Outcome.RETRY, gettext_lazy("No secure connection could be set up.")),
    "login": Meaning(Outcome.RETRY, gettext_lazy("The mailbox refused our user or password.")),
    "folder": Meaning(Outcome.RETRY, gettext_lazy("The mailbox has no folder of this name.")),
    "garbled": Meaning(
        Outcome.RETRY, gettext_lazy("The mailbox’s server answered outside the protocol.")
    ),
}
# Told whether a mail was understood; what was not stays where a person can read it (IMAP).
Take = Callable[[bytes], bool]


class MailboxError(ChannelError):
    """The mailbox cannot be read now; `code` is one of CODES."""

    def __init__(self, code: str) -> None:
        super().__init__(str(CODES[code].words), code)


def empty(config: Mapping[str, Any], take: Take) -> int:
    """Give each mail to `take`, then remove it or mark it as read; returns how many there were.

    `config`: protocol (imap | pop3), host, address (the IP address to connect to), port, security
    (tls | starttls | none), user, password, folder, timeout, keep. Raises MailboxError. A mail is removed
    only after `take` returned: what it could not keep comes again.
    """
    with_box = _IMAP_OR_POP[config["protocol"]]
    try:
        return with_box(config, take)
    except MailboxError:
        raise
    except ssl.SSLError as error:
        raise MailboxError("tls") from error
    except (imaplib.IMAP4.error, poplib.error_proto, ValueError, IndexError, TypeError) as error:
        raise MailboxError("garbled") from error
    except (OSError, EOFError) as error:
        raise MailboxError("connect") from error


def check(config: Mapping[str, Any]) -> str:
    """Sign in and count; nothing is read or removed. Raises MailboxError."""
    seen: list[int] = []
    empty({**config, "count": seen}, lambda _mail: True)
    words = _("%(host)s: signed in; %(number)s messages wait in the mailbox.")
    return words % {"host": config["host"], "number": sum(seen)}


# --- IMAP ------------------------------------------------------------------------------------------


class _Imap(imaplib.IMAP4):
    """To the IP address that was looked at; the name is what the certificate must say."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config
        super().__init__(config["host"], int(config["port"]), float(config["timeout"]))

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return _connected(self.config)


def _imap(config: Mapping[str, Any], take: Take) -> int:
    box = _Imap(config)
    try:
        if config["security"] == "starttls":
            box.starttls(ssl.create_default_context())
        try:
            box.login(config["user"], config["password"])
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise MailboxError("login") from error
        kind, _data = box.select(_quoted(config.get("folder") or "INBOX"))
        if kind != "OK":
            raise MailboxError("folder")
        return _read_imap(box, config, take)
    finally:
        with suppress(Exception):
            box.logout()


def _read_imap(box: imaplib.IMAP4, config: Mapping[str, Any], take: Take) -> int:
    _kind, found = box.uid("SEARCH", "UNSEEN")
    numbers = (found[0] or b"").split()[:MOST_MAILS]
    if "count" in config:
        config["count"].append(len(numbers))
        return 0
    for number in numbers:
        uid = number.decode("ascii")
        # Part of it at most, without marking it as read before it is kept.
        _kind, data = box.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
        mail = next((part[1] for part in data if isinstance(part, tuple)), b"")
        understood = take(mail)
        box.uid("STORE", uid, "+FLAGS", r"(\Seen)")
        if understood and not config.get("keep"):
            box.uid("STORE", uid, "+FLAGS", r"(\Deleted)")
    if numbers and not config.get("keep"):
        box.expunge()
    return len(numbers)


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


# --- POP3 ------------------------------------------------------------------------------------------


class _Pop(poplib.POP3):
    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config
        super().__init__(config["host"], int(config["port"]), float(config["timeout"]))

    def _create_socket(self, timeout: float) -> socket.socket:
        return _connected(self.config)

    def _getline(self) -> tuple[bytes, int]:
        """The library gives up at 2048 bytes: one long line would stop the box for ever."""
        line: bytes = self.file.readline(MOST_BYTES)
        if not line:
            raise EOFError
        return line.rstrip(b"\r\n"), len(line)


def _pop(config: Mapping[str, Any], take: Take) -> int:
    box = _Pop(config)
    try:
        if config["security"] == "starttls":
            box.stls(ssl.create_default_context())
        try:
            box.user(config["user"])
            box.pass_(config["password"])
        except poplib.error_proto as error:
            raise MailboxError("login") from error
        sizes = [tuple(map(int, line.split()[:2])) for line in box.list()[1]][:MOST_MAILS]
        if "count" in config:
            config["count"].append(len(sizes))
            return 0
        for number, size in sizes:
            take(_fetched(box, number, size))
            box.dele(number)
        box.quit()  # only now are they removed
        return len(sizes)
    finally:
        with suppress(Exception):
            box.close()


def _fetched(box: poplib.POP3, number: int, size: int) -> bytes:
    """One mail; of a large one its beginning, filled up so that it still looks as large as it is."""
    try:
        if size < MOST_BYTES:
            return b"\r\n".join(box.retr(number)[1])
        return b"\r\n".join(box.top(number, _TOP_LINES)[1])[:MOST_BYTES].ljust(MOST_BYTES)
    except poplib.error_proto:
        return b""  # the server refuses this one: it must not stand in the way of the others


_IMAP_OR_POP: dict[str, Callable[[Mapping[str, Any], Take], int]] = {"imap": _imap, "pop3": _pop}


def _connected(config: Mapping[str, Any]) -> socket.socket:
    timeout = float(config["timeout"])
    plain = socket.create_connection((config["address"], int(config["port"])), timeout)
    if config["security"] != "tls":
        return plain
    context = ssl.create_default_context()
    try:
        return context.wrap_socket(plain, server_hostname=config["host"])
    except (OSError, ssl.SSLError):
        plain.close()
        raise
