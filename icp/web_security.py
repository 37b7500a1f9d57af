"""From a request that no browser sends to a refusal, and from any answer to one with every header.

What Django's own middleware sets (HSTS, nosniff, referrer policy, COOP, X-Frame-Options) and django-csp
(the CSP) stays theirs; this adds the rest of OWASP ASVS 4.0.3, V14.4, and the limits of V5.1 and V13.1.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Respond = Callable[[HttpRequest], HttpResponseBase]
FEATURES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
# The panel asks for none of these; passkeys are asked for by the panel itself only.
PERMISSIONS = ", ".join(
    [*(f"{feature}=()" for feature in FEATURES), "publickey-credentials-get=(self)"]
)
DEEPEST_JSON = 32
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


class ShallowDecoder(json.JSONDecoder):
    """For JSON in fields of forms: thousands of brackets are bad JSON, not a broken server."""

    def decode(self, s: str, *args: Any) -> Any:
        try:
            return super().decode(s, *args)
        except RecursionError as error:
            raise json.JSONDecodeError("too deep", "", 0) from error


class BadRequest(SuspiciousOperation):
    """Nobody sends this by accident (Django answers 400 with our page)."""


def secure_headers(get_response: Respond) -> Respond:
    """Every answer: closed to other origins, and kept by nobody unless its view says so."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        # Means nothing to today's browsers, whom the CSP tells more; scanners and old ones ask for it.
        response.headers.setdefault("X-XSS-Protection", "1; mode=block")
        return response

    return middleware


class RequestLimits:
    """Refuses bodies too large, JSON too deep, and NUL, which PostgreSQL cannot hold in any text."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> None:
        """Raise BadRequest or RequestDataTooBig before the form is read."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit():
            raise BadRequest("no length")
        largest = getattr(view, "largest", "LARGEST_REQUEST")
        if int(length) > getattr(settings, largest):
            raise RequestDataTooBig(f"more than ICP_{largest}")
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL in an address")
        if request.content_type == "application/json" and int(length):
            _look_into_json(request.body)
        elif request.method == "POST" and not getattr(view, "csrf_exempt", False):
            look_for_nul(request)


def look_for_nul(request: HttpRequest) -> None:
    """Raise BadRequest where a form holds it; views without a CSRF token ask for themselves."""
    for name, values in request.POST.lists():
        if "\0" in name or any("\0" in value for value in values):
            raise BadRequest("NUL in a field")


def _look_into_json(body: bytes) -> None:
    """Depth without parsing: a parser falls over what this is to keep away from it."""
    depth = 0
    for sign in re.findall(rb"[\[\]{}]", _STRING.sub(b"", body)):
        depth += 1 if sign in b"[{" else -1
        if depth > DEEPEST_JSON:
            raise BadRequest("JSON too deep")
