"""From words that are being written to what their reader will get, and from a template to words."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from admin_module.http import StaffRequest, staff_may
from reports.forms.handling import AnswerForm
from reports.forms.moves import MoveForm
from reports.models import AnswerTemplate, ReportEvent, State
from reports.showing import previewing
from reports.steps import handling, moves, wording
from reports.steps.acting import Actor

from .browsing import visible
from .slugs import STATES


@staff_may("reports.handle_report")
@require_POST
def report_preview(request: StaffRequest, pk: int) -> HttpResponse:
    """The letter of a move (`to`: its slug) or of an answer, with nothing saved."""
    report = visible(request, pk)
    to = STATES.get(request.POST.get("to", ""))
    form: MoveForm | AnswerForm
    if to is None:
        form = AnswerForm(request.POST, report=report, by=request.user)
    else:
        form = MoveForm(request.POST, report=report, to=to, by=request.user)
    shown = None
    if form.is_valid():
        shown = previewing.preview(report, partial(_step, request, form))
    return render(request, "reports/_preview.html", {"preview": shown, "form": form})


def _step(request: StaffRequest, form: MoveForm | AnswerForm) -> ReportEvent:
    report, by = form.report, request.user
    if isinstance(form, AnswerForm):
        text = form.cleaned_data["text"]
        return handling.answer(report, text, by=by, version=report.version)
    wish = form.wish | {"photos": ()}
    if form.to == State.RESOLVED and not wish.get("work_order"):
        wish["without_proof"] = wish.get("without_proof") or "–"  # photos come with the form itself
    return moves.move(report, form.to, by=Actor.staff(by), version=report.version, **wish)


@staff_may("reports.handle_report")
@require_POST
def report_template(request: StaffRequest, pk: int) -> HttpResponse:
    """A template's words for this report, for the field that is being written."""
    report = visible(request, pk)
    chosen = request.POST.get("template", "")
    rows = AnswerTemplate.objects.offered()
    row = rows.filter(pk=int(chosen)).first() if chosen.isdecimal() else None
    if row is None:
        return HttpResponse(status=422)
    return HttpResponse(wording.fill(row.text, report), content_type="text/plain; charset=utf-8")
