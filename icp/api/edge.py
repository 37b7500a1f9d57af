"""From a request under /api/v1/ to one without cookies, and from any refusal to a problem.

The API knows tokens only: a cookie of a member of staff who happens to use the same browser is neither read nor
set, so there is nothing that another site could make a browser send (no CSRF). What Django itself refuses (no such
address, a body too large, a failure) leaves here as RFC 9457 wants it, too.
"""

import json
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from . import problems
from .problems import OF_STATUS, Problem

PREFIX = "/api/v1/"
REFUSED = 400
Respond = Callable[[HttpRequest], HttpResponseBase]


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks; the readable page of the description is for people."""
    return request.path_info.startswith(PREFIX)


class ApiEdge:
    """Stands where every answer gets its headers after it, and sessions come after it."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_api(request):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.COOKIES = {}
        if _too_large(request):
            return _bare(Problem("too-large"))
        response = self.get_response(request)
        response.cookies.clear()
        _vary_without_cookies(response)
        if response.status_code < REFUSED or _is_problem(response):
            return response
        slug = OF_STATUS.get(response.status_code, "")
        slug = slug or ("malformed" if response.status_code < 500 else "server-error")  # noqa: PLR2004
        kept = {name: response[name] for name in ("Allow", "Retry-After") if name in response}
        return _bare(Problem(slug, headers=kept))


def _vary_without_cookies(response: HttpResponseBase) -> None:
    """Sessions looked for one and found none; a cache in between need not know."""
    named = [name.strip() for name in response.headers.get("Vary", "").split(",")]
    kept = [name for name in named if name and name != "Cookie"]
    if kept:
        response.headers["Vary"] = ", ".join(kept)


def _is_problem(response: HttpResponseBase) -> bool:
    return response.headers.get("Content-Type", "").startswith(problems.MEDIA_TYPE)


def _too_large(request: HttpRequest) -> bool:
    """A form with a file may be as large as ICP_LARGEST_REQUEST, a recording as ICP_RECORDING_BYTES, anything else 2 MB."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if request.content_type == "multipart/form-data":
        most = settings.LARGEST_REQUEST
    elif request.method == "PUT" and is_recording(request):
        most = settings.RECORDING_BYTES
    return length.isdigit() and int(length) > most


def is_recording(request: HttpRequest) -> bool:
    """Whether the body is sound by itself; what sound it is, its content says."""
    kind = request.content_type or ""
    return kind == "application/octet-stream" or kind.startswith("audio/")


def _bare(problem: Problem) -> HttpResponse:
    """The same words as `problems.answer` without a renderer: this is outside of DRF."""
    said = json.dumps(problems.body(problem), ensure_ascii=False, separators=(",", ":"))
    headers = {"Cache-Control": "no-store", **problem.headers}
    if problem.kind.status == 401:  # noqa: PLR2004
        headers["WWW-Authenticate"] = 'Bearer realm="ICP"'
    return HttpResponse(
        said, status=problem.kind.status, content_type=problems.MEDIA_TYPE, headers=headers
    )
