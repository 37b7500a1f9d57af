"""From data to an answer that need not travel twice: a strong ETag over its bytes (RFC 9110, section 8.8.3)."""

import hashlib
from typing import Any

from django.utils.http import parse_etags
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

# Kept by the device only, and asked about each time.
PERSONAL = "private, no-cache"
# The same for everybody; old alerts are better than none while the office is away (RFC 5861).
PUBLIC_SHORT = "public, max-age=30, stale-if-error=86400"
VARY = "Authorization, Accept-Language"


class Rendered(Response):
    """JSON that was rendered already, because its ETag is made of it."""

    def __init__(self, rendered: bytes, data: Any, status: int, headers: dict[str, str]) -> None:
        super().__init__(data, status, headers=headers)
        self._rendered = rendered

    @property
    def rendered_content(self) -> bytes:  # type: ignore[override]  # as DRF itself does
        self["Content-Type"] = "application/json"
        return self._rendered


def answer(request: Request, data: Any, *, status: int = 200, cache: str = PERSONAL) -> Response:
    """`data` with a strong ETag; 304 without a body where the client has these very bytes."""
    rendered = JSONRenderer().render(data)
    etag = f'"{hashlib.sha256(rendered).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": cache, "Vary": VARY}
    if status == 200 and _has(request, etag):  # noqa: PLR2004
        return Response(status=304, headers=headers)
    return Rendered(rendered, data, status, headers)


def _has(request: Request, etag: str) -> bool:
    """If-None-Match compares weakly (RFC 9110, section 13.1.2)."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or etag in (one.removeprefix("W/") for one in known)
