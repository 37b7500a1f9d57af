"""The start page: what waits, what is under way, what went out, and how the gateways are."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from admin_module import statistics
from admin_module.http import StaffRequest, staff_may

HIDDEN = "first_steps"  # a cookie of this browser: somebody put the first steps away
YEAR = timedelta(days=365)


@require_safe
@staff_may("admin_module.open_dashboard")
def dashboard(request: StaffRequest) -> HttpResponse:
    hidden = request.COOKIES.get(HIDDEN) == "hidden"
    board = statistics.board(request.user, steps=not hidden)
    context = {"board": board, "hidden": hidden, "now": timezone.now()}
    return render(request, "admin_module/dashboard.html", context)


@require_POST
@staff_may("admin_module.open_dashboard")
def steps_hide(request: StaffRequest) -> HttpResponse:
    """Put the first steps away in this browser, or bring them back."""
    response = redirect("dashboard")
    if "show" in request.POST:
        response.delete_cookie(HIDDEN)
    else:
        response.set_cookie(
            HIDDEN,
            "hidden",
            max_age=YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
