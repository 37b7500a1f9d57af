"""From the answers of one round of sending to a row that says how the provider is doing."""

from collections import Counter as Tally
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from messaging.channels.base import Answer, Outcome, now
from messaging.models import ProviderPulse

KEPT = timedelta(days=1)


class Pulse:
    """One worker's round with one channel; a row at its end. Times are those of one in each group."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.begun: dict[str, float] = {}  # reference → seconds of the clock of leases
        self.answers: Tally[Outcome] = Tally()
        self.times: list[float] = []

    def handed_over(self, first: str) -> None:
        """A group left; its first reference stands for it."""
        self.begun[first] = now()

    def answered(self, answers: Sequence[Answer]) -> None:
        self.answers.update(answer.outcome for answer in answers)
        for answer in answers:
            if answer.reference in self.begun:
                self.times.append(now() - self.begun.pop(answer.reference))

    def write(self) -> None:
        if self.answers:
            mean = sum(self.times) / len(self.times) if self.times else 0.0
            ProviderPulse.objects.create(
                channel=self.channel,
                at=timezone.now(),
                answers={outcome.value: number for outcome, number in self.answers.items()},
                seconds=mean * self.answers.total(),
                slowest=max(self.times, default=0.0),
            )
            self.answers.clear()


def forget() -> int:
    """Delete what is older than a day."""
    return ProviderPulse.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
