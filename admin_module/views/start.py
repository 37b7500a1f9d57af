"""The start page: what waits, and what is under way."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from admin_module import statistics
from admin_module.http import StaffRequest, staff_may


@require_safe
@staff_may("admin_module.open_dashboard")
def dashboard(request: StaffRequest) -> HttpResponse:
    return render(request, "admin_module/dashboard.html", {"board": statistics.board(request.user)})
