"""From a view and filters of the list to a sealed file of reports: days, places, states, nobody's words or names."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from admin_module import audit
from admin_module.models import User
from recipients import jobs
from recipients.exports import exported_tables
from recipients.models import Job, OfficeFile
from reports.models import Report
from reports.models.reports import ReportQuerySet

from . import listing
from .list_form import ReportFilterForm

KIND = "report_export"
CHUNK = 500  # reports
Cell = str | int | float | date | None
COLUMNS: tuple[Promise, ...] = (
    gettext_lazy("Number"),
    gettext_lazy("Group"),
    gettext_lazy("Category"),
    gettext_lazy("State"),
    gettext_lazy("Unit"),
    gettext_lazy("District"),
    pgettext_lazy("report", "How it came"),
    gettext_lazy("Reported"),
    gettext_lazy("First answer"),
    gettext_lazy("Closed"),
    gettext_lazy("Last day"),
    gettext_lazy("Deadline"),
    gettext_lazy("Disputes"),
    gettext_lazy("Confirmed"),
    gettext_lazy("Latitude, rounded"),
    gettext_lazy("Longitude, rounded"),
)


def order(query: str, layout: str, *, by: User, form_key: uuid.UUID) -> Job:
    """Leave the job that makes the file; `query`: the address of the list, ids and codes only."""
    detail = {"query": query[:1500], "layout": layout}
    job = jobs.order(KIND, detail, by=by, form_key=form_key)
    audit.record("report.exported", job, by=by, detail={"layout": layout})
    return job


def chosen(query: str, by: User) -> ReportQuerySet:
    """The reports that the list shows at this address."""
    given = QueryDict(query)
    views = listing.views(by)
    view = next((one for one in views if one.slug == given.get("widok")), views[0])
    return listing.filtered(by, view, ReportFilterForm(given, by=by).wanted)


def _do(work: jobs.Work) -> OfficeFile:
    rows = chosen(str(work.job.detail["query"]), work.by)
    keys = list(rows.values_list("pk", flat=True))
    cells, layout = _cells(keys, work), str(work.job.detail["layout"])
    file = exported_tables.keep(_("Reports"), COLUMNS, cells, layout, by=work.by)
    work.job.counts = {"reports": len(keys)}
    return file


def _cells(keys: Sequence[int], work: jobs.Work) -> Iterator[Sequence[Cell]]:
    work.step(0, len(keys))
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        found = Report.objects.select_related("category", "unit", "district").in_bulk(part)
        for pk in part:
            if pk in found:
                yield cells(found[pk])
        work.step(start + len(part))


def cells(row: Report) -> Sequence[Cell]:
    """One report in the order of COLUMNS."""
    return (
        row.number,
        row.category.group,
        row.category.name,
        row.get_state_display(),
        str(row.unit or ""),
        str(row.district or ""),
        row.get_origin_display(),
        _day(row.created_at),
        _day(row.answered_at),
        _day(row.closed_at),
        row.due_on,
        row.get_deadline_display(),
        row.disputes,
        _day(row.confirmed_at),
        row.lat,
        row.lon,
    )


def _day(at: datetime | None) -> date | None:
    return timezone.localdate(at) if at else None


REPORT_EXPORT = jobs.Kind(
    name=KIND,
    label=gettext_lazy("export of reports"),
    permission="reports.export_report",
    do=_do,
    own=True,
    things=gettext_lazy("reports"),
    counts={"reports": gettext_lazy("Reports in the file")},
    stays=gettext_lazy("Nothing was written."),
    page="report-list",
)
