"""From what became of each device to what became of the person's one envelope.

A hint says nothing but "look", and a device shows one hint for one thing however often it comes
(its tag, its topic). So one device that took it is enough, and nothing is owed to the others: each
of them finds the message when its app is opened. The envelope is tried again only where no device
took it and none may have taken it.
"""

from messaging.channels import targets
from messaging.channels.base import Answer, Envelope, Outcome
from messaging.channels.codes import answer
from messaging.channels.push.codes import CODES
from messaging.channels.targets import Target, TargetKind

# The first of these that any device came to is the envelope's.
ORDER = (
    Outcome.ACCEPTED,
    Outcome.UNKNOWN,
    Outcome.RETRY,
    Outcome.NOT_SENT,
    Outcome.REFUSED,
)


class Gathered:
    """One envelope, the devices that were not heard of yet, and the answers so far."""

    def __init__(self, envelope: Envelope) -> None:
        self.envelope = envelope
        self.reference = envelope.reference
        every = targets.split(envelope.address)
        self.open = {one: None for one in every if one.kind is not TargetKind.APP}
        self.has_app = len(self.open) < len(every)
        self._heard: list[Answer] = []
        self._dead: list[str] = []

    @property
    def complete(self) -> bool:
        """Whether every device was heard of."""
        return not self.open

    def heard(self, target: Target, told: Answer) -> None:
        """Note what became of one device."""
        self.open.pop(target, None)
        self._heard.append(told)
        if told.address_gone:
            self._dead.append(target.line)

    def hear_all(self, told: Answer) -> None:
        """Note the same of every device that is left."""
        for target in list(self.open):
            self.heard(target, told)

    def given_up(self) -> Answer:
        """Answer though some were not heard of: they may have it."""
        self.hear_all(answer(self.reference, "no_reply", CODES["no_reply"]))
        return self.answer()

    def answer(self) -> Answer:
        """Say what became of the envelope."""
        best = min(self._heard, key=lambda told: ORDER.index(told.outcome), default=None)
        if best is None or best.outcome is Outcome.REFUSED:
            best = self._waiting_in_the_app(best)
        gone = bool(self._dead) and not self.has_app and len(self._dead) == len(self._heard)
        return best._replace(address_gone=gone, dead=tuple(self._dead))

    def _waiting_in_the_app(self, refused: Answer | None) -> Answer:
        """Nobody could be woken: the message waits, and the app finds it when it is opened."""
        if self.has_app:
            return answer(self.reference, "app", CODES["app"])
        return refused or answer(self.reference, "no_device", CODES["no_device"])
