"""From what exchanges bring to a page that says how they are, and to their keys; a new key is shown once."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from admin_module.http import StaffRequest, staff_may
from conversations.calls import health, jobs, keys
from conversations.calls.key_form import ExchangeKeyForm
from conversations.models import ExchangeKey

MAY = "conversations.manage_exchange"


@staff_may(MAY)
@require_GET
def exchange_list(request: StaffRequest) -> HttpResponse:
    ended = ExchangeKey.objects.exclude(revoked_at=None).select_related("made_by")
    context = {
        "senders": health.senders(),
        "ended": ended.order_by("-revoked_at")[:20],
        "put_aside": jobs.waiting(request.user),
        "parts": health.parts(request),
    }
    return render(request, "conversations/calls/exchange_list.html", context)


@staff_may(MAY)
@sensitive_variables("text")
@require_http_methods(["GET", "POST"])
def exchange_key_new(request: StaffRequest) -> HttpResponse:
    """The answer to the form is the only place where the key ever stands."""
    form = ExchangeKeyForm(request.POST or None)
    if not (form.is_bound and form.is_valid()):
        status = 422 if form.is_bound else 200
        return render(
            request, "conversations/calls/exchange_key_new.html", {"form": form}, status=status
        )
    wanted = form.cleaned_data
    key, text = keys.make(wanted["name"], wanted["networks"], form.expires_at, by=request.user)
    context = {"key": key, "shown_once": text}
    return render(request, "conversations/calls/exchange_key_made.html", context)


@staff_may(MAY)
@require_http_methods(["GET", "POST"])
def exchange_key_revoke(request: StaffRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(ExchangeKey.objects.filter(revoked_at=None), pk=pk)
    if request.method == "POST":
        keys.revoke(key, by=request.user)
        notices.success(request, _("The key was revoked. Its exchange sends nothing any more."))
        return redirect("exchange-list")
    return render(request, "conversations/calls/exchange_key_revoke.html", {"key": key})
