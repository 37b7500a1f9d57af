"""From what the office tells everybody to pages for everybody: big, plain, without a script."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from icp.api.etags import PUBLIC_SHORT
from messaging.public import atom, bulletin
from messaging.public.bulletin import ACTIVE

SHOWN_ANNOUNCEMENTS = 30
SCRIPT_LASTS = "public, max-age=3600, stale-while-revalidate=86400, stale-if-error=604800"


@require_safe
@login_not_required
def alert_list(request: HttpRequest) -> HttpResponse:
    """What goes on now, what ended in the past 30 days, and what else the office announces."""
    alerts = bulletin.alerts()
    announced = bulletin.items(bulletin.announcements(before=None, limit=SHOWN_ANNOUNCEMENTS))
    context = {
        "active": [one for one in alerts if one.status == ACTIVE],
        "past": [one for one in alerts if one.status != ACTIVE],
        "announced": [one for one in announced if one.status == ACTIVE],
    }
    return _for_everybody(request, "list", context)


@require_safe
@login_not_required
def alert(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One published message, also long afterwards."""
    found = bulletin.published([uid])
    if not found:
        raise Http404
    return _for_everybody(request, "one", {"one": found[0]})


def _for_everybody(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """A cache in front may answer the whole town; not with the page of a member of staff, though."""
    path = f"messaging/alerts/{name}.html"
    if request.user.is_authenticated:
        return render(request, path, context)
    # Nothing is posted from here, and what everybody gets must not set one visitor's cookie.
    response = render(request, path, {**context, "csrf_token": ""})
    response["Cache-Control"] = PUBLIC_SHORT
    patch_vary_headers(response, ["Cookie"])
    return response


@require_safe
@login_not_required
def alert_feed(request: HttpRequest) -> HttpResponse:
    """Alarms and warnings as Atom."""
    return _file(request, atom.feed(bulletin.alerts()), atom.MEDIA_TYPE, PUBLIC_SHORT)


@require_safe
@login_not_required
def embed_script(request: HttpRequest) -> HttpResponse:
    """The widget for other sites: one script, which asks /api/v1/alerts and sets no cookie."""
    return _file(request, _script(), "text/javascript; charset=utf-8", SCRIPT_LASTS)


@lru_cache(maxsize=1)
def _script() -> bytes:
    return Path(str(finders.find("embed/alerts.js"))).read_bytes()


def _file(request: HttpRequest, body: bytes, kind: str, cache: str) -> HttpResponse:
    """A file that any page may read, with a strong ETag; 304 for who has it."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "Cache-Control": cache,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Access-Control-Allow-Origin": "*",
        "ETag": etag,
    }
    response = HttpResponse(body, content_type=kind, headers=headers)
    known = get_conditional_response(request, etag=etag, response=response)
    return known if isinstance(known, HttpResponse) else response
