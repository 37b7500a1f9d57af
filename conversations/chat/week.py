"""From the hours of a week as somebody types them ("7:30–12:00, 13:00–17:00") to what an inbox keeps, and back."""

import re
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .hours import DAYS, HOLIDAYS

LABELS = {
    "1": gettext_lazy("Monday"),
    "2": gettext_lazy("Tuesday"),
    "3": gettext_lazy("Wednesday"),
    "4": gettext_lazy("Thursday"),
    "5": gettext_lazy("Friday"),
    "6": gettext_lazy("Saturday"),
    "7": gettext_lazy("Sunday"),
    HOLIDAYS: gettext_lazy("holidays"),
}
ROWS = (*DAYS, HOLIDAYS)
SPAN = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-–—]\s*(\d{1,2})[:.](\d{2})")
MIDNIGHT = 24 * 60
HOUR = 60


def label(row: str) -> str:
    """The day, at the beginning of a line."""
    return capfirst(str(LABELS[row]))


def read(typed: str) -> list[list[str]]:
    """Pairs of "HH:MM" in order; empty for a closed day. ValidationError says what is wrong."""
    found = [_span(part.strip()) for part in typed.split(",") if part.strip()]
    found.sort()
    for (_begin, end), (begin, _end) in pairwise(found):
        if begin < end:
            raise ValidationError(_("These hours overlap. Write each part of the day once."))
    return [[_words(begin), _words(end)] for begin, end in found]


def write(pairs: list[list[str]]) -> str:
    """The opposite of `read`."""
    return ", ".join(f"{begin}–{end}" for begin, end in pairs)


def _span(part: str) -> tuple[int, int]:
    match = SPAN.fullmatch(part)
    if match is None:
        raise ValidationError(_("Write hours like this: 7:30–15:30, or 7:30–12:00, 13:00–17:00."))
    begin = int(match[1]) * HOUR + int(match[2])
    end = int(match[3]) * HOUR + int(match[4])
    if int(match[2]) >= HOUR or int(match[4]) >= HOUR or end > MIDNIGHT:
        raise ValidationError(_("There is no such hour. A day ends at 24:00 at the latest."))
    if begin >= end:
        raise ValidationError(_("The end must come after the beginning."))
    return begin, end


def _words(minutes: int) -> str:
    return f"{minutes // HOUR:02d}:{minutes % HOUR:02d}"
