"""From a provider's limits to waiting times: a token bucket and a width that yields to "too fast"."""

import threading
import time

ASK_AGAIN = 0.005  # seconds until a full house is asked again
REGAINED_A_SECOND = 1.0
BURST_SECONDS = 0.1


class Pacer:
    """How fast and how wide one channel may go in this process; safe for threads.

    It never sleeps itself, so threads and event loops share it: both ask, wait as long as they
    are told and ask again.
    """

    def __init__(self, *, rate: float, width: int) -> None:
        """Allow `rate` envelopes a second (0: no limit) and `width` things at once."""
        self.rate = rate
        self.width = max(1, width)
        self._lock = threading.Lock()
        self._allowed = float(self.width)
        self._inside = 0
        self._burst = max(1.0, rate * BURST_SECONDS)
        self._tokens = self._burst
        self._refilled = self._regained = time.monotonic()

    @property
    def allowed(self) -> int:
        """How many things may be under way at once now."""
        with self._lock:
            return self._regain()

    def enter(self) -> float:
        """Take a place (0.0), or say after how many seconds to ask again."""
        with self._lock:
            if self._inside >= self._regain():
                return ASK_AGAIN
            self._inside += 1
            return 0.0

    def leave(self) -> None:
        """Give the place back."""
        with self._lock:
            self._inside -= 1

    def token(self) -> float:
        """Take the right to hand over one envelope (0.0), or say how many seconds are missing."""
        if not self.rate:
            return 0.0
        with self._lock:
            now = time.monotonic()
            self._tokens = min(self._burst, self._tokens + (now - self._refilled) * self.rate)
            self._refilled = now
            if self._tokens < 1:
                return (1 - self._tokens) / self.rate
            self._tokens -= 1
            return 0.0

    def slow_down(self) -> None:
        """Halve the width: the provider said that we are too fast."""
        with self._lock:
            self._allowed = max(1.0, self._regain() / 2)

    def _regain(self) -> int:
        now = time.monotonic()
        gained = (now - self._regained) * REGAINED_A_SECOND
        self._regained = now
        self._allowed = min(float(self.width), self._allowed + gained)
        return int(self._allowed)
