"""From the review of access to its page, its files, and the mark that somebody looked at it."""

from collections.abc import Iterator

from django.contrib import messages as notices
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from admin_module import audit, review_pdf, reviewing
from admin_module.http import StaffRequest, staff_may
from icp import csv_files
from icp.rate_limits import limited


@staff_may("admin_module.view_accessreview")
@require_GET
def access_review(request: StaffRequest) -> HttpResponse:
    report = reviewing.report(request.user)
    _record(request, "access.listed", report)
    context = {"report": report, "due": reviewing.is_due(request.user)}
    return render(request, "admin_module/access_review.html", context)


@staff_may("admin_module.view_accessreview")
@require_GET
@limited("export")
def access_review_pdf(request: StaffRequest) -> HttpResponse:
    report = reviewing.report(request.user)
    _record(request, "access.exported", report)
    pdf = review_pdf.render(report, by=request.user)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{_name()}.pdf"'
    return response


@staff_may("admin_module.view_accessreview")
@require_GET
@limited("export")
def access_review_csv(request: StaffRequest) -> StreamingHttpResponse:
    report = reviewing.report(request.user)
    _record(request, "access.exported", report)
    columns = (
        _("Unit"), _("Kind of unit"), _("Surname and name"), _("Position"), _("Roles"),
        _("Number of permissions"), _("Last sign-in"), _("Second factor"), _("Account"),
    )  # fmt: skip
    return csv_files.download(f"{_name()}.csv", columns, _lines(report))


def _lines(report: reviewing.Report) -> Iterator[tuple[object, ...]]:
    for unit in report.units:
        for one in unit.accounts:
            last = one.user.last_login
            yield (
                unit.unit.name,
                unit.unit.get_kind_display(),
                one.name,
                one.user.profile.position,
                ", ".join(one.roles),
                one.permissions,
                timezone.localtime(last).strftime("%Y-%m-%d %H:%M") if last else "",
                ", ".join(str(words) for words in one.factors),
                _("active") if one.user.is_active else _("blocked"),
            )


@staff_may("admin_module.add_accessreview")
@require_POST
def access_review_mark(request: StaffRequest) -> HttpResponse:
    """Somebody confirms the report; where accounts came or went meanwhile they look again."""
    report = reviewing.report(request.user)
    if request.POST.get("people") != str(report.people):
        notices.warning(
            request, _("The number of accounts has changed meanwhile. Look at the report again.")
        )
        return redirect("access-review")
    reviewing.mark(report.people, by=request.user)
    notices.success(request, _("The review is written down. The next one is due in a year."))
    return redirect("access-review")


def _record(request: StaffRequest, action: str, report: reviewing.Report) -> None:
    detail: dict[str, object] = {"people": report.people}
    audit.record(action, "admin_module.user", by=request.user, detail=detail)


def _name() -> str:
    return f"przeglad-uprawnien-{timezone.localdate().isoformat()}"
