"""From a day and a number of working days or months to the day on which they are over.

Working days are Monday to Friday but for the holidays of the Act of 18 January 1951 on days free from
work; since 2025 Christmas Eve is one of them (Dz.U. 2024 poz. 1965).
"""

from calendar import monthrange
from datetime import date, timedelta
from functools import cache

from holidays import country_holidays

_FRIDAY = 4


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("PL", years=year))


def is_holiday(day: date) -> bool:
    """A day free from work by the Act, whatever day of the week it is; a plain Sunday is none here."""
    return day in _holidays(day.year)


def is_working(day: date) -> bool:
    return day.weekday() <= _FRIDAY and not is_holiday(day)


def working_days_after(day: date, n: int) -> date:
    """The n-th working day after `day`, which is not counted itself (art. 57 § 1 KPA).

    With 0: `day` itself, or the first working day after it.
    """
    while n > 0 or not is_working(day):
        day += timedelta(days=1)
        n -= is_working(day)
    return day


def working_days_between(day: date, until: date) -> int:
    """How many working days are left after `day` up to `until`, both ends as `working_days_after` counts them; negative where it has passed."""
    if until < day:
        return -working_days_between(until, day)
    span = (until - day).days
    return sum(is_working(day + timedelta(days=n)) for n in range(1, span + 1))


def months_after(day: date, months: int) -> date:
    """The same day `months` later; the month's last one where there is no such day: 31 August → 28 February.

    Weekends and holidays do not lengthen it here: a deadline that ends too early hurts nobody.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
