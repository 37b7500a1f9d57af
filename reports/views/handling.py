"""From what is decided about a report without moving it to its event: person, unit, category, notes, answers."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from reports.forms.handling import AnswerForm, AssignForm, NoteForm, RouteForm, SortForm
from reports.models import Report
from reports.showing import listing
from reports.steps import handling, moves
from reports.steps.acting import Actor
from reports.steps.guards import NotAllowed
from reports.steps.recording import Stale

from .browsing import visible
from .moving import stale_page


@staff_may("reports.assign_report")
@require_http_methods(["GET", "POST"])
def report_assign(request: StaffRequest, pk: int) -> HttpResponse:
    report = _handled(request, pk)
    form = AssignForm(_posted(request), report=report, by=request.user)
    title = _("Give to a person")
    return _carried_out(request, report, form, handling.assign, title) or _page(
        request, report, form, title
    )


@staff_may("reports.assign_report")
@require_http_methods(["GET", "POST"])
def report_route(request: StaffRequest, pk: int) -> HttpResponse:
    report = _handled(request, pk)
    form = RouteForm(_posted(request), report=report, by=request.user)
    title = _("Give to another unit")
    return _carried_out(request, report, form, handling.hand_to, title) or _page(
        request, report, form, title
    )


@staff_may("reports.handle_report")
@require_http_methods(["GET", "POST"])
def report_sort(request: StaffRequest, pk: int) -> HttpResponse:
    report = _handled(request, pk)
    form = SortForm(_posted(request), report=report, by=request.user)
    title = _("Change the category")
    return _carried_out(request, report, form, handling.sort_into, title) or _page(
        request, report, form, title
    )


@staff_may("reports.handle_report")
@require_http_methods(["GET", "POST"])
def report_note(request: StaffRequest, pk: int) -> HttpResponse:
    report = _handled(request, pk)
    form = NoteForm(_posted(request))
    if form.is_bound and form.is_valid():
        handling.note(report, form.cleaned_data["text"], by=request.user)
        messages.success(request, _("The note is in the history. Only the office reads it."))
        return redirect("report", pk)
    return _page(request, report, form, _("Internal note"))


@staff_may("reports.handle_report")
@require_http_methods(["GET", "POST"])
def report_answer(request: StaffRequest, pk: int) -> HttpResponse:
    report = _handled(request, pk)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AnswerForm(*posted, report=report, by=request.user)
    title = _("Answer the reporter")
    return _carried_out(request, report, form, _answer, title) or _page(
        request, report, form, title
    )


def _answer(report: Report, text: str, *, by: Any, version: int, **more: Any) -> object:
    photos, template = more.get("uids", ()), more.get("template")
    return handling.answer(report, text, by=by, version=version, template=template, photos=photos)


@staff_may("reports.see_reporter")
@require_POST
def reporter_reveal(request: StaffRequest, pk: int) -> HttpResponse:
    """Say who reported; that somebody asked stands in the audit log."""
    report = visible(request, pk)
    audit.record("report.reporter_seen", report, by=request.user)
    return render(request, "reports/_reporter.html", {"report": report})


def _handled(request: StaffRequest, pk: int) -> Report:
    report = visible(request, pk)
    if not moves.permitted(report, Actor.staff(request.user)) or report.forgotten_at is not None:
        raise Http404
    return report


def _posted(request: StaffRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _carried_out(
    request: StaffRequest,
    report: Report,
    form: forms.Form,
    step: Callable[..., object],
    title: str,
) -> HttpResponse | None:
    """Where to go after the step; None while the page has still to ask, or says what is wrong."""
    if not (form.is_bound and form.is_valid()):
        return None
    given = dict(form.cleaned_data)
    version = given.pop("version")
    first = next(iter(name for name in given if name in {"to", "unit", "category", "text"}))
    try:
        step(report, given.pop(first), by=request.user, version=version, **_more(given))
    except Stale as stale:
        return stale_page(request, stale.current, form, since=version, label=title)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, _("Saved."))
    gone = not listing.seen(request.user).filter(pk=report.pk).exists()  # to another unit
    return redirect("report-list") if gone else redirect("report", report.pk)


def _more(given: dict[str, Any]) -> dict[str, Any]:
    """What an answer brings along beside its text."""
    return {name: given[name] for name in ("uids", "template") if given.get(name)}


def _page(request: StaffRequest, report: Report, form: forms.Form, title: str) -> HttpResponse:
    audit.record("report.opened", report, by=request.user)
    context = {"report": report, "form": form, "label": title}
    status = 422 if form.is_bound else 200
    return render(request, "reports/report_step.html", context, status=status)
