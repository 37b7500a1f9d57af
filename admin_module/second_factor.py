"""From a right password to a proof of the second kind: a code, a passkey, a code on paper."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import django_otp
from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect
from django_otp.models import Device

from . import audit, configuration, session
from .models import Authenticator, Passkey, RecoverySheet, User
from .models.second_factor import DIGITS, STEP_SECONDS, new_key

HALF = "half"  # in the session: when the password was right, in seconds since 1970
HALF_SECONDS = 15 * 60
PATIENT = 2  # wrong codes that need no explanation
STEP = "second-factor"
# Where somebody may go who still has to set up their first factor.
SET_UP = {"second-factor-set-up", "authenticator-new", "passkey-new"}
ALWAYS = {"sign-out", "session-extend"}


# What can be taken away one by one, by the word in an address.
FACTORS: dict[str, Any] = {"authenticator": Authenticator, "passkey": Passkey}


class WrongCode(Exception):
    """The code is wrong, was used before, or belongs to another time."""


class Wait(Exception):
    """Too many wrong codes: the next one is looked at from `until` on."""

    def __init__(self, until: datetime) -> None:
        super().__init__("wait")
        self.seconds = max(1, round((until - timezone.now()).total_seconds()))


class LastFactor(Exception):
    """Whoever must have a second factor keeps at least one."""


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person can prove themselves by."""

    authenticators: list[Authenticator]
    passkeys: list[Passkey]
    sheet: RecoverySheet | None

    @property
    def any(self) -> bool:
        return bool(self.authenticators or self.passkeys)


def factors_of(user: User) -> Factors:
    return Factors(
        list(Authenticator.objects.filter(user=user, confirmed=True).order_by("pk")),
        list(Passkey.objects.filter(user=user).order_by("pk")),
        RecoverySheet.objects.filter(user=user).first(),
    )


def has_factor(user: User) -> bool:
    apps: bool = Authenticator.objects.filter(user=user, confirmed=True).exists()
    return apps or bool(Passkey.objects.filter(user=user).exists())


def must_have(user: User) -> bool:
    """Whether this person may not work without a second factor."""
    if settings.SECOND_FACTOR == "roles":
        return not set(settings.SECOND_FACTOR_ROLES).isdisjoint(user.role_names)
    return bool(settings.SECOND_FACTOR == "all")


def ask_for(request: HttpRequest, user: User) -> None:
    """Leave the new session half open where a factor waits to be shown or to be set up."""
    request.session.pop(HALF, None)
    if must_have(user) or has_factor(user):
        request.session[HALF] = int(timezone.now().timestamp())


def is_half_open(request: HttpRequest) -> bool:
    """Whether the person behind a signed-in request still owes the second proof."""
    user = request.user
    if not isinstance(user, User):
        return False
    verified = getattr(user, "otp_device", None) is not None  # OTPMiddleware puts it there
    half = HALF in getattr(request, "session", {})  # an error page may be older than the session
    return not verified and (half or must_have(user))


