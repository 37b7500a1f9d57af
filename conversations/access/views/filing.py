"""From an application, at the desk or on the public page, to a request with a number."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from admin_module.http import StaffRequest, staff_may
from conversations.access import application_paper, filing
from conversations.access.filing_forms import FilingForm, PublicForm
from icp import rate_limits
from icp.rate_limits import limited

A_DAY, MOST = 86_400, 5


@staff_may("conversations.register_accessrequest")
@require_http_methods(["GET", "POST"])
def access_new(request: StaffRequest) -> HttpResponse:
    form = FilingForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        row = filing.file(form.new, request.user)
        messages.success(request, _("Registered as %(number)s.") % {"number": row.number})
        return redirect("access-request", row.pk)
    status = 422 if form.is_bound else 200
    return render(request, "conversations/access/access_new.html", {"form": form}, status=status)


@login_not_required
@never_cache
@limited("public_report")
@require_http_methods(["GET", "POST"])
def access_public(request: HttpRequest) -> HttpResponse:
    """The answer to the form is the confirmation: its number stands in no address. Sent twice, it is the same."""
    form = PublicForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and not _too_many(form):
        row = None if form.by_program else filing.file(form.new, None)
        return render(request, "conversations/access/public_sent.html", {"row": row})
    status = 422 if form.is_bound else 200
    return render(request, "conversations/access/public_new.html", {"form": form}, status=status)


def _too_many(form: PublicForm) -> bool:
    if rate_limits.tally("access-form", form.who, A_DAY) <= MOST:
        return False
    form.add_error(None, _("Enough applications with this number came today. Come to the office."))
    return True


@login_not_required
@require_safe
def access_blank(request: HttpRequest) -> HttpResponse:
    """The form to print: PDF/A-2a and PDF/UA-1."""
    response = HttpResponse(application_paper.blank(), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="wniosek-o-nagranie.pdf"'
    return response
