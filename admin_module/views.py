"""The pages of the office: signing in and out, the start page, and the pages of errors."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from . import audit, request_ids, statistics
from .forms import SignInForm
from .http import StaffRequest, staff_may
from .models import User


@require_safe
@staff_may("admin_module.open_dashboard")
def dashboard(request: StaffRequest) -> HttpResponse:
    return render(request, "admin_module/dashboard.html", {"board": statistics.board(request.user)})


@login_not_required
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    target = _local_target(request)
    if request.user.is_authenticated:
        return redirect(target)
    form = SignInForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and form.sign_in(request):
        return redirect(target)
    status = form.status if form.is_bound else 200
    return render(
        request, "admin_module/sign_in.html", {"form": form, "next": target}, status=status
    )


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    user = request.user
    logout(request)
    if isinstance(user, User):
        audit.record("staff.signed_out", user, by=user)
    return redirect("sign-in")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, "admin_module/forbidden.html", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, "admin_module/not_found.html", 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _error(request, "admin_module/csrf_failure.html", 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: the database may be what failed."""
    page = render_to_string("admin_module/server_error.html", {"error_id": request_ids.short()})
    return HttpResponse(page, status=500)


def _error(request: HttpRequest, template: str, status: int) -> HttpResponse:
    return render(request, template, {"error_id": request_ids.short()}, status=status)


def _local_target(request: HttpRequest) -> str:
    """Where to go after signing in; an address outside of ICP is not followed."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return target
    return resolve_url("dashboard")
