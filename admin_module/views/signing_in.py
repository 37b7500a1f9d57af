"""From a name and a password to a session, and out again."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from admin_module import audit, session
from admin_module.forms import SignInForm
from admin_module.models import User
from admin_module.second_factor import is_half_open

from .second_factor import AFTER


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
        if is_half_open(request):
            request.session[AFTER] = target
        return redirect(target)
    status = form.status if form.is_bound else 200
    context = {"form": form, "next": target, "ended": request.session.pop(session.ENDED, False)}
    return render(request, "admin_module/sign_in.html", context, status=status)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    user = request.user
    session.leave(request)
    logout(request)
    if isinstance(user, User):
        audit.record("staff.signed_out", user, by=user)
    return redirect("sign-in")


def _local_target(request: HttpRequest) -> str:
    """Where to go after signing in; an address outside of ICP is not followed."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return target
    return resolve_url("dashboard")
