"""From the answers of one round of sending to rows that say how the providers are doing."""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from messaging.channels.base import Answer, Outcome, now
from messaging.models import HandedOver, ProviderPulse, ProviderState

KEPT = timedelta(days=1)
FAULTY = (Outcome.RETRY.value, Outcome.UNKNOWN.value)


class Pulse:
    """One worker's round with one channel; a row for each provider at its end. Times are those of one
    in each group."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.begun: dict[str, float] = {}  # reference → seconds of the clock of leases
        self.answers: dict[str, Tally[str]] = defaultdict(Tally)  # provider → outcomes
        self.times: dict[str, list[float]] = defaultdict(list)
        self.messages: Tally[tuple[int, str]] = Tally()

    def handed_over(self, first: str) -> None:
        """A group left; its first reference stands for it."""
        self.begun[first] = now()

    def answered(self, answers: Sequence[Answer]) -> None:
        for answer in answers:
            self.answers[answer.provider][answer.outcome.value] += 1
            for provider, _code, _down in answer.passed_over:
                self.answers[provider][Outcome.RETRY.value] += 1
            if answer.reference in self.begun:
                self.times[answer.provider].append(now() - self.begun.pop(answer.reference))

    def heard(self, message: int | None, answer: Answer) -> None:
        """Which provider answered about a message; of a channel with one there is nothing to tell."""
        if message is not None and answer.provider and answer.outcome is not Outcome.NOT_SENT:
            self.messages[message, answer.provider] += 1

    def write(self) -> None:
        rows = [self._row(provider) for provider, tally in self.answers.items() if tally]
        with transaction.atomic():
            ProviderPulse.objects.bulk_create(rows)
            for (message, provider), number in sorted(self.messages.items()):
                self._add(message, provider, number)
            for provider in sorted(name for name, tally in self.answers.items() if worked(tally)):
                ProviderState.objects.update_or_create(
                    channel=self.channel,
                    provider=provider or self.channel,
                    defaults={"worked_at": timezone.now()},
                )
        self.answers.clear()
        self.messages.clear()

    def _row(self, provider: str) -> ProviderPulse:
        times, number = self.times[provider], self.answers[provider].total()
        mean = sum(times) / len(times) if times else 0.0
        return ProviderPulse(
            channel=self.channel,
            provider=provider,
            at=timezone.now(),
            answers=dict(self.answers[provider]),
            seconds=mean * number,
            slowest=max(times, default=0.0),
        )

    def _add(self, message: int, provider: str, number: int) -> None:
        mine = HandedOver.objects.filter(message=message, channel=self.channel, provider=provider)
        if not mine.update(number=F("number") + number):
            HandedOver.objects.bulk_create(
                [HandedOver(message_id=message, channel=self.channel, provider=provider, number=0)],
                ignore_conflicts=True,
            )
            mine.update(number=F("number") + number)


def worked(answers: Mapping[str, int]) -> bool:
    """Whether anything was taken among these."""
    return bool(answers.get(Outcome.ACCEPTED) or answers.get(Outcome.DELIVERED))


def forget() -> int:
    """Delete what is older than a day."""
    return ProviderPulse.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
