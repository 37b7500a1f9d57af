"""From a day and a number of working days to the day on which they are over.

Working days are Monday to Friday but for the holidays of the Act of 18 January 1951 on days free from
work; since 2025 Christmas Eve is one of them (Dz.U. 2024 poz. 1965).
"""

from datetime import date, timedelta
from functools import cache

from holidays import country_holidays

_FRIDAY = 4


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("PL", years=year))


def is_working(day: date) -> bool:
    return day.weekday() <= _FRIDAY and day not in _holidays(day.year)


def add(day: date, n: int) -> date:
    """The n-th working day after `day`, which is not counted itself (art. 57 § 1 KPA).

    With 0: `day` itself, or the first working day after it.
    """
    while n > 0 or not is_working(day):
        day += timedelta(days=1)
        n -= is_working(day)
    return day


def between(day: date, until: date) -> int:
    """How many working days are left after `day` up to `until`, both ends as `add` counts them; negative where it has passed."""
    if until < day:
        return -between(until, day)
    span = (until - day).days
    return sum(is_working(day + timedelta(days=n)) for n in range(1, span + 1))
