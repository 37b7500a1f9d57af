"""From what the system holds to documents on data protection: pages, PDF, and the data behind."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from admin_module import audit, configuration
from admin_module.configuration import ImpactAssessment, StaleConfiguration, code_of
from admin_module.configuration.writing import newest
from admin_module.document_forms import AssessmentForm
from admin_module.documents import DOCUMENTS, Kind, assessment, typesetting
from admin_module.http import StaffRequest, conflict, staff_may
from admin_module.models import ConfigurationVersion, User
from icp import csv_files
from icp.rate_limits import limited

READ = "admin_module.view_document"
COMPLETE = "admin_module.complete_document"


@require_safe
@staff_may(READ)
def document_list(request: StaffRequest) -> HttpResponse:
    return render(
        request,
        "admin_module/document_list.html",
        {"kinds": DOCUMENTS.values(), "versions": _versions(), "review_url": _review_url()},
    )


@require_safe
@staff_may(READ)
def document_page(request: StaffRequest, code: str) -> HttpResponse:
    kind = _kind(code)
    return render(
        request,
        "admin_module/document_page.html",
        {
            "kind": kind,
            "document": kind.build(timezone.localdate()),
            "may_complete": kind.to_complete and request.user.has_perm(COMPLETE),
            "versions": _versions() if kind.to_complete else [],
        },
    )


@require_safe
@staff_may(READ)
@limited("export")
def document_pdf(request: StaffRequest, code: str) -> HttpResponse:
    kind = _kind(code)
    file = typesetting.pdf(kind.build(timezone.localdate()))
    _issued(kind, "pdf", request.user)
    return _file(file, _name(kind, "pdf"))


@require_safe
@staff_may(READ)
@limited("export")
def document_data(request: StaffRequest, code: str, table: str) -> HttpResponseBase:
    """The data behind a document: "json", or one of its tables as CSV."""
    kind = _kind(code)
    if table == "json" and kind.data is not None:
        _issued(kind, table, request.user)
        content = {"title": kind.title, "day": _today(), "activities": kind.data()}
        response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
        response["Content-Disposition"] = f'attachment; filename="{_name(kind, "json")}"'
        return response
    if table not in kind.tables:
        raise Http404
    _issued(kind, table, request.user)
    columns, rows = kind.tables[table][1]()
    return csv_files.download(f"{table}-{_today()}.csv", columns, rows)


@require_http_methods(["GET", "POST"])
@staff_may(COMPLETE)
def assessment_edit(request: StaffRequest) -> HttpResponse:
    """The officer's and the controller's parts of the impact assessment; each save is a version."""
    head = newest(code_of(ImpactAssessment))
    now = configuration.read(ImpactAssessment)
    form = AssessmentForm.over(now, head.version if head else 0)
    if request.method == "POST":
        form = AssessmentForm(request.POST)
        if form.is_valid():
            return _save(request, form)
    return render(
        request,
        "admin_module/assessment_edit.html",
        {"form": form},
        status=422 if form.errors else 200,
    )


@require_safe
@staff_may(READ)
def assessment_version(request: StaffRequest, version: int) -> HttpResponse:
    """The assessment with the words of an earlier version, as a page or (`?pdf`) as a file."""
    row = get_object_or_404(
        ConfigurationVersion.objects.select_related("by"),
        section=code_of(ImpactAssessment),
        version=version,
    )
    kind = DOCUMENTS[assessment.CODE]
    words = configuration.opened(row) or ImpactAssessment.from_environment()
    lead = assessment.LEAD_OF_VERSION.format(version=version, day=timezone.localtime(row.at))
    document = assessment.with_words(words, timezone.localdate(), lead)
    if "pdf" in request.GET:
        _issued(kind, f"pdf-{version}", request.user)
        return _file(typesetting.pdf(document), f"{kind.code}-{version}.pdf")
    return render(
        request,
        "admin_module/document_page.html",
        {"document": document, "version": row, "versions": _versions()},
    )


def _save(request: StaffRequest, form: AssessmentForm) -> HttpResponse:
    typed = form.typed()
    try:
        changed = configuration.write(
            typed, by=request.user, revision=form.cleaned_data["revision"]
        )
    except StaleConfiguration as stale:
        theirs = form.in_words(stale.current)  # type: ignore[arg-type]
        return conflict(request, form.in_words(typed), theirs, form, revision=stale.revision)
    configuration.forget()
    if changed:
        messages.success(request, _("The assessment is saved as a new version."))
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect("document-page", code=assessment.CODE)


def _file(pdf: bytes, name: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _today() -> str:
    return timezone.localdate().isoformat()


def _kind(code: str) -> Kind:
    if code not in DOCUMENTS:
        raise Http404
    return DOCUMENTS[code]


def _name(kind: Kind, ending: str) -> str:
    return f"{kind.code}-{_today()}.{ending}"


@transaction.atomic
def _issued(kind: Kind, form: str, by: User) -> None:
    audit.record("document.issued", f"document:{kind.code}", by=by, detail={"form": form})


def _versions() -> list[ConfigurationVersion]:
    """Who completed the assessment and when, the newest first."""
    rows = ConfigurationVersion.objects.filter(section=code_of(ImpactAssessment))
    return list(rows.select_related("by").order_by("-version"))


def _review_url() -> str:
    """Where the access review is."""
    try:
        return reverse("access-review")
    except NoReverseMatch:
        return ""
