"""From years and a day to the latest birth date of whoever is that old."""

from calendar import isleap
from datetime import date


def age_reached(years: int, on: date) -> date:
    """The latest birth date of people who are at least `years` old on a day.

    An age is reached as the birthday begins (art. 112 Kodeksu cywilnego); who was born on 29
    February reaches it on 28 February of a common year, the last day of that month.
    """
    year = on.year - years
    if year < 1:
        return date.min
    if on == _last_of_february(on.year):
        return _last_of_february(year)
    return on.replace(year=year)


def _last_of_february(year: int) -> date:
    return date(year, 2, 29 if isleap(year) else 28)
