"""From an exception in an endpoint to a problem; what is nobody's fault but ours goes on to Django."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from . import problems
from .problems import Problem

_KNOWN: tuple[tuple[type[Exception], str], ...] = (
    (Http404, "not-found"),
    (PermissionDenied, "forbidden"),
    (RequestDataTooBig, "too-large"),
    (SuspiciousOperation, "malformed"),
    (exceptions.ParseError, "malformed"),
    (exceptions.NotAuthenticated, "unauthenticated"),
    (exceptions.AuthenticationFailed, "unauthenticated"),
    (exceptions.PermissionDenied, "forbidden"),
    (exceptions.NotFound, "not-found"),
    (exceptions.UnsupportedMediaType, "media-type"),
)


def as_problem(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER: None lets the error through, to the log and to a bare 500."""
    problem = _problem(error)
    if problem is None:
        return None
    set_rollback()
    return problems.answer(problem)


def _problem(error: Exception) -> Problem | None:
    if isinstance(error, Problem):
        return error
    if isinstance(error, exceptions.ValidationError):
        return Problem("invalid", errors=pointed(error.detail))
    if isinstance(error, exceptions.MethodNotAllowed):
        return Problem("method-not-allowed")  # APIView puts Allow there
    slug = next((slug for kind, slug in _KNOWN if isinstance(error, kind)), "")
    return Problem(slug) if slug else None


def pointed(detail: Any, at: str = "#") -> Iterator[dict[str, str]]:
    """DRF's nested messages as a list with JSON pointers (RFC 6901, as URI fragments)."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            whole = name == "non_field_errors"
            yield from pointed(inner, at if whole else f"{at}/{_escaped(str(name))}")
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list)
            if inner:
                yield from pointed(inner, f"{at}/{place}" if nested else at)
    else:
        yield {"pointer": at, "detail": str(detail), "code": getattr(detail, "code", "invalid")}


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
