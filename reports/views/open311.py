"""From an address under /open311/v2/ to GeoReport v2; every answer, a refusal too, is XML or JSON."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from admin_module import locking
from icp import rate_limits
from reports.open311 import asking, offer, records, taking, writing
from reports.open311.refusing import Refused

View = Callable[..., tuple[str, Any]]
A_MINUTE, READS = 60, 240  # of one computer
TEN_MINUTES, WRONG_KEYS = 600, 30
FORBIDDEN, CREATED = 403, 201


def georeport(*methods: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """Make a view of a function that gives the root's name and what is in it."""

    def decorate(function: View) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @login_not_required
        @wraps(function)
        def view(request: HttpRequest, form: str = "xml", **named: str) -> HttpResponse:
            try:
                _admit(request, methods)
                root, value = function(request, **named)
            except Refused as refused:
                return _refusal(request, refused, form, methods)
            posted = request.method == "POST"
            response = _written(root, value, form, CREATED if posted else 200)
            response["Cache-Control"] = "no-store" if posted else "public, no-cache"
            return response

        return view

    return decorate


def _admit(request: HttpRequest, methods: tuple[str, ...]) -> None:
    if request.method not in methods and not (request.method == "HEAD" and "GET" in methods):
        raise Refused(405, _("This address does not take this method."))
    who = locking.computer_token(request)
    many = rate_limits.tally("open311-read", who, A_MINUTE) > READS
    guessed = rate_limits.tallied("open311-keys", who, TEN_MINUTES) > WRONG_KEYS
    if many or guessed:
        wait = TEN_MINUTES if guessed else A_MINUTE
        raise Refused(
            429, _("Too many requests. Wait a little."), headers={"Retry-After": f"{wait}"}
        )
    if request.method == "GET":
        asking.jurisdiction(request.GET)


def _refusal(
    request: HttpRequest, refused: Refused, form: str, methods: tuple[str, ...]
) -> HttpResponse:
    if refused.status == FORBIDDEN:
        rate_limits.tally("open311-keys", locking.computer_token(request), TEN_MINUTES)
    response = _written("errors", refused.errors, form, refused.status)
    response["Cache-Control"] = "no-store"
    for name, value in refused.headers.items():
        response[name] = value
    if refused.status == 405:  # noqa: PLR2004
        response["Allow"] = ", ".join(methods)
    return response


def _written(root: str, value: Any, form: str, status: int) -> HttpResponse:
    response = HttpResponse(
        writing.write(root, value, form), content_type=writing.TYPES[form], status=status
    )
    # Open data: pages of other hosts may read it; keys travel in forms, never in cookies.
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@georeport("GET")
def open311_discovery(request: HttpRequest) -> tuple[str, Any]:
    return "discovery", offer.discovery()


@georeport("GET")
def open311_services(request: HttpRequest) -> tuple[str, Any]:
    return "services", offer.listed()


@georeport("GET")
def open311_service(request: HttpRequest, code: str) -> tuple[str, Any]:
    return "service_definition", offer.defined(code)


@georeport("GET", "POST")
def open311_requests(request: HttpRequest) -> tuple[str, Any]:
    """The public list, or a new report of whoever has a key."""
    if request.method == "POST":
        asking.jurisdiction(request.POST)
        extended = request.POST.get("extensions", "").lower() == "true"
        return "service_requests", taking.take(request, extended)
    return "service_requests", records.listed(asking.read(request.GET.dict()))


@georeport("GET")
def open311_request(request: HttpRequest, number: str) -> tuple[str, Any]:
    extended = request.GET.get("extensions", "").lower() == "true"
    return "service_requests", records.one(number, extended=extended)


@georeport("GET")
def open311_token(request: HttpRequest, token: str) -> tuple[str, Any]:
    return "service_requests", records.of_token(token)


@georeport("GET", "POST")
def open311_nothing(request: HttpRequest, rest: str = "") -> tuple[str, Any]:
    raise Refused(404, _("There is nothing at this address."))
