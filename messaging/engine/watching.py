"""From the answers of one round to what they say about the providers, and from that to whom it asks.

The streams that do the network never touch the database: this one looks for them, once a second.
"""

import time
from collections import defaultdict, deque

from messaging.channels.base import Answer, Channel, Outcome
from messaging.channels.failing_over import RESTING, FailingOver

from . import breaker, providers

LOOK_SECONDS = 1.0
WINDOW_SECONDS = 60.0
LEAST_ANSWERS = 40  # fewer say nothing about a provider
FAULTY_SHARE = 0.5
LONGEST_BOOKED = 1.0  # seconds of a rate that are taken at once
WORKED = {Outcome.ACCEPTED, Outcome.DELIVERED}


class Watch:
    """One worker's look at the providers of one channel."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.several = channel if isinstance(channel, FailingOver) else None
        self._looked = 0.0
        self._windows: dict[str, Window] = defaultdict(Window)
        self._booked = 0
        self._begins = 0.0

    def heed(self) -> None:
        """Tell the channel whom to leave out, and whom to try with one message."""
        if self.several is None or time.monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        resting = providers.resting(self.channel.name)
        free = resting and not self.several.trial
        self.several.heed(resting, breaker.take_trial(self.channel.name) if free else "")

    def hear(self, told: Answer) -> bool:
        """Take note of an answer; True where nothing more can go out by this channel now."""
        paused = False
        for provider, code, down in told.passed_over:
            paused = self._note(provider, code, down=down, faulty=True) or paused
        if told.outcome is Outcome.NOT_SENT:
            return paused or told.code == RESTING
        provider = told.provider or self.channel.name
        faulty = told.outcome in {Outcome.RETRY, Outcome.UNKNOWN} and not told.slower
        paused = self._note(provider, told.code, down=told.channel_down, faulty=faulty) or paused
        if self._is_tried(provider) and not faulty and not told.channel_down:
            breaker.recover(self.channel.name, provider)
            self._looked = 0.0
        return paused

    def room(self, number: int) -> int:
        """How many of so many may go now by the rate that all workers share; 0: not yet."""
        provider, rate = self._limit()
        if not rate:
            return number
        if not self._booked:
            self._booked = max(1, min(number, int(rate * LONGEST_BOOKED)))
            wait = providers.book(self.channel.name, provider, self._booked, rate)
            self._begins = time.monotonic() + wait
        if time.monotonic() < self._begins:
            return 0
        return min(number, self._booked)

    def gone(self, number: int) -> None:
        """So many went: what was booked beyond them is lost, at most a second of the rate."""
        self._booked = 0 if number else self._booked

    def wait(self) -> None:
        """Until the booked moment, but never long: answers may come."""
        time.sleep(max(0.0, min(self._begins - time.monotonic(), 0.05)))

    def close(self) -> None:
        """The round is over: a trial that nothing came of is there for the next worker."""
        trial = self.several.end_trial() if self.several else ""
        if trial:
            breaker.give_back(self.channel.name, trial)

    def _is_tried(self, provider: str) -> bool:
        """Whether this is the answer that a trial waited for; asked once."""
        if self.several is None or self.several.trial != provider:
            return False
        self.several.end_trial()
        return True

    def _limit(self) -> tuple[str, float]:
        if self.several is None:
            return self.channel.name, self.channel.pace.rate
        leading = self.several.leading
        if not leading:
            return "", 0.0
        return leading, self.several.providers[leading].pace.rate

    def _note(self, provider: str, code: str, *, down: bool, faulty: bool) -> bool:
        failed_trial = faulty and self._is_tried(provider)
        too_many = self._windows[provider].note(faulty=faulty)
        if down or failed_trial or too_many:
            why = code if down or failed_trial else providers.FAULTS
            del self._windows[provider]
            self._looked = 0.0
            return breaker.trip(self.channel.name, why, provider)
        return False


class Window:
    """The answers of one provider within a minute."""

    def __init__(self) -> None:
        self._answers: deque[tuple[float, bool]] = deque()
        self._bad = 0

    def note(self, *, faulty: bool) -> bool:
        """Add an answer; True where half of them, and enough of them, are faults."""
        now = time.monotonic()
        self._answers.append((now, faulty))
        self._bad += faulty
        while self._answers[0][0] < now - WINDOW_SECONDS:
            self._bad -= self._answers.popleft()[1]
        number = len(self._answers)
        return number >= LEAST_ANSWERS and self._bad >= FAULTY_SHARE * number
