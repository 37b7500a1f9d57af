"""From a year to its next number of a request: BOI.12.2026."""

from django.db import transaction

from conversations.models import AccessSeries


@transaction.atomic
def next_number(year: int) -> str:
    """Draw the year's next number; others wait until the drawing transaction ends: no gaps."""
    AccessSeries.objects.get_or_create(year=year)
    series = AccessSeries.objects.select_for_update().get(year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return f"BOI.{series.last}.{year}"
