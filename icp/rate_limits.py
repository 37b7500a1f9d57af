"""From too many requests to a page that says when to come back (RFC 6585, section 4; ASVS 4.0.3, V11.1.4).

Counted per minutes under keyed tokens in Django's cache: in Redis where there is a broker, so that all
processes count together; in each process's memory where there is none. Signing in is counted in the
database (`admin_module.locking`), because that count must outlive everything. A cache that is out of
order lets everybody pass: messages to residents are worth more than a limit.
"""

import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache, caches
from django.core.cache.backends.redis import RedisCache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from admin_module import locking, request_ids
from admin_module.models import User

log = logging.getLogger(__name__)
FIRST_REFUSAL = 400


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests of one member of staff, or of one computer where nobody is signed in."""

    requests: int
    seconds: int
    # Only answers from 400 up count: guessed tokens, forged signatures. Providers and mail programs
    # that bring good news are never held up.
    refusals_only: bool = False
    posts_only: bool = False


LIMITS = {
    "search": Limit(240, 60),
    "export": Limit(20, 600),
    "check": Limit(20, 60),  # connections that the server makes for somebody
    "test": Limit(20, 3600),  # messages tried out
    "call": Limit(60, 3600, posts_only=True),  # telephone calls that cost the office money
    "upload": Limit(60, 600, posts_only=True),
    "public_photo": Limit(600, 60),
    "public_report": Limit(20, 3600, posts_only=True),
    "invitation": Limit(20, 600, refusals_only=True),
    "unsubscribe": Limit(30, 600, refusals_only=True),
    "short_link": Limit(30, 600, refusals_only=True),
    "attachment": Limit(60, 600, refusals_only=True),
    "callback": Limit(60, 60, refusals_only=True),
    "chat_open": Limit(20, 600, posts_only=True),
    "chat_token": Limit(60, 600, refusals_only=True),
}


def limited(name: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., Any]]:
    """Hold a view to LIMITS[name]; stands inside of `staff_may`, next to the function."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., Any]:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            limit = LIMITS[name]
            if not settings.RATE_LIMITS or (limit.posts_only and request.method != "POST"):
                return view(request, *args, **kwargs)
            now = time.time()
            key = _window(name, _who(request), limit.seconds)
            seen = _seen(key) if limit.refusals_only else _count(key, limit)
            if seen >= limit.requests + (not limit.refusals_only):
                return _too_many(request, math.ceil(limit.seconds - now % limit.seconds))
            if not limit.refusals_only:
                return view(request, *args, **kwargs)
            return _watched(view, key, limit, request, *args, **kwargs)

        counted.limited = name  # type: ignore[attr-defined]
        return counted

    return decorate


def _watched(
    view: Callable[..., HttpResponseBase],
    key: str,
    limit: Limit,
    request: HttpRequest,
    *args: Any,
    **kwargs: Any,
) -> HttpResponseBase:
    try:
        response = view(request, *args, **kwargs)
    except Exception:
        _count(key, limit)
        raise
    if response.status_code >= FIRST_REFUSAL:
        _count(key, limit)
    return response


def tally(name: str, who: str, seconds: int) -> int:
    """Count one more of `name` for `who` in this window of so many seconds; the new number."""
    return tally_all([(name, who, seconds)])[0]


def tally_all(counts: Sequence[tuple[str, str, int]]) -> list[int]:
    """Count one more of each (name, who, seconds of the window): one question where Redis counts."""
    keys = {_window(name, who, seconds): seconds + 1 for name, who, seconds in counts}
    try:
        return _one_more_of_each(keys)
    except Exception as error:  # whichever backend, whatever it says
        return [_out_of_order(error)] * len(counts)


def tallied(name: str, who: str, seconds: int) -> int:
    """How many there were so far in this window."""
    return _seen(_window(name, who, seconds))


def _window(name: str, who: str, seconds: int) -> str:
    return f"rate:{name}:{who}:{int(time.time() // seconds)}"


def _who(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    return f"staff-{user.pk}" if isinstance(user, User) else locking.computer_token(request)


def _seen(key: str) -> int:
    try:
        return int(cache.get(key, 0))
    except Exception as error:  # whichever backend, whatever it says
        return _out_of_order(error)


def _count(key: str, limit: Limit) -> int:
    """One more; the new number."""
    try:
        return _one_more_of_each({key: limit.seconds + 1})[0]
    except Exception as error:  # whichever backend, whatever it says
        return _out_of_order(error)


def _one_more_of_each(keys: Mapping[str, int]) -> list[int]:
    """The new number of each key, which lasts so many seconds from its first."""
    backend = caches["default"]
    if not isinstance(backend, RedisCache):
        return [_one_more(key, lasts) for key, lasts in keys.items()]
    with backend._cache.get_client(None, write=True).pipeline(transaction=False) as pipe:
        for key, lasts in keys.items():
            pipe.incr(backend.make_and_validate_key(key))
            pipe.expire(backend.make_and_validate_key(key), lasts, nx=True)
        return [int(number) for number in pipe.execute()[::2]]


def _one_more(key: str, lasts: int) -> int:
    cache.add(key, 0, timeout=lasts)
    try:
        return int(cache.incr(key))
    except ValueError:  # it expired in between
        return 1


def _out_of_order(error: Exception) -> int:
    log.warning("Requests are not being counted: %s", type(error).__name__)
    return 0


def _too_many(request: HttpRequest, seconds: int) -> HttpResponseBase:
    context = {"error_id": request_ids.short(), "minutes": math.ceil(seconds / 60)}
    response = render(request, "admin_module/too_many.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response
