"""From a function to an endpoint of /api/v1: who may ask, how often, what goes in, what comes out, all in one place.

    @endpoint("GET", who="paired", limit="read", asks=PageSerializer, gives={200: InboxSerializer}, summary=_("…"))
    def message_list(request: ApiRequest) -> Response: ...

`request.device` is the device, `request.taken` the checked body, `request.asked` the checked query. One address
with several methods: `path("device", together(device_read, device_change), name="device")`.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, Unpack

from django.conf import settings
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ListField
from rest_framework.views import APIView

from . import limits, strict, versions
from .describing import described
from .handling import pointed
from .problems import Problem
from .rules import Rules, Serializer, Wishes

if TYPE_CHECKING:
    from recipients.models import Device


class ApiRequest(Request):
    """What an endpoint gets; for the reader of types, the object is DRF's own with these put on it."""

    device: "Device"
    taken: dict[str, Any]
    asked: dict[str, Any]


Function = Callable[..., Response]


class AlwaysJson(BaseContentNegotiation):
    """There is one representation; RFC 9110, section 12.5.1, lets a server give it whatever was asked."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        kind = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class ApiView(APIView):
    """The class behind the functions: tokens only, JSON only, no OPTIONS to describe itself twice."""

    renderer_classes = (JSONRenderer,)
    permission_classes = ()
    content_negotiation_class = AlwaysJson
    of_exchanges = False  # asked by telephone exchanges, not by residents' devices

    def get_authenticators(self) -> list[Any]:
        who = settings.API_EXCHANGE_AUTHENTICATION if self.of_exchanges else None
        return [import_string(who or settings.API_AUTHENTICATION)()]

    def perform_authentication(self, request: Request) -> None:
        """Each function says who may ask; a token that comes with a public request is not looked at."""


def endpoint(*methods: str, **wishes: Unpack[Wishes]) -> Callable[[Function], Any]:
    """Make a view of a function.

    `who`: anyone | device | paired | exchange; `takes`: the body (JSON, or a form with a file where `upload`);
    `stream`: the body is a recording, to be read bit by bit from `request.stream`; `asks`: the
    query; `gives`: what is answered, by status; `refuses`: slugs of problems beyond the usual ones; `limit`: a name
    in limits.LIMITS; `idempotent`: needs an Idempotency-Key, and a repetition gets the first answer.
    """
    rules = Rules(tuple(method.upper() for method in methods), **wishes)
    return lambda function: _view(dict.fromkeys(rules.methods, (rules, function)))


def together(*views: Any) -> Any:
    """One address for endpoints of different methods."""
    rows: dict[str, tuple[Rules, Function]] = {}
    for view in views:
        rows |= view.rows
    return _view(rows)


def _view(rows: Mapping[str, tuple[Rules, Function]]) -> Any:
    first = next(iter(rows.values()))[1]
    members: dict[str, Any] = {
        method.lower(): _handler(rules, method, function)
        for method, (rules, function) in rows.items()
    }
    members["http_method_names"] = [*members, *(["head"] if "get" in members else [])]
    upload = any(rules.upload for rules, _function in rows.values())
    members["of_exchanges"] = any(rules.who == "exchange" for rules, _function in rows.values())
    members["parser_classes"] = (MultiPartParser,) if upload else (JSONParser,)
    members["__doc__"] = first.__doc__
    members["__module__"] = first.__module__
    made: Any = type(first.__name__, (ApiView,), members)
    view = made.as_view()
    view.rows = dict(rows)
    if any(rules.stream for rules, _function in rows.values()):
        view.largest = "RECORDING_BYTES"  # read by web_security
    view.__name__ = first.__name__
    return view


def _handler(rules: Rules, method: str, function: Function) -> Callable[..., Any]:
    @wraps(function)
    def handle(_view: ApiView, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        headers = _admitted(rules, request)
        request.asked = _asked(rules, request)
        request.taken = _taken(rules, request)
        if rules.idempotent:
            of = "API_EXCHANGE_IDEMPOTENCY" if rules.who == "exchange" else "API_IDEMPOTENCY"
            keep = import_string(getattr(settings, of))
            response = keep(request, lambda: function(request, *args, **kwargs))
        else:
            response = function(request, *args, **kwargs)
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response  # type: ignore[no-any-return]

    # What DRF would read from a function view, drf-spectacular reads from the method.
    marked: Callable[..., Any] = described(rules, method, function)(handle)
    return marked


def _admitted(rules: Rules, request: Any) -> dict[str, str]:
    """Who asks may ask, and not too often; the headers that the answer gets."""
    versions.check(request)
    device: Any = None if rules.who == "anyone" else request.auth
    request.device = device
    headers = limits.take(rules.limit, request, device) if rules.limit else {}
    if rules.who != "anyone" and device is None:
        raise Problem("unauthenticated", headers=headers)
    if rules.who == "paired" and device.recipient_id is None:
        raise Problem("not-paired", headers=headers)
    if rules.cross_origin:
        headers |= {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Expose-Headers": "ETag, RateLimit, RateLimit-Policy, Retry-After",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
    return headers | (rules.retiring.headers() if rules.retiring else {})


def _asked(rules: Rules, request: Any) -> dict[str, Any]:
    if rules.asks is None:
        return {}
    serializer = rules.asks(data=_query(rules.asks, request.query_params))
    if serializer.is_valid():
        return dict(serializer.validated_data)
    errors = [
        {"parameter": row.pop("pointer").removeprefix("#/"), **row}
        for row in pointed(serializer.errors)
    ]
    raise Problem("invalid", errors=errors)


def _query(kind: Serializer, query: QueryDict) -> dict[str, Any]:
    """As JSON would bring it: an empty value is a value, and a list has all of its values."""
    fields = getattr(kind(), "fields", {})
    lists = {name for name, field in fields.items() if isinstance(field, ListField)}
    return {name: query.getlist(name) if name in lists else query[name] for name in query}


def _taken(rules: Rules, request: Any) -> dict[str, Any]:
    if rules.takes is None:
        return {}
    serializer = rules.takes(data=request.data)
    wrong = [] if rules.upload else list(strict.errors(serializer, request.data))
    if wrong:
        raise Problem("invalid", errors=wrong)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
