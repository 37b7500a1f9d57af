"""From a typed address and password to a session of a member of staff."""

from django.contrib.auth import authenticate, login
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from . import audit, locking, second_factor, session
from .models import User


class WrongCredentials(Exception):
    """The address or the password is wrong, or the account is blocked: we do not say which."""


class TooManyTries(Exception):
    """Nobody gets a further guess before the window has passed."""

    def __init__(self, minutes: int) -> None:
        super().__init__(f"{minutes} minutes")
        self.minutes = minutes


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
    """Open a session, half of one where a second factor waits.

    Raises WrongCredentials (counted by locking.TokenHandler) or TooManyTries.
    """
    user = authenticate(request, login=typed_login, password=password)
    if not isinstance(user, User):
        known = User.objects.by_login(typed_login).first()
        shut = bool(getattr(request, "axes_locked_out", False))
        detail: dict[str, object] = {"locked": shut}
        subject = known or "admin_module.user:unknown"
        audit.record("staff.sign_in_failed", subject, by=None, detail=detail)
        if shut:
            raise TooManyTries(locking.minutes_left(request, typed_login))
        raise WrongCredentials
    locking.forget(request, typed_login)
    open_session(request, user)
    return user


def open_session(request: HttpRequest, user: User) -> None:
    """Sign in somebody whose password was right, or who has just set it by a link."""
    login(request, user, backend="admin_module.signing_in.LoginBackend")
    second_factor.ask_for(request, user)
    session.take_seat(request, user)
    audit.record("staff.signed_in", user, by=user)
