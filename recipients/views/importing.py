"""From a file of people to its import, step by step: file, columns, check, arrival."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from admin_module.models import User
from consents.models import Topic
from icp import csv_files
from icp.rate_limits import limited
from recipients.forms import ticking
from recipients.models import ImportPlan, PeopleImport
from recipients.models.imports import PeopleImportQuerySet
from recipients.people_import import lasting, samples, steps, undoing
from recipients.people_import.forms import ColumnsForm, FileForm, ShapeForm

from .jobs import context_of

LATEST = 10
EXAMPLES = 3  # cells that the page of columns shows of each


@staff_may("recipients.import_recipient")
@require_http_methods(["GET", "HEAD", "POST"])
@limited("upload")
def people_import(request: StaffRequest) -> HttpResponse:
    """The first step: the file; and the latest imports."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            order = steps.start(form.cleaned_data["file"], by=request.user)
        except ValidationError as refusal:
            form.add_error("file", refusal)
        else:
            return redirect("people-import-columns", order.pk)
    latest = _mine(request.user).select_related("created_by", "job").order_by("-pk")[:LATEST]
    context = {"form": form, "latest": latest, "columns": samples.HEAD}
    status = 422 if form.is_bound else 200
    return render(request, "recipients/import/start.html", context, status=status)


@staff_may("recipients.import_recipient")
@require_GET
def people_import_template(request: StaffRequest, ending: str) -> HttpResponseBase:
    """An empty sheet with the heads that are known, and one invented line."""
    if ending == "xlsx":
        return HttpResponse(
            samples.xlsx(),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            headers={"Content-Disposition": 'attachment; filename="wzor-importu-osob.xlsx"'},
        )
    if ending != "csv":
        raise Http404
    return csv_files.download("wzor-importu-osob.csv", samples.HEAD, [samples.LINE])


@staff_may("recipients.import_recipient")
@require_http_methods(["GET", "HEAD", "POST"])
def people_import_columns(request: StaffRequest, pk: int) -> HttpResponse:
    """The second step: how the file is read, what its columns hold, what it proves."""
    order = get_object_or_404(_mine(request.user).select_related("file"), pk=pk)
    if not order.is_open:
        messages.warning(request, _("This import has ended. Send the file anew."))
        return redirect("people-import-page", pk)
    audit.record("people_import.viewed", order, by=request.user)
    posted = request.POST if request.method == "POST" else None
    shaping = posted is not None and "shape" in posted
    shape = ShapeForm(posted if shaping else None, plan=order.plan)
    if shaping and shape.is_valid():
        steps.reshape(order, shape.chosen(), by=request.user)
        return redirect("people-import-columns", pk)
    topics = list(Topic.objects.visible_to(request.user).open().filter(mandatory=False))
    form = ColumnsForm(None if shaping else posted, order=order, topics=topics, by=request.user)
    if form.is_bound and form.is_valid() and _ordered(request, order, form):
        return redirect("people-import-page", pk)
    context = _of_columns(order, shape, form, request.user)
    status = 422 if posted is not None else 200
    return render(request, "recipients/import/columns.html", context, status=status)


def _ordered(request: StaffRequest, order: PeopleImport, form: ColumnsForm) -> bool:
    values = form.cleaned_data
    try:
        steps.check(
            order,
            form.chosen(),
            arrive=values["arrive"],
            codes=values["send_codes"],
            by=request.user,
        )
    except steps.CannotImport as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _of_columns(
    order: PeopleImport, shape: ShapeForm, form: ColumnsForm, by: User
) -> dict[str, object]:
    rows = steps.first_rows(order, order.plan)
    below = rows[1:] if order.plan.has_head else rows
    return {
        "order": order,
        "shape": shape,
        "form": form,
        "columns": [(form[name], _examples(below, place)) for place, name in enumerate(form.names)],
        "rows": ticking.rows(ticking.ticks_in(form, "consents"), by),
        "before": steps.imported_before(order),
        "unread": any(row == [] for row in rows) and not any(rows),
    }


def _examples(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    cells = [row[place] for row in rows if place < len(row) and row[place]]
    return [cell[:40] for cell in cells[:EXAMPLES]]


@staff_may("recipients.import_recipient")
@require_GET
def people_import_page(request: StaffRequest, pk: int) -> HttpResponse:
    """The third and the fourth step: the check and the import, how far they are, what came of them."""
    order = get_object_or_404(
        _mine(request.user).select_related("job__result", "created_by"), pk=pk
    )
    plan: ImportPlan = order.plan
    context = {"order": order, "plan": plan} | (context_of(order.job) if order.job else {})
    return render(request, "recipients/import/page.html", context)


@staff_may("recipients.import_recipient")
@require_POST
def people_import_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """Let the checked people in."""
    order = get_object_or_404(_mine(request.user), pk=pk)
    try:
        steps.confirm(order, by=request.user)
    except steps.CannotImport as refusal:
        messages.warning(request, str(refusal))
    return redirect("people-import-page", pk)


@staff_may("recipients.import_recipient")
@require_http_methods(["GET", "HEAD", "POST"])
def people_import_drop(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget a file that nobody came from."""
    order = get_object_or_404(_mine(request.user), pk=pk)
    if request.method != "POST":
        return render(request, "recipients/import/drop.html", {"order": order})
    try:
        steps.drop(order, by=request.user)
        messages.success(request, _("The file is deleted. Nobody else was registered from it."))
    except steps.CannotImport as refusal:
        messages.warning(request, str(refusal))
    return redirect("people-import")


@staff_may("recipients.import_recipient")
@require_http_methods(["GET", "HEAD", "POST"])
def people_import_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an import back: erase whoever came by it and was not touched since."""
    order = get_object_or_404(_mine(request.user), pk=pk)
    if request.method == "POST":
        try:
            return redirect("job", undoing.undo(order, by=request.user).pk)
        except steps.CannotImport as refusal:
            messages.warning(request, str(refusal))
            return redirect("people-import-page", pk)
    context = {
        "order": order,
        "number": undoing.untouched(order).count(),
        "possible": lasting.may_be_undone(order),
    }
    return render(request, "recipients/import/undo.html", context)


def _mine(by: User) -> PeopleImportQuerySet:
    return PeopleImport.objects.visible_to(by)
