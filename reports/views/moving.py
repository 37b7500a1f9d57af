"""From the page of a move to the report in another state, or to what stands against it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from reports.forms.moves import FIELD_OF, MoveForm
from reports.models import Report, State
from reports.showing.history import history
from reports.showing.page import ACTIONS, nearby
from reports.steps import moves
from reports.steps.acting import Actor
from reports.steps.guards import NotAllowed
from reports.steps.recording import Stale

from .browsing import visible
from .slugs import SLUGS


@staff_may("reports.handle_report")
@require_http_methods(["GET", "POST"])
def report_move(request: StaffRequest, pk: int, to: State) -> HttpResponse:
    report = visible(request, pk)
    if not moves.permitted(report, Actor.staff(request.user)):
        raise Http404
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = MoveForm(*posted, report=report, to=to, by=request.user)
    if form.is_bound and form.is_valid():
        done = _moved(request, report, form)
        if done is not None:
            return done
    elif not form.is_bound and to not in moves.ways(report, Actor.staff(request.user)):
        messages.warning(
            request, _("The report has moved on meanwhile: this is not possible any more.")
        )
        return redirect("report", pk)
    return _page(request, report, form)


def _moved(request: StaffRequest, report: Report, form: MoveForm) -> HttpResponse | None:
    """Where to go after the move; None where the form says what is wrong."""
    version = form.cleaned_data["version"]
    by = Actor.staff(request.user)
    try:
        moves.move(report, form.to, by=by, version=version, **form.wish)
    except Stale as stale:
        return stale_page(request, stale.current, form, since=version, label=ACTIONS[form.to][0])
    except NotAllowed as refusal:
        name = FIELD_OF.get(refusal.code)
        form.add_error(name if name in form.fields else None, str(refusal))
        return None
    messages.success(request, _("Saved: %(state)s.") % {"state": report.get_state_display()})
    return redirect("report", report.pk)


def _page(request: StaffRequest, report: Report, form: MoveForm) -> HttpResponse:
    audit.record("report.opened", report, by=request.user)
    label, icon = ACTIONS[form.to]
    context = {
        "report": report,
        "form": form,
        "slug": SLUGS[form.to],
        "label": label,
        "icon": icon,
        "near": nearby(report, request.user) if form.to == State.DUPLICATE else [],
    }
    status = 422 if form.is_bound else 200
    return render(request, "reports/report_move.html", context, status=status)


def stale_page(
    request: StaffRequest, current: Report, form: forms.Form, *, since: int, label: object
) -> HttpResponse:
    """Two members of staff at one report: what the other did, beside what this one typed; 409."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    data[form.add_prefix("version")] = str(current.version)
    form.data = data
    context = {
        "report": current,
        "form": form,
        "label": label,
        "meanwhile": history(current, since=since),
        "possible": not isinstance(form, MoveForm)
        or form.to in moves.ways(current, Actor.staff(request.user)),
    }
    return render(request, "reports/report_conflict.html", context, status=409)
