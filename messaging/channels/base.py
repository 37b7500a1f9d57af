"""What every channel promises. Channels know no Django model, no queue and no page."""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Protocol, runtime_checkable

from django.core.exceptions import SuspiciousOperation

PLACEHOLDER = re.compile(r"\{(\w+)\}")
NOTHING: Mapping[str, str] = MappingProxyType({})


class Outcome(StrEnum):
    """What is known about one envelope after it was handed over."""

    ACCEPTED = "accepted"  # the provider took it on
    DELIVERED = "delivered"  # the answer itself proves delivery (an ePUAP receipt, UPP)
    RETRY = "retry"  # a definite refusal that may pass: 429, 5xx, connection refused
    REFUSED = "refused"  # a definite refusal for good: bad number, unregistered token
    NOT_SENT = "not_sent"  # nothing left this machine: may be queued again at once
    UNKNOWN = "unknown"  # it left, and no answer came: never sent again in silence


class News(StrEnum):
    """What a provider tells later, in our words."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    READ = "read"
    # These change no state: what they say is about the address (recipients.contacts.address_health).
    DELAYED = "delayed"  # the server is still trying
    COMPLAINED = "complained"  # the person marked it as spam


@dataclass(frozen=True, slots=True)
class Hint:
    """What a device is told: that something waits, and where it is read; nothing about a person.

    `kind` is the app's word for it (message, report, letter), `uid` names it, `link` is its address in
    the web app. After `until` nobody needs to be told any more.
    """

    kind: str
    uid: str
    link: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that a channel carries along."""

    name: str = field(repr=False)
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Content:
    """What one message says on one channel; all its envelopes share it.

    `key` names the text for ever (a message's uid and version): a channel may cache under it what
    it builds once. Texts may hold the placeholders `{imie}`…, which `fill` replaces per person.
    """

    key: str
    subject: str = field(repr=False)
    text: str = field(repr=False)  # plain text; the short one for sms and push
    html: str = field(default="", repr=False)  # e-mail only; already sanitized
    sender_name: str = ""
    reply_to: str = ""
    urgent: bool = False
    language: str = "pl"
    hint: Hint | None = None  # push only
    enclosures: tuple[Enclosure, ...] = field(default=(), repr=False)  # ePUAP only


class Envelope(NamedTuple):
    """One text to one address. `reference` (32 hex digits) is our key at the provider's."""

    reference: str
    address: str
    content: Content
    values: Mapping[str, str] = NOTHING
    unsubscribe_url: str = ""

    def __repr__(self) -> str:
        return f"Envelope({self.reference})"


class Answer(NamedTuple):
    """What became of one envelope. `code` is the provider's; nothing personal stands here."""

    reference: str
    outcome: Outcome
    provider_id: str = ""
    code: str = ""
    address_gone: bool = False  # the address itself will never work again: remove it
    channel_down: bool = False  # credentials or credit ran out: pause the whole channel
    proof: bytes = b""  # the provider's own receipt, to be filed as it is (ePUAP: a UPP)
    dead: tuple[str, ...] = ()  # of several targets (targets.py) those that are gone
    slower: bool = False  # refused because we are too fast
    provider: str = ""  # which of the channel's providers answered (failing_over.py)
    passed_over: tuple[tuple[str, str, bool], ...] = ()  # who refused before: provider, code, down

    def __repr__(self) -> str:
        return f"Answer({self.reference}, {self.outcome}, {self.code})"


@dataclass(frozen=True, slots=True)
class Pace:
    """How hard a channel may be driven: envelopes in flight per worker, parallel `send` calls,
    envelopes a second (0: no limit).

    `groups`: intents that share the window, each cut over its share of the streams; 0: one for each
    stream. One for all costs the database the least, and waits for the slowest of them.
    """

    window: int
    streams: int = 1
    rate: float = 0
    groups: int = 0


@dataclass(frozen=True, slots=True)
class Callback:
    """What a provider posted to us, before anyone trusts it. `url` is the public one; `sender` the
    address of the machine that posted."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    sender: str = ""


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """News about an earlier envelope. `event_id` is the provider's own, or empty."""

    reference: str
    provider_id: str
    news: News
    event_id: str = ""
    code: str = ""
    at: datetime | None = None


class ChannelError(Exception):
    """The channel cannot be used at all: wrong settings, no connection. For staff to read.

    `code`: of the channel's CODES, where there is one.
    """

    def __init__(self, words: str, code: str = "") -> None:
        super().__init__(words)
        self.code = code


class BadCallback(SuspiciousOperation):
    """The callback does not prove that it comes from the provider (Django answers 400)."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left on an account at a provider, in the provider's own unit (points, USD)."""

    amount: Decimal
    unit: str


class Channel(Protocol):
    """One way to a person. Made once per process, after the fork; `send` may be called from
    several threads at once."""

    name: str
    pace: Pace

    def send(self, envelopes: Sequence[Envelope], *, deadline: float) -> Iterator[Answer]:
        """Hand over, yielding exactly one Answer per envelope as soon as it is known, any order.

        An envelope whose turn comes after `deadline` (in `now()` seconds) is answered NOT_SENT.
        Never raises for what a provider or a network does.
        """
        ...

    def read_callback(self, callback: Callback) -> list[StatusUpdate]:
        """Verify, then translate; raises BadCallback. News of no interest gives an empty list."""
        ...

    def check(self) -> str:
        """Try the connection without sending; returns what answered, raises ChannelError."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


@runtime_checkable
class Prepaid(Protocol):
    """A provider that tells what is left on the account."""

    def balance(self) -> Balance:
        """Ask; raises ChannelError."""
        ...


@runtime_checkable
class Told(Protocol):
    """A provider that says what became of messages that it took."""

    def look_up(self, provider_ids: Sequence[str]) -> list[StatusUpdate]:
        """Ask; those that it does not know are left away. Raises ChannelError."""
        ...


def now() -> float:
    """Seconds since boot, sleep included: a worker that was paused must notice (CLOCK_BOOTTIME)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put a person's values into the placeholders; texts without any come back as they are."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
