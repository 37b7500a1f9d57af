"""From the browser's answers about a passkey to a factor that counts (WebAuthn, by py_webauthn)."""

import ipaddress
import json
from urllib.parse import urlsplit

import webauthn
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from icp.web_security import ShallowDecoder

from . import audit, configuration, second_factor
from .models import Passkey, User

CHALLENGE = "challenge"  # in the session, for one answer


class NotAccepted(Exception):
    """The browser's answer proves nothing: another challenge, another place, another key."""


def host() -> str:
    """The name that passkeys are bound to: that of the public address."""
    return urlsplit(settings.PUBLIC_URL).hostname or ""


def possible() -> bool:
    """Browsers know passkeys only under a name with https, or on this very computer's own."""
    try:
        ipaddress.ip_address(host())
    except ValueError:
        return host() == "localhost" or settings.PUBLIC_URL.startswith("https://")
    return False


def options_to_register(request: HttpRequest, user: User) -> str:
    """What the browser needs to make a passkey (JSON); the challenge waits in the session."""
    options = webauthn.generate_registration_options(
        rp_id=host(),
        rp_name=f"ICP {configuration.read(configuration.Municipality).town}",
        user_id=user.uid.bytes,
        user_name=user.login,
        user_display_name=str(user),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_known(user),
    )
    request.session[CHALLENGE] = bytes_to_base64url(options.challenge)
    return webauthn.options_to_json(options)


def register(request: HttpRequest, user: User, answer: str, name: str) -> list[str]:
    """Keep a new passkey. Returns recovery codes if the person had none; raises NotAccepted."""
    try:
        made = webauthn.verify_registration_response(
            credential=_parsed(answer),
            expected_challenge=_challenge(request),
            expected_rp_id=host(),
            expected_origin=_origin(),
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as problem:
        raise NotAccepted from problem
    passkey = Passkey(
        user=user,
        name=name,
        credential=bytes_to_base64url(made.credential_id),
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
    )
    try:
        with transaction.atomic():
            passkey.save(force_insert=True)
            audit.record("staff.factor_added", passkey, by=user, detail={"kind": "passkey"})
    except IntegrityError as problem:
        raise NotAccepted from problem
    second_factor.verified(request, passkey)
    return second_factor.first_codes(user)


def options_to_show(request: HttpRequest, user: User) -> str:
    """What the browser needs to show one of this person's passkeys (JSON)."""
    options = webauthn.generate_authentication_options(
        rp_id=host(),
        allow_credentials=_known(user),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    request.session[CHALLENGE] = bytes_to_base64url(options.challenge)
    return webauthn.options_to_json(options)


def check(request: HttpRequest, user: User, answer: str) -> None:
    """Finish a sign-in by a passkey; raises NotAccepted."""
    challenge = _challenge(request)
    with transaction.atomic():
        passkey = _shown(user, answer)
        try:
            if passkey is None:
                raise NotAccepted
            shown = webauthn.verify_authentication_response(
                credential=_parsed(answer),
                expected_challenge=challenge,
                expected_rp_id=host(),
                expected_origin=_origin(),
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
            )
        except (NotAccepted, WebAuthnException, ValueError, KeyError, TypeError) as problem:
            refusal: Exception | None = problem
        else:
            refusal = None
            passkey.sign_count = shown.new_sign_count
            passkey.set_last_used_timestamp(commit=False)
            passkey.save()
            detail: dict[str, object] = {"kind": "passkey"}
            audit.record("staff.second_factor_shown", passkey, by=user, detail=detail)
    if refusal is not None:
        audit.record("staff.second_factor_refused", user, by=None, detail={"kind": "passkey"})
        raise NotAccepted from refusal
    second_factor.verified(request, passkey)


def _shown(user: User, answer: str) -> Passkey | None:
    """The person's passkey that the answer names, its row locked."""
    try:
        named = str(_parsed(answer).get("id", ""))
    except ValueError:
        return None
    mine = Passkey.objects.select_for_update().filter(user=user, credential_token=named)
    found: Passkey | None = mine.first()
    return found


def _parsed(answer: str) -> dict[str, object]:
    parsed = json.loads(answer, cls=ShallowDecoder)
    if not isinstance(parsed, dict):
        raise ValueError("no object")
    return parsed


def _challenge(request: HttpRequest) -> bytes:
    """The challenge that was given out; it is good for one answer."""
    return base64url_to_bytes(request.session.pop(CHALLENGE, ""))


def _origin() -> str:
    parts = urlsplit(settings.PUBLIC_URL)
    return f"{parts.scheme}://{parts.netloc}"


def _known(user: User) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.credential))
        for passkey in Passkey.objects.filter(user=user)
    ]
