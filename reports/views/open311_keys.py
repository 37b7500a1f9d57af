"""From the keys of programs to their list; a new one is shown once, a revoked one lets nobody in."""

from datetime import timedelta

from django.contrib import messages as notices
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from admin_module.http import StaffRequest, staff_may
from reports.forms.open311 import Open311KeyForm
from reports.models import Open311Key
from reports.open311 import keys

MAY = "reports.manage_open311"
RECENT = timedelta(days=30)


@staff_may(MAY)
@require_GET
def open311_key_list(request: StaffRequest) -> HttpResponse:
    rows = _counted().select_related("created_by", "revoked_by").order_by("revoked_at", "-pk")
    context = {"rows": sorted(rows, key=lambda row: row.revoked_at is not None)}
    return render(request, "reports/open311/open311_key_list.html", context)


@staff_may(MAY)
@sensitive_variables("text")
@require_http_methods(["GET", "POST"])
def open311_key_new(request: StaffRequest) -> HttpResponse:
    """The answer to the form is the only place where the key ever stands."""
    form = Open311KeyForm(request.POST or None)
    if not (form.is_bound and form.is_valid()):
        status = 422 if form.is_bound else 200
        return render(
            request, "reports/open311/open311_key_new.html", {"form": form}, status=status
        )
    wanted = form.cleaned_data
    key, text = keys.make(wanted["label"], wanted["a_day"], by=request.user)
    return render(
        request, "reports/open311/open311_key_made.html", {"key": key, "shown_once": text}
    )


@staff_may(MAY)
@require_http_methods(["GET", "POST"])
def open311_key_revoke(request: StaffRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(_counted().filter(revoked_at=None), pk=pk)
    if request.method == "POST":
        keys.revoke(key, by=request.user)
        notices.success(request, _("The key was revoked. Its program reports nothing any more."))
        return redirect("open311-key-list")
    return render(request, "reports/open311/open311_key_revoke.html", {"key": key})


def _counted() -> "QuerySet[Open311Key]":
    """Each with how many reports it brought, in all and lately."""
    lately = Q(receipts__received_at__gt=timezone.now() - RECENT)
    found: QuerySet[Open311Key] = Open311Key.objects.annotate(
        brought=Count("receipts"), lately=Count("receipts", filter=lately)
    )
    return found
