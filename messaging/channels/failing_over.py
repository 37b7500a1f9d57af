"""From several providers of one channel to the one that takes an envelope.

The next provider is asked only after a definite refusal that may pass; never after a lost answer, and not
for a refusal that is about the address or the text. Providers that rest are left out.
"""

import threading
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from messaging.channels.base import (
    Answer,
    Callback,
    Channel,
    Envelope,
    Outcome,
    Pace,
    StatusUpdate,
    now,
)

RESTING = "resting"
Through = Generator[Answer, None, list[Envelope]]
PassedOver = dict[str, tuple[tuple[str, str, bool], ...]]


class FailingOver:
    """A channel of one or more providers, in the order in which they are asked."""

    def __init__(
        self,
        name: str,
        providers: Mapping[str, Channel],
        *,
        primary: str = "",
        known: Mapping[str, Channel] | None = None,
    ) -> None:
        """`primary` is the provider whose callbacks have no name in their address. Those of `known` may
        send nothing, but their late callbacks are read."""
        self.name = name
        self.providers = dict(providers)
        self.known = dict(known or providers)
        self.primary = primary or next(iter(self.providers))
        first = next(iter(self.providers.values()))
        widest = max(provider.pace.window for provider in self.providers.values())
        self.pace = Pace(widest, first.pace.streams, first.pace.rate, first.pace.groups)
        self._closed: frozenset[str] = frozenset()
        self._probe = ""
        self.trial = ""  # who is tried with one envelope now; whoever hears the answer clears it
        self._lock = threading.Lock()

    @property
    def leading(self) -> str:
        """The provider that is asked first now; empty while all of them rest."""
        return next(iter(self._open()), "")

    @property
    def knows_repeats(self) -> bool:
        """Whether every provider with an account refuses what it has had before (`knows_repeats`), also
        those that are not asked any more."""
        able = [one for one in self.known.values() if getattr(one, "configured", True)]
        return bool(able) and all(getattr(one, "knows_repeats", False) for one in able)

    def heed(self, resting: Collection[str], probe: str = "") -> None:
        """Leave these providers out; `probe`, one of them, gets the next envelope, alone."""
        with self._lock:
            self._closed = frozenset(resting)
            if probe:
                self._probe = self.trial = probe

    def send(self, envelopes: Sequence[Envelope], *, deadline: float) -> Iterator[Answer]:
        """Hand over, to the next provider what one has refused; see Channel.send."""
        rest, refused = list(envelopes), PassedOver()
        probe = self._take_probe() if rest else ""
        if probe:
            alone, rest = rest[:1], rest[1:]
            last = not self._open()
            rest = (yield from self._through(probe, alone, deadline, refused, last)) + rest
        order = self._open()
        for name in order:
            if not rest:
                return
            last = name == order[-1]
            rest = yield from self._through(name, rest, deadline, refused, last)
        for envelope in rest:
            yield Answer(envelope.reference, Outcome.NOT_SENT, code=RESTING)

    def read_callback(self, callback: Callback) -> list[StatusUpdate]:
        """Give it to the provider that its address names, else to the primary one."""
        parts = urlsplit(callback.url).path.split("/")
        named = next((name for name in self.known if name in parts), self.primary)
        return self.known[named].read_callback(callback)

    def check(self) -> str:
        """Try every provider; the first fault is raised."""
        return "; ".join(provider.check() for provider in self.providers.values())

    def close(self) -> None:
        """Let go of the connections of all of them."""
        for provider in self.known.values():
            provider.close()

    def _open(self) -> list[str]:
        return [name for name in self.providers if name not in self._closed]

    def end_trial(self) -> str:
        """Nobody is tried any more; gives the name of who was, and got no envelope or no answer."""
        with self._lock:
            trial, self.trial, self._probe = self.trial, "", ""
        return trial

    def _take_probe(self) -> str:
        with self._lock:
            probe, self._probe = self._probe, ""
        return probe

    def _through(
        self,
        name: str,
        envelopes: Sequence[Envelope],
        deadline: float,
        refused: PassedOver,
        last: bool,
    ) -> Through:
        """Ask one provider; gives back what the next one may be asked for."""
        by_reference = {envelope.reference: envelope for envelope in envelopes}
        elsewhere: list[Envelope] = []
        for told in self.providers[name].send(envelopes, deadline=deadline):
            if told.channel_down:
                with self._lock:  # until the engine has written it down and says the same
                    self._closed |= {name}
            envelope = by_reference[told.reference]
            before = refused.get(told.reference, ())
            if not last and may_go_elsewhere(told, envelope) and now() <= deadline:
                refused[told.reference] = (*before, (name, told.code, told.channel_down))
                elsewhere.append(envelope)
            else:
                yield told._replace(provider=name, passed_over=before)
        return elsewhere


def may_go_elsewhere(told: Answer, envelope: Envelope) -> bool:
    """Whether a provider surely did not take it and another one may. Being too fast is no reason to
    pay another provider, unless it is urgent."""
    return told.outcome is Outcome.RETRY and (not told.slower or envelope.content.urgent)
