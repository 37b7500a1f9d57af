"""From the audit log to a page of it, a file of it, the state of its chain, and a verdict on it."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from admin_module import audit, verification
from admin_module.audit_chain import chain
from admin_module.audit_filter import AuditFilter
from admin_module.http import StaffRequest, staff_may
from admin_module.models import AuditEntry
from admin_module.templatetags.audit_words import READS
from icp import csv_files
from icp.rate_limits import limited

PAGE = 50
COLUMNS = ("id", "at", "actor", "roles", "action", "subject", "detail", "reason", "request_id")


@require_safe
@staff_may("admin_module.view_auditentry")
def audit_list(request: StaffRequest) -> HttpResponse:
    form = AuditFilter(request.GET)
    entries = list(form.entries().select_related("actor")[: PAGE + 1])
    more = entries[PAGE - 1].pk if len(entries) > PAGE else None
    context = {
        "form": form,
        "entries": entries[:PAGE],
        "older": form.address(before=more),
        "reads": READS,
    }
    status = 200 if form.is_valid() else 422
    return render(request, "admin_module/audit_list.html", context, status=status)


@require_safe
@staff_may("admin_module.export_audit")
@limited("export")
def audit_export(request: StaffRequest) -> HttpResponse | StreamingHttpResponse:
    """The entries that the filter leaves, all of them, as a file; that it was taken is logged."""
    form = AuditFilter(request.GET)
    if not form.is_valid():
        return redirect(f"/dziennik/?{request.GET.urlencode()}")
    audit.record("audit.exported", "admin_module.auditentry:all", by=request.user)
    name = f"dziennik-{timezone.localdate().isoformat()}.csv"
    return csv_files.download(name, COLUMNS, _rows(form))


@require_safe
@staff_may("admin_module.view_auditentry")
def audit_chain(request: StaffRequest) -> HttpResponse:
    return render(request, "admin_module/audit_chain.html", {"chain": chain()})


@require_POST
@staff_may("admin_module.verify_audit")
def audit_verify(request: StaffRequest) -> HttpResponse:
    """Look at the next part; the page asks for the one after it, until the verdict is there."""
    try:
        text = request.POST.get("so_far", "")
        before = verification.from_text(text) if text else verification.start()
    except ValueError as error:
        messages.warning(request, str(error))
        return redirect("audit-chain")
    now = verification.go_on(before)
    if now.over:
        audit.record(
            "audit.verified",
            "admin_module.auditentry:all",
            by=request.user,
            detail={"findings": now.found, "entries": now.total},
        )
    template = "audit_verify_part.html" if request.htmx else "audit_verify.html"
    context = {"verification": now, "so_far": "" if now.over else verification.to_text(now)}
    return render(request, f"admin_module/{template}", context)


def _rows(form: AuditFilter) -> Iterator[tuple[object, ...]]:
    for entry in form.entries().iterator(chunk_size=500):
        yield _cells(entry)


def _cells(entry: AuditEntry) -> tuple[object, ...]:
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
