"""From the list of lines to one of them: made, changed, closed, its recording switched."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module.http import StaffRequest, conflict, staff_may
from conversations.models import Line, RecordingMode
from conversations.register import lines
from conversations.register.line_forms import HINTS, LineForm, RecordingForm

MANAGE = "conversations.manage_line"


@staff_may("conversations.view_line")
@require_GET
def line_list(request: StaffRequest) -> HttpResponse:
    rows = list(Line.objects.select_related("unit", "legal_basis").order_by("name", "number"))
    context = {
        "open": [row for row in rows if row.closed_at is None],
        "closed": [row for row in rows if row.closed_at is not None],
        "recording": sum(row.records for row in rows),
    }
    return render(request, "conversations/register/line_list.html", context)


@staff_may(MANAGE)
@require_http_methods(["GET", "POST"])
def line_edit(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    row = Line() if pk is None else get_object_or_404(Line, pk=pk)
    shown = Line() if pk is None else get_object_or_404(Line, pk=pk)
    form = LineForm(
        request.POST if request.method == "POST" else None, instance=shown, by=request.user
    )
    if form.is_bound and form.is_valid():
        done = _saved(request, row, form)
        if done is not None:
            return done
    context = {"row": row, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "conversations/register/line_edit.html", context, status=status)


def _saved(request: StaffRequest, row: Line, form: LineForm) -> HttpResponse | None:
    """Where to go after saving; None where the form says what is wrong."""
    try:
        with transaction.atomic():
            lines.save(row, form.values(), by=request.user, revision=form.cleaned_data["revision"])
    except lines.StaleLine as stale:
        theirs = stale.theirs
        return conflict(request, form.typed(), form.words(theirs), form, revision=theirs.revision)
    except IntegrityError:
        form.add_error("number", _("There is a line with this number already. Change that one."))
        return None
    messages.success(request, _("The line is saved."))
    return redirect("line-list")


@staff_may(MANAGE)
@require_POST
def line_close(request: StaffRequest, pk: int) -> HttpResponse:
    """Take no more calls on it, or (with "open") again: nothing is lost either way."""
    row = get_object_or_404(Line, pk=pk)
    closed = "open" not in request.POST
    if lines.close(row, closed, by=request.user):
        said = _("Closed: calls on “%(name)s” are not registered any more. You can open it again.")
        if not closed:
            said = _("“%(name)s” is open again; it does not record.")
        messages.success(request, said % {"name": row.name})
    return redirect("line-list")


@staff_may("conversations.approve_legalbasis")
@require_http_methods(["GET", "POST"])
def line_recording(request: StaffRequest, pk: int) -> HttpResponse:
    """Whether a line records, by which basis; the warning stands above the choice."""
    row = get_object_or_404(Line.objects.select_related("legal_basis", "unit"), pk=pk)
    form = RecordingForm(request.POST if request.method == "POST" else None, line=row)
    if form.is_bound and form.is_valid() and _switched(request, row, form):
        return redirect("line-list")
    context = {
        "row": row,
        "form": form,
        "hints": {str(mode): words for mode, words in HINTS.items()},
    }
    status = 422 if form.is_bound else 200
    return render(request, "conversations/register/line_recording.html", context, status=status)


def _switched(request: StaffRequest, row: Line, form: RecordingForm) -> bool:
    """False where the form says why not."""
    mode, basis = form.cleaned_data["mode"], form.cleaned_data["basis"]
    revision = form.cleaned_data["revision"]
    try:
        lines.record(row, mode, basis, by=request.user, revision=revision)
    except lines.NoBasis:
        form.add_error("basis", _("This legal basis does not stand any more. Choose another one."))
        return False
    except lines.StaleLine:
        form.add_error(None, _("Somebody changed this line in the meantime. Look at it again."))
        return False
    said = _("“%(name)s” records nothing.")
    if mode != RecordingMode.OFF:
        said = _("“%(name)s” records from now on, after the notice.")
    messages.success(request, said % {"name": row.name})
    return True
