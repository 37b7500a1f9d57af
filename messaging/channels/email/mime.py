"""From a content to a mail: what all envelopes share is built once, the rest filled in as bytes."""

import re
from binascii import b2a_qp
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from functools import cached_property, lru_cache
from html import escape
from secrets import token_hex
from time import time

from messaging.channels.base import PLACEHOLDER, Content, Envelope, fill
from messaging.channels.email import headers

MAX_LINE = 900  # RFC 5322 allows 998 bytes; the rest is for what a person's values add
MAX_VALUE = 400  # bytes set aside for one value in a line
LONG_VALUE = 66  # characters; even as HTML entities they keep to what is set aside
NO_REFERENCE = "0" * 32
Encode = Callable[[str], bytes]


@dataclass(frozen=True)
class Sender:
    """Who a municipality's mails come from."""

    name: str
    address: str
    bounces: str

    @cached_property
    def _around(self) -> tuple[str, str]:
        """What stands around the reference in the return path; raises ValueError on no address."""
        local, _, domain = self.bounces.rpartition("@")
        whole = headers.ascii_address(f"{local}+{NO_REFERENCE}@{domain}")
        before, _, after = whole.rpartition(NO_REFERENCE)
        return before, after

    def return_path(self, reference: str) -> str:
        """Give the address that a bounce returns to, which names the envelope (VERP).

        `reference` is 32 hex digits. Raises ValueError where the setting is no address.
        """
        before, after = self._around
        return f"{before}{reference}{after}"

    @property
    def domain(self) -> str:
        """The right side of Message-ID."""
        return self.address.rpartition("@")[2]


def has_long_value(envelope: Envelope) -> bool:
    """Say whether a line that holds such a value could outgrow what SMTP carries unencoded."""
    return any(len(value) > LONG_VALUE for value in envelope.values.values())


class Text:
    """One text with placeholders, cut and encoded once."""

    def __init__(self, text: str, encode: Encode, escape_value: Callable[[str], str]) -> None:
        pieces = PLACEHOLDER.split(text)
        self._fixed = [encode(piece) for piece in pieces[::2]]
        self._names = pieces[1::2]
        self._encode, self._escape = encode, escape_value

    def fill(self, values: Mapping[str, str]) -> bytes:
        """Give the bytes for one person; a name without a value stays as it is written."""
        if not self._names:
            return self._fixed[0]
        shown = {name: self._shown(name, values) for name in set(self._names)}
        out = [b""] * (2 * len(self._names) + 1)
        out[::2] = self._fixed
        out[1::2] = [shown[name] for name in self._names]
        return b"".join(out)

    def _shown(self, name: str, values: Mapping[str, str]) -> bytes:
        value = values.get(name)
        if value is None:
            return self._encode("{" + name + "}")
        return self._encode(self._escape(_tidy(value)))


class Skeleton:
    """All that the envelopes of one content share."""

    def __init__(self, content: Content, sender: Sender, *, eight_bit: bool) -> None:
        """Build it; raises ValueError on a bad reply-to or sender address."""
        self._subject = content.subject
        self._personal_subject = bool(PLACEHOLDER.search(content.subject))
        self._domain = sender.domain.encode("ascii")
        self._urgent = content.urgent
        self.eight_bit = False
        head = [b"From: " + headers.mailbox(content.sender_name or sender.name, sender.address)]
        if not content.reply_to.isprintable():
            raise ValueError("no address")
        if content.reply_to:
            head.append(b"Reply-To: " + headers.mailbox(*headers.split_mailbox(content.reply_to)))
        if not self._personal_subject:
            head.append(b"Subject: " + headers.words(content.subject))
        language = content.language if re.fullmatch(r"[a-zA-Z-]{2,15}", content.language) else "pl"
        head += [
            b"Auto-Submitted: auto-generated",
            # Keeps holiday notes of Exchange users from answering the town hall.
            b"X-Auto-Response-Suppress: All",
            b"Content-Language: " + language.encode("ascii"),
            b"MIME-Version: 1.0",
        ]
        head.append(b"Importance: high" if content.urgent else b"Precedence: bulk")
        self._head = b"\r\n".join(head) + b"\r\n"
        self._parts = self._lay_out(content, eight_bit)

    def mail(self, envelope: Envelope, address: str) -> bytes:
        """Give one person's mail as DATA wants it: dots doubled, the final dot appended."""
        top = [
            b"To: " + address.encode("ascii"),
            b"Message-ID: <" + envelope.reference.encode("ascii") + b"@" + self._domain + b">",
            b"Date: " + _date(int(time())),
        ]
        if self._personal_subject:
            top.append(b"Subject: " + headers.words(fill(self._subject, envelope.values)))
        if envelope.unsubscribe_url:
            url = headers.link(envelope.unsubscribe_url)
            top.append(b"List-Unsubscribe: <" + url + b">")
            top.append(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click")
        pieces = [b"\r\n".join(top), b"\r\n", self._head]
        values = envelope.values
        for part in self._parts:
            pieces.append(part if isinstance(part, bytes) else part.fill(values))
        mail = b"".join(pieces)
        if b"\r\n." in mail:
            mail = mail.replace(b"\r\n.", b"\r\n..")
        return mail + b"\r\n.\r\n"

    def _lay_out(self, content: Content, eight_bit: bool) -> list[bytes | Text]:
        plain = self._body("plain", content.text, eight_bit, str)
        if not content.html:
            return plain
        boundary = b"=_icp_" + token_hex(16).encode("ascii")
        html = self._body("html", content.html, eight_bit, escape)
        opening = b'Content-Type: multipart/alternative;\r\n boundary="' + boundary + b'"\r\n\r\n--'
        between = b"\r\n--" + boundary
        return [
            opening + boundary + b"\r\n",
            *plain,
            between + b"\r\n",
            *html,
            between + b"--",
        ]

    def _body(
        self, kind: str, text: str, eight_bit: bool, escape_value: Callable[[str], str]
    ) -> list[bytes | Text]:
        text = "\n".join(text.splitlines())
        fits = all(_longest(line) <= MAX_LINE for line in text.split("\n"))
        if text.isascii() and fits and not PLACEHOLDER.search(text):
            way, encode = b"7bit", _eight_bit
        elif eight_bit and fits:
            way, encode = b"8bit", _eight_bit
            self.eight_bit = True
        else:
            way, encode = b"quoted-printable", _quoted_printable
        opening = (
            f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: ".encode()
            + way
            + b"\r\n\r\n"
        )
        return [opening, Text(text, encode, escape_value)]


@lru_cache(maxsize=2)
def _date(second: int) -> bytes:
    return formatdate(second, localtime=True).encode("ascii")


def _eight_bit(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("utf-8", "replace")


def _quoted_printable(text: str) -> bytes:
    """Encode one piece; it ends in a soft line break, so that any other may follow (RFC 2045)."""
    if not text:
        return b""
    code = b2a_qp(text.encode("utf-8", "replace"), istext=True)
    return code.replace(b"\n", b"\r\n") + b"=\r\n"


def _longest(line: str) -> int:
    return len(line.encode("utf-8", "replace")) + MAX_VALUE * len(PLACEHOLDER.findall(line))


def _tidy(value: str) -> str:
    return value if value.isprintable() else "\n".join(value.splitlines())
