"""From the audit log to a page of it, a file of it, and a verdict on it."""

import csv
from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from admin_module import audit
from admin_module.audit_filter import AuditFilter
from admin_module.http import StaffRequest, staff_may
from admin_module.models import AuditEntry, AuditLink

PAGE = 50
COLUMNS = ("id", "at", "actor", "roles", "action", "subject", "detail", "reason", "request_id")


class _Echo:
    """A file that hands back what csv writes, so that an export of any size is streamed."""

    def write(self, line: str) -> str:
        return line


@require_safe
@staff_may("admin_module.view_auditentry")
def audit_list(request: StaffRequest) -> HttpResponse:
    form = AuditFilter(request.GET)
    entries = list(form.entries().select_related("actor")[: PAGE + 1])
    more = entries[PAGE - 1].pk if len(entries) > PAGE else None
    return render(
        request,
        "admin_module/audit_list.html",
        {"form": form, "entries": entries[:PAGE], "older": form.address(before=more)},
        status=200 if form.is_valid() else 422,
    )


@require_safe
@staff_may("admin_module.export_audit")
def audit_export(request: StaffRequest) -> HttpResponse | StreamingHttpResponse:
    form = AuditFilter(request.GET)
    audit.record("audit.exported", "admin_module.auditentry:all", by=request.user)
    response = StreamingHttpResponse(_lines(form), content_type="text/csv; charset=utf-8")
    name = f"dziennik-{timezone.localdate().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@staff_may("admin_module.verify_audit")
def audit_verify(request: StaffRequest) -> HttpResponse:
    findings = audit.verify()
    audit.record(
        "audit.verified",
        "admin_module.auditentry:all",
        by=request.user,
        detail={"findings": len(findings)},
    )
    return render(
        request,
        "admin_module/audit_verify.html",
        {"findings": findings, "length": AuditLink.objects.count()},
    )


def _lines(form: AuditFilter) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for entry in form.entries().iterator(chunk_size=500):
        yield writer.writerow(_cells(entry))


def _cells(entry: AuditEntry) -> tuple[object, ...]:
    """No cell begins with =, +, - or @: codes and ids only, and detail begins with a brace."""
    return (
        entry.pk,
        entry.at.isoformat(),
        entry.actor_id or "",
        entry.roles,
        entry.action,
        entry.subject,
        entry.detail,
        entry.reason,
        entry.request_id,
    )
