"""From the drills of a month to the page about them, its file and paper, and the plan of the next one."""

from datetime import date
from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module.http import StaffRequest, conflict, staff_may
from icp import csv_files
from icp.rate_limits import limited
from messaging.drills import drilling, figures, paper
from messaging.forms import CHANNEL_NAMES
from messaging.forms.drill_plan import DrillPlanForm
from messaging.models import DrillPlan, Message


@staff_may("messaging.view_message")
@require_GET
def drill_report(request: StaffRequest) -> HttpResponse:
    """How fast the drills of one month went, beside the eleven months before it."""
    drilling.measure_finished()
    month = _month(request)
    plan = drilling.plan()
    context = {
        "month": month,
        "before": figures.after(month, -1),
        "after": figures.after(month),
        "drills": figures.drills(request.user, month),
        "chart": figures.chart(request.user, month),
        "plan": plan,
        "next_on": drilling.next_on(plan),
    }
    return render(request, "messaging/drills/report.html", context)


@staff_may("messaging.view_message")
@require_GET
@limited("export")
def drill_file(request: StaffRequest, ending: str) -> HttpResponseBase:
    """The same month as CSV or PDF: numbers only."""
    month = _month(request)
    found = figures.drills(request.user, month)
    name = f"cwiczenia-{month:%Y-%m}.{ending}"
    if ending == "csv":
        rows = figures.table(found, CHANNEL_NAMES)
        return csv_files.download(name, figures.HEADS, rows)
    response = HttpResponse(paper.pdf(month, found), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@staff_may("messaging.add_message")
@require_POST
def drill_new(request: StaffRequest) -> HttpResponse:
    """A draft of a drill, from nothing or like another message, opened in the editor."""
    like = request.POST.get("like", "")
    message = None
    if like.isdigit():
        message = get_object_or_404(Message.objects.visible_to(request.user), pk=int(like))
    made = drilling.begin(by=request.user, like=message)
    return redirect("message-edit", pk=made.pk)


@staff_may("messaging.send_alarm")
@require_http_methods(["GET", "POST"])
def drill_plan(request: StaffRequest) -> HttpResponse:
    """The day and hour of the month at which a drill is held by itself."""
    plan = drilling.plan()
    stored = _readable(plan)
    form = DrillPlanForm(
        request.POST or None,
        instance=plan,
        user=request.user,
        initial={"revision": plan.revision},
    )
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "messaging/drills/plan.html", {"form": form}, status=status)
    saved = drilling.save_plan(
        form.instance, by=request.user, revision=form.cleaned_data["revision"]
    )
    if not saved:
        return conflict(request, _readable(form.instance), stored, form, revision=plan.revision)
    notices.success(request, _("The monthly drill is set."))
    return redirect("drill-report")


def _readable(plan: DrillPlan) -> dict[str, Any]:
    return {
        "enabled": _("yes") if plan.enabled else _("no"),
        "pattern": plan.pattern.text.title if plan.pattern else "–",
        "day": plan.day,
        "clock": f"{plan.clock:%H:%M}",
    }


def _month(request: StaffRequest) -> date:
    return figures.month_of(request.GET.get("month", ""))
