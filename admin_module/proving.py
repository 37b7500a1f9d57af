"""From a session that stands open to a fresh proof, before anybody changes how one signs in.

OWASP ASVS 4.0, 3.7.1: a session left open on a desk must not be enough to add a key to the door.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth import authenticate
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from . import audit, locking, session
from .http import StaffRequest
from .models import StaffSession
from .signing_in import TooManyTries, WrongCredentials

P = ParamSpec("P")
View = Callable[Concatenate[StaffRequest, P], HttpResponseBase]
PROVED = "proved"  # in the session: when the password was typed again, in seconds since 1970
BACK = "back"  # in the session: the page to go back to
FRESH = timedelta(minutes=15)


def is_fresh(request: StaffRequest) -> bool:
    """Whether the session began, or the password was typed again, a short while ago."""
    since = timezone.now() - FRESH
    if request.session.get(PROVED, 0) > since.timestamp():
        return True
    row = StaffSession.objects.filter(pk=session.seat_of(request), started_at__gt=since)
    return row.exists()


def freshly(view: View[P]) -> View[P]:
    """Ask for the password before this page, if the last proof is older than a quarter of an hour."""

    @wraps(view)
    def asked(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        request.session[BACK] = request.path
        return redirect("account-confirm")

    return asked


@sensitive_variables("password")
def prove(request: StaffRequest, password: str) -> None:
    """Take the password once more. Raises WrongCredentials or TooManyTries, counted as at the door."""
    login = request.user.login
    if authenticate(request, login=login, password=password) != request.user:
        shut = bool(getattr(request, "axes_locked_out", False))
        audit.record("staff.sign_in_failed", request.user, by=None, detail={"locked": shut})
        if shut:
            raise TooManyTries(locking.minutes_left(request, login))
        raise WrongCredentials
    locking.forget(request, login)
    request.session[PROVED] = int(timezone.now().timestamp())
    audit.record("staff.proved", request.user, by=request.user)
