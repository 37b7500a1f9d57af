"""From the limits on pairing to the odds of guessing a validation code: `python -m benchmarks.guessing`.

Somebody guesses day and night from many networks, never the same code twice, never naming whose it is. What they may
try is what `recipients.contacts.attempts` and the API's limits let through; tests/api/test_guessing.py makes these very tries
against the running endpoints and counts them. The odds are those of at least one hit on any of the live codes.
"""

import math
import os
from collections.abc import Iterator

import django

# A network is an IPv4 /24 or an IPv6 /56 (icp.api.limits).
NETWORKS = (1, 30, 1_000, 10_000, 100_000)
LIVE = (100, 1_000, 10_000)
DAY, YEAR = 86_400, 365


def tries_in_window(networks: int) -> int:
    """The most wrong codes that so many networks get answered in one window of attempts.WINDOW seconds.

    Up to TROUBLE each of them has PER_SOURCE; then a network that has not yet tried has
    PER_SOURCE_IN_TROUBLE. The best that a guesser can do is to let few networks make the trouble.
    """
    from icp.api.limits import LIMITS
    from recipients.contacts import attempts

    hourly = next(w for w in LIMITS["pair"] if w.per == "network")
    each = min(attempts.PER_SOURCE, hourly.requests * attempts.WINDOW // hourly.seconds)
    before_trouble = attempts.TROUBLE // each
    if networks <= before_trouble:
        return networks * each
    later = (networks - before_trouble) * attempts.PER_SOURCE_IN_TROUBLE
    return attempts.TROUBLE + later


def tries_in_a_day(networks: int) -> int:
    from recipients.contacts import attempts

    return tries_in_window(networks) * DAY // attempts.WINDOW


def odds(networks: int, live: int, days: int = YEAR) -> float:
    """The odds that any of `live` codes is hit within so many days of guessing without a pause."""
    from recipients.contacts import verification

    space = len(verification._ALPHABET) ** verification._LENGTH
    return -math.expm1(-tries_in_a_day(networks) * days * live / space)


def table() -> Iterator[str]:
    """The table of docs/threat-model.md, line by line."""
    head = " | ".join(f"{live:,} live codes".replace(",", " ") for live in LIVE)
    yield f"| networks | tries a day | {head} |"
    yield "|---:|---:|" + "---:|" * len(LIVE)
    for networks in NETWORKS:
        chances = " | ".join(_one_in(odds(networks, live)) for live in LIVE)
        tries = f"{tries_in_a_day(networks):,}".replace(",", " ")
        yield f"| {networks:,} | {tries} | {chances} |".replace(",", " ")


def _one_in(chance: float) -> str:
    number = 1 / chance
    digits = max(0, int(math.log10(number)) - 1)
    rounded = round(number / 10**digits) * 10**digits
    return f"1 : {rounded:,}".replace(",", " ")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icp.settings")
    django.setup()
    print("\n".join(table()))
