"""From a year to its next number of a report: ZG/2026/000123."""

from django.db import transaction

from reports.models import ReportSeries


@transaction.atomic
def next_number(year: int) -> str:
    """Draw the year's next number; others wait until the drawing transaction ends: no gaps."""
    ReportSeries.objects.get_or_create(year=year)
    series = ReportSeries.objects.select_for_update().get(year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return f"ZG/{year}/{series.last:06}"
