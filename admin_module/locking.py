"""From wrong passwords to a door that stays shut for a while: django-axes over keyed tokens.

Neither an e-mail address nor a computer's address nor a browser's name is written down: axes gets
tokens that only this installation can make, and the one row of a pair counts.
"""

import ipaddress
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from icp.encryption import canon
from icp.encryption.tokens import mac

from . import audit
from .models import User

LABEL = "signin.failure"
# Of one address at one computer; of one computer (a whole office may stand behind it); of one
# address from anywhere.
PAIR_LIMIT, COMPUTER_LIMIT, LOGIN_LIMIT = 5, 60, 30
Credentials = Mapping[str, Any] | None


def login_token(request: HttpRequest | None, credentials: Credentials = None) -> str:
    """What stands in the place of the typed e-mail address."""
    typed = str((credentials or {}).get("login") or "")
    return token_of(typed)


def token_of(login: str) -> str:
    return mac(LABEL, f"login|{canon.contact(login)}".encode()).hex()


def computer_token(request: HttpRequest) -> str:
    """What stands in the place of the computer's address, in the shape of one (axes asks for it)."""
    code = mac(LABEL, f"computer|{computer(request)}".encode())
    return str(ipaddress.IPv6Address(code[1:17]))


def keep_response(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Credentials = None
) -> HttpResponse:
    """The sign-in page says itself that the door is shut, and for how long."""
    return response or HttpResponse(status=429)


class TokenHandler(AxesDatabaseHandler):
    """Counts failures of tokens, with a limit of its own for each way of counting."""

    def get_failures(self, request: HttpRequest, credentials: Credentials = None) -> int:
        """Failures of this address at this computer; the pair's limit once any limit is reached."""
        sums = [
            attempts.aggregate(sum=Sum("failures_since_start"))["sum"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        ]
        limits = (PAIR_LIMIT, COMPUTER_LIMIT, LOGIN_LIMIT)
        shut = any(sum_ >= limit for sum_, limit in zip(sums, limits, strict=True))
        return PAIR_LIMIT if shut else min(sums[0], PAIR_LIMIT - 1)

    def is_locked(self, request: HttpRequest, credentials: Credentials = None) -> bool:
        return self.get_failures(request, credentials) >= PAIR_LIMIT

    def user_login_failed(
        self,
        sender: object,
        credentials: dict[str, Any],
        request: Any = None,
        **kwargs: object,
    ) -> None:
        """Count one more; a guess that was refused unread does not lengthen the wait."""
        if request is None or request.axes_locked_out:
            return
        purge()
        now = timezone.now()
        with transaction.atomic():
            row, new = AccessAttempt.objects.select_for_update().get_or_create(
                username=login_token(request, credentials),
                ip_address=request.axes_ip_address,
                user_agent="",
                defaults={"failures_since_start": 1, "attempt_time": now},
            )
            if not new:
                AccessAttempt.objects.filter(pk=row.pk).update(
                    failures_since_start=F("failures_since_start") + 1, attempt_time=now
                )

    def user_logged_in(self, sender: object, request: Any, user: object, **kwargs: object) -> None:
        """Nothing: signing_in forgets the pair itself, and no log of sign-ins is kept here."""

    def user_logged_out(self, sender: object, request: Any, user: object, **kwargs: object) -> None:
        """Nothing."""


def forget(request: HttpRequest, login: str) -> None:
    """After a success: this person at this computer did nothing wrong."""
    pair = AccessAttempt.objects.filter(username=token_of(login))
    pair.filter(ip_address=computer_token(request)).delete()


def minutes_left(request: HttpRequest, login: str) -> int:
    """How long the door stays shut, in whole minutes, at least one."""
    newest = max(
        filter(None, map(_newest, TokenHandler().get_user_attempts(request, {"login": login}))),
        default=timezone.now(),
    )
    left = newest + _cool_off() - timezone.now()
    return max(1, -int(-left.total_seconds() // 60))


def locked_until(login: str) -> datetime | None:
    """Until when somebody is kept out at some computer; None if nowhere."""
    shut = AccessAttempt.objects.filter(
        username=token_of(login),
        attempt_time__gt=timezone.now() - _cool_off(),
        failures_since_start__gte=PAIR_LIMIT,
    )
    newest = _newest(shut)
    return newest + _cool_off() if newest else None


def lift(login: str) -> int:
    """Forget every failure of this address; returns how many computers it was counted at."""
    deleted: int = AccessAttempt.objects.filter(username=token_of(login)).delete()[0]
    return deleted


def lift_for(user: User, *, by: User) -> None:
    """An administrator lets somebody try again at once."""
    with transaction.atomic():
        audit.record("staff.lock_lifted", user, by=by, detail={"computers": lift(user.login)})


def purge() -> int:
    """Daily: what the window has passed by."""
    old = AccessAttempt.objects.filter(attempt_time__lte=timezone.now() - _cool_off())
    deleted: int = old.delete()[0]
    return deleted


def _newest(attempts: Any) -> datetime | None:
    newest: datetime | None = attempts.aggregate(newest=Max("attempt_time"))["newest"]
    return newest


def _cool_off() -> timedelta:
    window: timedelta = settings.AXES_COOLOFF_TIME
    return window


def computer(request: HttpRequest) -> str:
    """The address the request came from; behind our own proxy, the last one the proxy wrote."""
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    if forwarded and getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
