"""From a visitor's token to the chat that it opens, for whoever asks by a script or by a plain form."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from conversations.models import ChatSession
from icp import rate_limits
from icp.web_security import look_for_nul

from . import tokens

View = Callable[..., HttpResponseBase]
SCHEME = "Bearer "
SEEN_EVERY = 20  # seconds: presence is not written more often
BODY_BYTES = 16_384


def public(view: View) -> View:
    """For everybody, by no cookie: there is nothing that another site could make a browser send.

    A browser that says the form came from elsewhere is refused all the same.
    """

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.get_host():
            raise PermissionDenied
        if request.method == "POST" and request.content_type != "application/json":
            look_for_nul(request)
        return view(request, *args, **kwargs)

    return login_not_required(csrf_exempt(asked))


def visitor(view: View) -> View:
    """The view gets the chat's session beside the request; 401 without a token that holds."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        said = request.headers.get("Authorization", "")
        session = tokens.session_of(said.removeprefix(SCHEME)) if said.startswith(SCHEME) else None
        if session is None:
            return refused("unauthenticated", 401)
        return view(request, session, *args, **kwargs)

    return public(rate_limits.limited("chat_token")(shown))


def refused(code: str, status: int, **headers: str) -> JsonResponse:
    """A refusal whose sentence the page knows by its code."""
    return JsonResponse({"code": code}, status=status, headers=headers)


def fields(request: HttpRequest) -> Mapping[str, Any]:
    """What a script sent as JSON; an empty mapping where that is anything but an object."""
    if len(request.body) > BODY_BYTES:
        return {}
    try:
        found = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def be_seen(session: ChatSession) -> None:
    """The visitor's page is still there."""
    now = timezone.now()
    seen = session.visitor_seen_at
    if seen is None or (now - seen).total_seconds() > SEEN_EVERY:
        ChatSession.objects.filter(pk=session.pk).update(visitor_seen_at=now)
