"""From a reader of the hub to bytes on the wire: server-sent events, or one answer once there is news.

Events are those of WHATWG HTML, section 9.2; a comment every BEAT seconds keeps proxies from closing the line.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import async_to_sync
from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse

from . import hub

MEDIA_TYPE = "text/event-stream"
BEAT = 15.0
LONGEST_WAIT = 25  # seconds of a long poll


def may_stream(request: HttpRequest) -> bool:
    """Only an ASGI server sends while it waits; under WSGI such an answer would never begin."""
    return isinstance(request, ASGIRequest) and MEDIA_TYPE in request.headers.get("Accept", "")


def wait_of(request: HttpRequest) -> int:
    """For how many seconds the asker lets us wait for news; 0 where this server cannot."""
    asked = request.GET.get("wait", "0")
    if not isinstance(request, ASGIRequest) or not asked.isascii() or not asked.isdigit():
        return 0
    return min(int(asked[:4]), LONGEST_WAIT)


def stream(reader: hub.Reader, lasts: float) -> StreamingHttpResponse:
    """An open stream for so many seconds; whoever reads it comes back, and shows the token anew."""
    _let_go()
    response = StreamingHttpResponse(_events(reader, lasts), content_type=MEDIA_TYPE)
    response["X-Accel-Buffering"] = "no"  # nginx would keep lines back until there is enough
    return response


def wait(reader: hub.Reader, seconds: float) -> None:
    """Return once the reader has news, or when the time is over."""
    _let_go()
    async_to_sync(_first)(reader, seconds)


def _let_go() -> None:
    """No reader holds a database connection while it waits."""
    if not connection.in_atomic_block:
        connection.close()


async def _first(reader: hub.Reader, seconds: float) -> None:
    with hub.here().reading(reader):
        try:
            await asyncio.wait_for(reader.box.get(), seconds)
        except TimeoutError:
            return


async def _events(reader: hub.Reader, lasts: float) -> AsyncIterator[bytes]:
    ends = time.monotonic() + lasts
    with hub.here().reading(reader):
        yield b": here\n\n"
        while time.monotonic() < ends:
            try:
                said = await asyncio.wait_for(reader.box.get(), BEAT)
            except TimeoutError:
                yield b": beat\n\n"
                continue
            if said is None:
                break
            yield _event(said)
    yield b"event: again\ndata: {}\n\n"


def _event(said: dict[str, Any]) -> bytes:
    words = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return f"data: {words}\n\n".encode()
