"""From a port to a server that takes everything: Postfix's smtp-sink, and two slow ones of ours.

`python -m benchmarks.sinks smtp|http PORT` is the process of a slow one.
"""

import asyncio
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import requests
from aiohttp import web

from tests.servers import free_port, wait_for

ROUND_TRIP, COMMIT = 0.001, 0.010
HTTP_LATENCY = 0.080
REPLIES = {b"MAIL": b"250 2.1.0 Ok", b"RCPT": b"250 2.1.5 Ok", b"DATA": b"354 End with a dot"}
HELLO = b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME"


@contextmanager
def smtp_sink() -> Iterator[int]:
    """Postfix's: a few thousand lines of C that forget everything at once."""
    port = free_port()
    # It refuses to keep the rights of root.
    account = ["-u", "nobody"] if os.geteuid() == 0 else []
    with _process(["smtp-sink", *account, f"127.0.0.1:{port}", "1024"], port):
        yield port


@contextmanager
def slow(kind: str) -> Iterator[int]:
    port = free_port()
    with _process([sys.executable, "-m", "benchmarks.sinks", kind, str(port)], port):
        yield port


@contextmanager
def _process(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield
    finally:
        process.terminate()
        process.wait(10)


def smtp_source(port: int, mails: int, length: int, sessions: int, *, kept: bool = True) -> float:
    """Mails a second that Postfix's generator gets rid of, over kept connections or new ones."""
    command = ["smtp-source", "-s", str(sessions), "-m", str(mails), "-l", str(length)]
    command += ["-d"] if kept else []
    started = time.perf_counter()
    subprocess.run([*command, f"127.0.0.1:{port}"], check=True)
    return mails / (time.perf_counter() - started)


class SlowSmtp(asyncio.Protocol):
    """A relay a round trip away, which takes a while to write a mail to its disk."""

    def __init__(self) -> None:
        self.buffer = b""
        self.in_body = self.leaving = False
        self.answered_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.loop = asyncio.get_running_loop()
        self.answer([b"220 sink ESMTP"], ROUND_TRIP)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        wait, replies = ROUND_TRIP, []
        while (found := self.next_command()) is not None:
            wait += COMMIT if found.startswith(b"250 2.0.0") else 0
            replies.append(found)
        if replies:
            self.answer(replies, wait)

    def next_command(self) -> bytes | None:
        """The reply to the next whole command or body in the buffer."""
        end = b"\r\n.\r\n" if self.in_body else b"\r\n"
        before, found, after = self.buffer.partition(end)
        if not found:
            return None
        self.buffer = after
        if self.in_body:
            self.in_body = False
            return b"250 2.0.0 Ok: queued as SINK"
        verb = before[:4].upper()
        self.in_body = verb == b"DATA"
        self.leaving = verb == b"QUIT"
        return HELLO if verb == b"EHLO" else REPLIES.get(verb, b"250 Ok")

    def answer(self, replies: list[bytes], wait: float) -> None:
        """In order: what came later is never answered earlier."""
        self.answered_at = max(self.loop.time() + wait, self.answered_at)
        line = b"\r\n".join(replies) + b"\r\n"
        self.loop.call_at(self.answered_at, self.transport.write, line)
        if self.leaving:
            self.loop.call_at(self.answered_at + ROUND_TRIP, self.transport.close)


async def serve_smtp(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(SlowSmtp, "127.0.0.1", port, backlog=256)
    await server.serve_forever()


def http_app() -> web.Application:
    """Twilio's Messages and FCM's send, 80 ms away; `/taken` counts."""
    numbers = count(1)
    taken = {"requests": 0}

    async def sms(request: web.Request) -> web.Response:
        form = await request.post()
        await asyncio.sleep(HTTP_LATENCY)
        taken["requests"] += 1
        body = {"sid": f"SM{next(numbers):032x}", "status": "queued", "to": form["To"]}
        return web.json_response(body | {"body": form["Body"], "num_segments": "1"}, status=201)

    async def push(request: web.Request) -> web.Response:
        await request.read()
        await asyncio.sleep(HTTP_LATENCY)
        taken["requests"] += 1
        return web.json_response({"name": f"projects/bench/messages/{next(numbers)}"})

    async def tell(_request: web.Request) -> web.Response:
        return web.json_response(taken)

    app = web.Application()
    app.router.add_post("/2010-04-01/Accounts/{account}/Messages.json", sms)
    app.router.add_post("/v1/projects/{project}/messages:send", push)
    app.router.add_get("/taken", tell)
    return app


def taken(port: int) -> int:
    return int(requests.get(f"http://127.0.0.1:{port}/taken", timeout=10).json()["requests"])


def main(kind: str, port: int) -> None:
    if kind == "http":
        web.run_app(http_app(), host="127.0.0.1", port=port, access_log=None, print=None)
        return
    # select() waits to the microsecond, epoll() only to the millisecond: too coarse a round trip.
    loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
    loop.run_until_complete(serve_smtp(port))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