class SecondFactorMiddleware:
    """With half a session only the second step can be reached, or the set-up of a first factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        if not getattr(view, "login_required", True) or not is_half_open(request):
            return None
        name = request.resolver_match.url_name if request.resolver_match else ""
        if _ran_out(request):
            logout(request)
            return _go(request, settings.LOGIN_URL)
        assert isinstance(request.user, User)  # noqa: S101 - half open: somebody is signed in
        allowed = {STEP} if has_factor(request.user) else SET_UP
        if name in allowed | ALWAYS:
            return None
        return _go(request, STEP if STEP in allowed else "second-factor-set-up")


def _ran_out(request: HttpRequest) -> bool:
    """Half a session is good for a quarter of an hour, then the password is asked for again."""
    began = request.session.get(HALF)
    return began is not None and timezone.now().timestamp() - began > HALF_SECONDS


def _go(request: HttpRequest, name: str) -> HttpResponse:
    if getattr(request, "htmx", None):
        return HttpResponseClientRedirect(resolve_url(name))
    return redirect(name)


# --- codes of an app and codes on paper -----------------------------------------------------------


def begin_authenticator(user: User) -> Authenticator:
    """The one app that is being set up now; it counts once it showed a right code."""
    begun = Authenticator.objects.filter(user=user, confirmed=False).first()
    if begun is None:
        begun = Authenticator(user=user, name="", key=new_key(), confirmed=False)
        begun.save(force_insert=True)
    found: Authenticator = begun
    return found


def key_in_letters(authenticator: Authenticator) -> str:
    """The secret as apps take it by hand: base32 in groups of four."""
    text = base64.b32encode(authenticator.key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def otpauth_address(authenticator: Authenticator, user: User) -> str:
    """What the QR code says (Key Uri Format of Google Authenticator)."""
    issuer = f"ICP {configuration.read(configuration.Municipality).town}"
    secret = key_in_letters(authenticator).replace(" ", "")
    label = quote(f"{issuer}:{user.login}")
    return (
        f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}"
        f"&digits={DIGITS}&period={STEP_SECONDS}"
    )


def confirm_authenticator(user: User, code: str, name: str, *, by: HttpRequest) -> list[str]:
    """Take the first code of a new app. Returns recovery codes if the person had none.

    Raises WrongCode or Wait.
    """
    with transaction.atomic():
        begun = Authenticator.objects.select_for_update().filter(user=user, confirmed=False).first()
        taken = begun is not None and _try(begun, code)
        if taken:
            begun.name, begun.confirmed = name, True
            begun.save()
            audit.record("staff.factor_added", begun, by=user, detail={"kind": "authenticator"})
    if not taken:
        _refused(user, "authenticator", begun)
    verified(by, begun)
    return first_codes(user)


def check_code(request: HttpRequest, user: User, typed: str) -> None:
    """Finish a sign-in by a code of an app or by one on paper. Raises WrongCode or Wait."""
    typed = "".join(typed.split())
    kind: type[Device] = Authenticator if typed.isdigit() else RecoverySheet
    with transaction.atomic():
        devices = list(kind.objects.select_for_update().filter(user=user, confirmed=True))
        taken = next((device for device in devices if _try(device, typed)), None)
        if taken is not None:
            name = "app" if kind is Authenticator else "paper"
            audit.record("staff.second_factor_shown", taken, by=user, detail={"kind": name})
    if taken is None:
        _refused(user, "code", *devices)
    verified(request, taken)


def _try(device: Device, code: str) -> bool:
    taken: bool = device.verify_token(code)
    return taken


def _refused(user: User, kind: str, *devices: Device | None) -> None:
    """Say why not: wait, where every device is resting; else the code was wrong."""
    audit.record("staff.second_factor_refused", user, by=None, detail={"kind": kind})
    waits = [device.verify_is_allowed()[1] for device in devices if device is not None]
    # The first two mistakes cost a second or two: nobody has to be told.
    until = [why["locked_until"] for why in waits if why and why["failure_count"] > PATIENT]
    if until and len(until) == len(waits):
        raise Wait(min(until))
    raise WrongCode


def verified(request: HttpRequest, device: Device | None) -> None:
    """The session is whole now; it gets a new key, for it is worth more than before."""
    django_otp.login(request, device)
    request.session.pop(HALF, None)
    request.session.cycle_key()
    if isinstance(request.user, User):
        session.take_seat(request, request.user)


def first_codes(user: User) -> list[str]:
    """Recovery codes for somebody who has none yet; empty for all others."""
    return [] if RecoverySheet.objects.filter(user=user).exists() else renew_codes(user)


@transaction.atomic
def renew_codes(user: User) -> list[str]:
    """Ten new codes; the old ones are worth nothing from now on."""
    sheet, _new = RecoverySheet.objects.select_for_update().get_or_create(user=user)
    codes: list[str] = sheet.fill()
    audit.record("staff.recovery_codes_made", user, by=user, detail={"codes": len(codes)})
    return codes


@transaction.atomic
def remove(user: User, kind: str, pk: int) -> None:
    """Take one factor away. Raises LastFactor, or the model's DoesNotExist."""
    User.objects.select_for_update().get(pk=user.pk)
    factor = FACTORS[kind].objects.get(user=user, pk=pk)
    left = factors_of(user)
    if len(left.authenticators) + len(left.passkeys) == 1:
        if must_have(user):
            raise LastFactor
        RecoverySheet.objects.filter(user=user).delete()
    audit.record("staff.factor_removed", factor, by=user, detail={"kind": kind})
    factor.delete()


@transaction.atomic
def reset(user: User, *, by: User) -> int:
    """The administrator takes away every factor of somebody who lost them; sessions end."""
    number = 0
    for model in (Authenticator, Passkey, RecoverySheet):
        deleted, _by_model = model.objects.filter(user=user).delete()
        number += deleted
    session.end_all(user)
    audit.record("staff.factors_reset", user, by=by)
    return number
