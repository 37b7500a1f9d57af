"""From what went wrong to an answer that says it in RFC 9457's words (application/problem+json).

`type` is stable: PUBLIC_URL/problems/<slug>, a page that says what to do. Every slug stands in PROBLEMS; an app
adds its own there (`PROBLEMS |= {…}` in its room of the API) and raises `Problem("slug")`.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from admin_module import request_ids
from icp.environment import PUBLIC_URL

MEDIA_TYPE = "application/problem+json"
Words = str | Promise


class Kind(NamedTuple):
    """The status, a short title, and for the page: what a program, or the person at it, does next."""

    status: int
    title: Words
    advice: Words = ""


PROBLEMS: dict[str, Kind] = {
    "malformed": Kind(
        400,
        _("The request cannot be read"),
        _("Send valid JSON in UTF-8, no deeper than 32 levels and without the sign NUL."),
    ),
    "cursor-invalid": Kind(
        422,
        _("The cursor was not made here"),
        _("Send a cursor exactly as it was received, or begin again without one."),
    ),
    "client-header": Kind(
        400,
        _("The header ICP-Client cannot be read"),
        _("Send it as platform/version, for example web/1.2.0, or leave it out."),
    ),
    "idempotency-key-missing": Kind(
        400,
        _("The header Idempotency-Key is missing"),
        _("Send a random key of 8 to 100 visible signs and repeat it with each repetition."),
    ),
    "unauthenticated": Kind(
        401,
        _("The device is not known"),
        _("Send a valid token in the header Authorization. Without one register the device."),
    ),
    "forbidden": Kind(403, _("This is not allowed"), _("The device may not do this.")),
    "not-paired": Kind(
        403,
        _("The device is not paired with a person"),
        _("Pair the device by a validation code from the office."),
    ),
    "not-found": Kind(
        404,
        _("There is no such thing"),
        _("It was removed, never existed, or belongs to somebody else."),
    ),
    "method-not-allowed": Kind(
        405,
        _("The address does not take this method"),
        _("The header Allow names the methods that the address takes."),
    ),
    "conflict": Kind(
        409,
        _("Something else happened in the meantime"),
        _("Fetch the newest state and decide again."),
    ),
    "in-progress": Kind(
        409,
        _("The same request is still being worked on"),
        _("Repeat it with the same key after the time in the header Retry-After."),
    ),
    "cursor-expired": Kind(
        410,
        _("The cursor is too old"),
        _("Forget what is stored and synchronize from the beginning, without a cursor."),
    ),
    "precondition-failed": Kind(
        412,
        _("This is not the newest version any more"),
        _("Fetch the newest version and decide again."),
    ),
    "too-large": Kind(
        413, _("The request is too large"), _("Send less at once; sizes stand in the description.")
    ),
    "media-type": Kind(
        415,
        _("This kind of content is not taken here"),
        _("Send application/json, or multipart/form-data where a file is sent."),
    ),
    "invalid": Kind(
        422,
        _("Some values are not right"),
        _("The list errors names each wrong value. Correct them and send again."),
    ),
    "idempotency-key-reused": Kind(
        422,
        _("The key belongs to another request"),
        _("Make a new Idempotency-Key for each new request."),
    ),
    "client-too-old": Kind(
        426, _("This version of the app is too old"), _("Update the app and try again.")
    ),
    "too-many-requests": Kind(
        429,
        _("Too many requests"),
        _("Wait as many seconds as the header Retry-After says."),
    ),
    "server-error": Kind(
        500,
        _("Something failed on our side"),
        _("Try again later. If it goes on, tell the office the number trace_id."),
    ),
    "unavailable": Kind(503, _("The service is away for a moment"), _("Try again in a minute.")),
}
# For statuses that Django gives by itself.
OF_STATUS = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "media-type",
    429: "too-many-requests",
    503: "unavailable",
}


class Problem(Exception):
    """What an endpoint raises to refuse.

    `errors`: dicts with `detail`, `code`, and `pointer` (RFC 6901, "#/answers/0") or `parameter`; `more`:
    further members of the answer. Never put what somebody sent into `detail`.
    """

    def __init__(
        self,
        slug: str,
        *,
        detail: Words = "",
        errors: Iterable[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        self.slug, self.kind = slug, PROBLEMS[slug]
        self.detail, self.errors = detail, list(errors)
        self.headers, self.more = dict(headers or {}), dict(more or {})
        super().__init__(slug)


def type_of(slug: str) -> str:
    """The URI that names this kind of problem for ever."""
    return f"{PUBLIC_URL}/problems/{slug}"


def body(problem: Problem) -> dict[str, Any]:
    """The members of RFC 9457, section 3.1, and `trace_id`: the number to quote."""
    said: dict[str, Any] = {
        "type": type_of(problem.slug),
        "title": str(problem.kind.title),
        "status": problem.kind.status,
        "detail": str(problem.detail or problem.kind.advice),
        "trace_id": str(request_ids.current() or ""),
    }
    if problem.errors:
        said["errors"] = [{key: str(value) for key, value in row.items()} for row in problem.errors]
    return said | problem.more


def answer(problem: Problem) -> Response:
    """The problem as a response; nobody keeps it."""
    headers = {"Cache-Control": "no-store", **problem.headers}
    if problem.kind.status == 401:  # noqa: PLR2004
        headers.setdefault("WWW-Authenticate", 'Bearer realm="ICP"')
    return Response(body(problem), problem.kind.status, headers=headers, content_type=MEDIA_TYPE)
