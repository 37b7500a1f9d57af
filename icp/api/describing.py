"""From what an endpoint keeps to, to its part of the published description (OpenAPI 3.1)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from . import problems
from .rules import Rules

KEY = "Idempotency-Key"
KEY_PATTERN = r"^[\x21-\x7e]{8,100}$"


class ProblemErrorSerializer(serializers.Serializer[Any]):
    """One wrong value: where it stands (in the body, or the name of a parameter) and what is wrong."""

    pointer = serializers.CharField(required=False)
    parameter = serializers.CharField(required=False)
    detail = serializers.CharField()
    code = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457. `type` leads to a page about this kind; a kind that a client does not know is its status."""

    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    trace_id = serializers.CharField()
    errors = ProblemErrorSerializer(many=True, required=False)  # type: ignore[assignment]
    min_client_version = serializers.CharField(required=False)


def described(
    rules: Rules, method: str, function: Callable[..., Any]
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The decorator of drf-spectacular with everything that `endpoint` knows."""
    responses: dict[Any, Any] = {
        status: OpenApiResponse(shape, description=_ANSWERS.get(status, "OK"))
        for status, shape in rules.gives.items()
    }
    if method == "GET" and 200 in responses:  # noqa: PLR2004
        responses.setdefault(304, OpenApiResponse(None, description=_ANSWERS[304]))
    if rules.idempotent:
        stored = next(iter(rules.gives.values()))
        responses.setdefault(200, OpenApiResponse(stored, description=_ANSWERS[200]))
    for status, slugs in sorted(refusals(rules, method).items()):
        responses[status, problems.MEDIA_TYPE] = OpenApiResponse(
            ProblemSerializer, description=", ".join(slugs)
        )
    return extend_schema(
        operation_id=function.__name__,
        summary=rules.summary,
        description=(function.__doc__ or "").strip(),
        request=_request(rules),
        responses=responses,
        parameters=list(_parameters(rules)),
        auth=security(rules),
        tags=[rules.tag or _tag(function)],
        deprecated=rules.retiring is not None,
    )


_ANSWERS = {
    200: "OK",
    201: "Created",
    202: "Accepted",
    204: "No content",
    304: "Not modified",
}


_OF_WHO = {
    "anyone": [],
    "device": ["unauthenticated"],
    "paired": ["unauthenticated", "not-paired"],
    "exchange": ["unauthenticated"],
}


def refusals(rules: Rules, method: str) -> Mapping[int, list[str]]:
    """By status, the kinds of problems that the endpoint may answer with."""
    slugs = ["client-header", "client-too-old", *rules.refuses]
    slugs += _OF_WHO[rules.who]
    if rules.takes or rules.asks:
        slugs += ["malformed", "invalid"]
    if rules.takes:
        slugs += ["too-large", "media-type"]
    if rules.stream:
        slugs += ["malformed", "invalid", "too-large", "media-type"]
    if rules.idempotent:
        slugs += ["idempotency-key-missing", "idempotency-key-reused", "in-progress"]
    if rules.limit:
        slugs += ["too-many-requests"]
    found: dict[int, list[str]] = {}
    for slug in dict.fromkeys(slugs):
        found.setdefault(problems.PROBLEMS[slug].status, []).append(slug)
    return found


def security(rules: Rules) -> Any:
    """A requirement of OpenAPI; drf-spectacular's own type knows plain names only."""
    if rules.who == "anyone":
        return []
    return [{"exchange": []}] if rules.who == "exchange" else [{"device": []}]


def _request(rules: Rules) -> Any:
    if rules.stream:
        return {"application/octet-stream": OpenApiTypes.BINARY}
    if rules.takes is None:
        return None
    return {"multipart/form-data" if rules.upload else "application/json": rules.takes}


def _parameters(rules: Rules) -> Iterable[Any]:
    if rules.asks:
        yield rules.asks
    if rules.idempotent:
        yield OpenApiParameter(
            KEY,
            {"type": "string", "minLength": 8, "maxLength": 100, "pattern": KEY_PATTERN},
            OpenApiParameter.HEADER,
            required=True,
        )


def _tag(function: Callable[..., Any]) -> str:
    """The module's name: devices, messages, reports."""
    return function.__module__.rpartition(".")[2]
