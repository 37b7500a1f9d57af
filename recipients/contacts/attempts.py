"""From wrong codes that were entered to who has to wait before the next try (§ 4.5).

Counted per source and per address under keyed digests, and for all together: when the whole town
seems to be guessed at, each source gets fewer tries, but nobody is ever locked out by others.
"""

import time

from django.conf import settings

from icp import rate_limits
from icp.encryption.tokens import mac

WINDOW = 600  # seconds
PER_SOURCE = 20
PER_ADDRESS = 10
TROUBLE = 600  # wrong codes from everywhere in one window
PER_SOURCE_IN_TROUBLE = 3
_NAME, _LABEL, _ALL = "wrong-code", "validation.attempt", "all"


class TooManyTries(Exception):
    """Come back in `seconds`; says nothing about whether a code or an address is known."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__("Too many wrong codes were entered.")


def check(address: str, source: str) -> None:
    """Raise TooManyTries where this source, or this address, has tried enough for now."""
    if not settings.RATE_LIMITS:
        return
    trouble = _tallied(_ALL) >= TROUBLE
    of_source = PER_SOURCE_IN_TROUBLE if trouble else PER_SOURCE
    limits = ((_who("source", source), of_source), (_who("address", address), PER_ADDRESS))
    if any(who and _tallied(who) >= limit for who, limit in limits):
        raise TooManyTries(WINDOW - int(time.time()) % WINDOW)


def count(address: str, source: str) -> None:
    """One more wrong code."""
    for who in (_ALL, _who("source", source), _who("address", address)):
        if who:
            rate_limits.tally(_NAME, who, WINDOW)


def _tallied(who: str) -> int:
    return rate_limits.tallied(_NAME, who, WINDOW)


def _who(kind: str, value: str) -> str:
    """What stands in the cache in place of an address; empty where nothing is known."""
    return mac(_LABEL, f"{kind}|{value}".encode()).hex() if value else ""
