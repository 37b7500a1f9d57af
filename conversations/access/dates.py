"""From days and moments to how a Polish office writes them, whatever language the screen speaks."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override


def day_of(day: date) -> str:
    """20 listopada 2026 r."""
    with override("pl"):
        return f"{date_format(day, 'j E Y')} r."


def hours_of(begins: datetime, ends: datetime) -> str:
    """9:00–9:45, by the office's clock."""
    first, last = timezone.localtime(begins), timezone.localtime(ends)
    return f"{first.hour}:{first:%M}–{last.hour}:{last:%M}"
