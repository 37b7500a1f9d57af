"""From the answers of one round of sending to a row that says how the provider is doing."""

from collections import Counter as Tally
from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from messaging.channels.base import Answer, now
from messaging.models import ProviderPulse

KEPT = timedelta(days=1)


class Pulse:
    """One worker's round with one channel; a row at its end, nothing per delivery."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.begun: dict[str, float] = {}  # reference → seconds of the clock of leases
        self.answers: Tally[str] = Tally()
        self.seconds = self.slowest = 0.0

    def handed_over(self, references: Iterable[str]) -> None:
        self.begun.update(dict.fromkeys(references, now()))

    def answered(self, answer: Answer) -> None:
        took = now() - self.begun.pop(answer.reference, now())
        self.seconds += took
        self.slowest = max(self.slowest, took)
        self.answers[answer.outcome.value] += 1

    def write(self) -> None:
        if self.answers:
            ProviderPulse.objects.create(
                channel=self.channel,
                at=timezone.now(),
                answers=dict(self.answers),
                seconds=self.seconds,
                slowest=self.slowest,
            )
            self.answers.clear()


def forget() -> int:
    """Delete what is older than a day."""
    return ProviderPulse.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
