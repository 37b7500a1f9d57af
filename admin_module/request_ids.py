"""From a request to the id that stands in its answer, its log lines and its audit entries."""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from celery.signals import task_postrun, task_prerun
from django.http import HttpRequest, HttpResponse

_current: ContextVar[uuid.UUID | None] = ContextVar("icp_request_id", default=None)
_request: ContextVar[HttpRequest | None] = ContextVar("icp_request", default=None)


def current() -> uuid.UUID | None:
    """The id of the request, or of the task, that is being worked on; None outside of both."""
    return _current.get()


def user_id() -> int | None:
    """The number of the member of staff at work, where the request has already asked who it is."""
    user = getattr(_request.get(), "_cached_user", None)  # django.contrib.auth.middleware.get_user
    return getattr(user, "pk", None)


def short() -> str:
    """What a person reads out on the telephone: the first eight characters."""
    return str(current() or uuid.uuid4())[:8]


@contextmanager
def using(request_id: uuid.UUID) -> Iterator[uuid.UUID]:
    """Work under this id; tasks use it too, so that their audit entries belong together."""
    token = _current.set(request_id)
    try:
        yield request_id
    finally:
        _current.reset(token)


class RequestIdMiddleware:
    """The id is always ours: one that comes from outside could carry anything into the logs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _request.set(request)
        try:
            with using(uuid.uuid4()) as request_id:
                response = self.get_response(request)
                response["X-Request-ID"] = str(request_id)
                return response
        finally:
            _request.reset(token)


@task_prerun.connect
def _begin_task(task_id: str, **_signal: object) -> None:
    """A task works under its own id: its log lines and audit entries are found by it."""
    _current.set(uuid.UUID(task_id))


@task_postrun.connect
def _end_task(**_signal: object) -> None:
    _current.set(None)


class RequestIdFilter(logging.Filter):
    """Gives log lines the field `request_id`."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current() or "-"
        return True
