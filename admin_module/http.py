"""From a view to its permission, and from two saves that crossed to a page that loses neither."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, ParamSpec

from django import forms
from django.contrib.auth.decorators import login_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from .models import User

P = ParamSpec("P")
REVISION = "revision"  # the hidden field that carries the version a form was filled over


class StaffRequest(HttpRequest):
    """A request behind the sign-in: there is always a member of staff."""

    user: User
    htmx: HtmxDetails


View = Callable[Concatenate[StaffRequest, P], HttpResponseBase]


def staff_may(permission: str) -> Callable[[View[P]], View[P]]:
    """Let in only staff who hold `permission` ("messaging.send_message"); 403 for the rest."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(
            request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        # On a shared computer the back button must not show people after the clerk signed out.
        wrapped = login_required(never_cache(guarded))
        wrapped.staff_permission = permission  # type: ignore[attr-defined]
        return wrapped

    return decorate


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Strangers go to the sign-in page; a fragment asked for by htmx takes the whole page there."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        htmx: HtmxDetails | None = getattr(request, "htmx", None)
        if not htmx:
            return super().handle_no_permission(request, view_func)
        page = htmx.current_url_abs_path or resolve_url("dashboard")
        return HttpResponseClientRedirect(redirect_to_login(page).url)


def conflict(
    request: HttpRequest,
    mine: Mapping[str, object],
    theirs: Mapping[str, object],
    form: forms.BaseForm,
    *,
    revision: int,
) -> HttpResponse:
    """Answer a save made over a version that is no longer the newest: status 409, nothing saved.

    `mine` and `theirs` hold values to read by the form's field names; `form` is the bound form,
    whose values go back into the page. Saving there is made over `revision`, the newest.
    The form's field of that name is hidden and called "revision".
    """
    fields = [form[name] for name in form.fields if name != REVISION]
    differing = [
        {"field": field, "mine": mine[field.name], "theirs": theirs[field.name]}
        for field in fields
        if field.name in mine and field.name in theirs and mine[field.name] != theirs[field.name]
    ]
    return render(
        request,
        "admin_module/conflict.html",
        {
            "rows": differing,
            "kept": [field for field in fields if field not in [row["field"] for row in differing]],
            "form": form,
            "revision": revision,
            "revision_name": form.add_prefix(REVISION),
        },
        status=409,
    )
