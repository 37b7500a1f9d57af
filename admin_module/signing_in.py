"""From a typed address and password to a session of a member of staff."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from icp.encryption import canon
from icp.encryption.tokens import mac

from . import audit
from .models import SignInFailure, User

WINDOW = timedelta(minutes=15)
# Per address and computer; per computer (a whole office may stand behind one); per address.
PAIR_LIMIT, COMPUTER_LIMIT, LOGIN_LIMIT = 5, 60, 30


class WrongCredentials(Exception):
    """The address or the password is wrong, or the account is blocked: we do not say which."""


class TooManyTries(Exception):
    """Nobody gets a further guess before the window has passed."""


class LoginBackend(ModelBackend):
    @sensitive_variables("login", "password")
    def authenticate(  # type: ignore[override]
        self,
        request: HttpRequest | None,
        login: str | None = None,
        password: str | None = None,
        **kwargs: object,
    ) -> User | None:
        """The active member of staff with these credentials; None costs as long as a yes."""
        if not login or password is None:
            return None
        user: User | None = User.objects.by_login(login).first()
        if user is None:
            make_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None


@sensitive_variables("typed_login", "password")
def sign_in(request: HttpRequest, typed_login: str, password: str) -> User:
    """Open a session. Raises WrongCredentials or TooManyTries, and counts both kinds of failure."""
    failures = _count_a_failure(typed_login, _computer(request))
    user = authenticate(request, login=typed_login, password=password)
    if not isinstance(user, User):
        known = User.objects.by_login(typed_login).first()
        audit.record("staff.sign_in_failed", known or "admin_module.user:unknown", by=None)
        raise WrongCredentials
    SignInFailure.objects.filter(pk__in=[failure.pk for failure in failures]).delete()
    login(request, user)
    audit.record("staff.signed_in", user, by=user)
    return user


def _count_a_failure(typed_login: str, computer: str) -> list[SignInFailure]:
    """Write the failure down before the password is looked at: parallel guesses count too."""
    now = timezone.now()
    SignInFailure.objects.filter(at__lt=now - WINDOW).delete()
    name = canon.contact(typed_login) or ""
    limits = {
        f"pair|{name}|{computer}": PAIR_LIMIT,
        f"computer|{computer}": COMPUTER_LIMIT,
        f"login|{name}": LOGIN_LIMIT,
    }
    failures, allowed = [], True
    for who, limit in limits.items():
        failure = SignInFailure.objects.create(token=mac("signin.failure", who.encode()), at=now)
        failures.append(failure)
        earlier = SignInFailure.objects.filter(token=failure.token, pk__lt=failure.pk)
        allowed = allowed and earlier.count() < limit
    if not allowed:
        # A refused guess does not lengthen the wait, or anybody could lock anybody out for good.
        SignInFailure.objects.filter(pk__in=[failure.pk for failure in failures]).delete()
        raise TooManyTries
    return failures


def _computer(request: HttpRequest) -> str:
    """The address the request came from; behind our own proxy, the last one the proxy wrote."""
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    if forwarded and getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
