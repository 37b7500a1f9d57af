"""From the staff of the office to those who get the month's figures by e-mail."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from admin_module.http import StaffRequest, staff_may
from messaging.statistics import summaries
from messaging.texts.formatting import to_html


@staff_may("messaging.choose_readers")
@require_http_methods(["GET", "POST"])
def summary_readers(request: StaffRequest) -> HttpResponse:
    """Tick who gets it; the example beneath is what the reader of this page would get."""
    if request.method == "POST":
        wanted = {int(pk) for pk in request.POST.getlist("reader") if pk.isdigit()}
        summaries.choose(wanted, by=request.user)
        notices.success(request, _("The list of readers is saved."))
        return redirect("summary-readers")
    span = summaries.month_before(timezone.localdate())
    sample = summaries.text_for(request.user, span)
    context = {
        "staff": summaries.candidates(request.user),
        "chosen": summaries.readers_of(request.user),
        "sample": sample,
        "sample_html": to_html(sample.long),
    }
    return render(request, "messaging/statistics/summary_readers.html", context)
