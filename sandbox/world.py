"""From a provider's request to a verdict and a remembered arrival: the state of the stand-ins."""

import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum

from sandbox.mailbox import Mailbox

# A second provider of a channel has its own switches, and what arrived is told apart.
CHANNELS = ("email", "sms", "push", "epuap", "smsapi", "esp")


class Verdict(StrEnum):
    """What a stand-in does with one delivery."""

    ACCEPT = "accept"
    REFUSE_NOW = "refuse_now"  # a refusal that may pass
    REFUSE_FOREVER = "refuse_forever"
    THROTTLE = "throttle"  # 421 or 429: too fast
    DROP = "drop"  # it arrives, and the connection dies before the answer
    NONSENSE = "nonsense"  # an answer outside the protocol


@dataclass(slots=True)
class Switches:
    """How one channel misbehaves. Shares run from 0 to 1."""

    off: bool = False  # SMTP: connection refused; HTTP: closed without an answer
    delay_ms: int = 0
    refuse_temporary: float = 0.0
    refuse_permanent: float = 0.0
    throttle: float = 0.0
    drop_after_accept: float = 0.0
    nonsense: float = 0.0
    undelivered: float = 0.0  # of the later news
    bounce: float = 0.0  # e-mail: of what was taken, so much comes back into the box of returns
    silent: bool = False  # no later news at all
    repeat_callbacks: bool = False
    forge_callbacks: bool = False
    no_credit: bool = False  # SMSAPI and the e-mail provider: nothing is left on the account
    hold: bool = False  # ePUAP: documents for the office are held back
    receipt_by_box: bool = False  # ePUAP: the receipt comes later, into the office's box


@dataclass(frozen=True, slots=True)
class Arrival:
    """One delivery that reached a stand-in. `raw` is what travelled, read only when shown."""

    number: int
    channel: str
    reference: str
    address: str
    at: float
    copy: int  # 1 for the first with this reference, 2 for a repeated one…
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Accounts:
    """What the stand-ins accept as proof; an empty SMTP user means that none is asked for."""

    twilio_account: str = "AC00000000000000000000000000000000"
    twilio_token: str = "sandbox-twilio-token"  # noqa: S105 - opens nothing but the sandbox
    smsapi_token: str = "sandbox-smsapi-token"  # noqa: S105 - opens nothing but the sandbox
    esp_key: str = "sandbox-esp-key"
    esp_webhook_secret: str = "sandbox-esp-webhook"  # noqa: S105 - opens nothing but the sandbox
    esp_webhook_url: str = ""  # where the e-mail provider posts its news
    fcm_project: str = "icp-sandbox"
    fcm_token: str = "sandbox-fcm-token"  # noqa: S105 - opens nothing but the sandbox
    smtp_user: str = ""
    smtp_password: str = ""
    epuap_folder: str = ""  # of sandbox.certificates; empty: a temporary one
    epuap_push_url: str = ""  # where the office takes documents that are pushed


class World:
    """Everything the stand-ins share: switches, accounts and what arrived."""

    def __init__(self, accounts: Accounts | None = None) -> None:
        self.accounts = accounts or Accounts()
        self.switches = {channel: Switches() for channel in CHANNELS}
        self.arrivals: list[Arrival] = []
        self.unsaved: list[Arrival] = []
        self.forgotten = False  # the stored arrivals are to be deleted
        self.mailbox = Mailbox()  # what came back to the office
        self.listeners: list[Callable[[str], None]] = []  # told which channel was switched
        self.closers: list[Callable[[], Awaitable[None]]] = []  # awaited at the end
        self._number = 0
        self._copies: Counter[tuple[str, str]] = Counter()
        self._owed: dict[tuple[str, str], float] = defaultdict(float)

    def judge(self, channel: str) -> Verdict:
        """Decide about one delivery by the channel's switches, in the exact shares asked for."""
        switches = self.switches[channel]
        shares = (
            (Verdict.THROTTLE, switches.throttle),
            (Verdict.REFUSE_FOREVER, switches.refuse_permanent),
            (Verdict.REFUSE_NOW, switches.refuse_temporary),
            (Verdict.NONSENSE, switches.nonsense),
            (Verdict.DROP, switches.drop_after_accept),
        )
        for verdict, share in shares:
            if share and self.falls_due(channel, verdict, share):
                return verdict
        return Verdict.ACCEPT

    def falls_due(self, channel: str, what: str, share: float) -> bool:
        """Say yes to `share` of the questions, evenly: tests can count on the number."""
        key = (channel, what)
        self._owed[key] += share
        if self._owed[key] < 1 - 1e-9:
            return False
        self._owed[key] -= 1
        return True

    def remember(self, channel: str, reference: str, address: str, raw: bytes) -> Arrival:
        """Note that something arrived."""
        self._number += 1
        self._copies[channel, reference] += 1
        copy = self._copies[channel, reference] if reference else 1
        arrival = Arrival(self._number, channel, reference, address, time.time(), copy, raw)
        self.arrivals.append(arrival)
        self.unsaved.append(arrival)
        return arrival

    def recall(self, arrivals: list[Arrival]) -> None:
        """Take up what an earlier run kept."""
        self.arrivals = arrivals
        self._number = max((arrival.number for arrival in arrivals), default=0)
        self._copies = Counter((a.channel, a.reference) for a in arrivals)

    def forget(self) -> None:
        """Drop everything that arrived, here and in the file."""
        self.arrivals = []
        self.unsaved = []
        self._copies.clear()
        self.forgotten = True

    def arrived(self, channel: str = "", since: int = 0) -> list[Arrival]:
        """List arrivals of one channel (or all) after number `since`, oldest first."""
        return [
            arrival
            for arrival in self.arrivals
            if arrival.number > since and channel in ("", arrival.channel)
        ]

    def switch(self, channel: str, changes: Mapping[str, object]) -> Switches:
        """Set some switches of one channel; raises ValueError on what it does not know."""
        if channel not in self.switches:
            raise ValueError(f"No channel {channel!r}.")
        values = asdict(self.switches[channel])
        kinds = {known.name: type(known.default) for known in fields(Switches)}
        for name, value in changes.items():
            if name not in kinds:
                raise ValueError(f"No switch {name!r}.")
            values[name] = _read(kinds[name], value)
        self.switches[channel] = Switches(**values)
        for listener in self.listeners:
            listener(channel)
        return self.switches[channel]


def _read(kind: type, value: object) -> object:
    """Read a switch from JSON or from a form."""
    if kind is bool:
        return value if isinstance(value, bool) else str(value).lower() in ("1", "true", "on")
    number = float(str(value).replace(",", ".") or 0)
    if not 0 <= number <= (60_000 if kind is int else 1):
        raise ValueError(f"{number} is out of range.")
    return kind(number)
