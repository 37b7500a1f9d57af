"""From five hundred visitors of the chat who only wait to what they cost: connections, memory, seconds to a line.

Real servers on real sockets. A case is a process of its own, over a database of its own:
`python -m benchmarks.chat_idle case visitors` with the environment of an installation.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.plan import Finding, Size
from tests import servers

ROOT = Path(__file__).resolve().parent.parent
VISITORS, LINES = 500, 60
BETWEEN = 0.1  # seconds from line to line
ASKING = 40.0  # seconds of plain questions
UVICORN = [sys.executable, "-m", "uvicorn", "icp.asgi:application", "--no-access-log"]
UVICORN += ["--log-level", "error", "--no-proxy-headers", "--no-server-header"]
GUNICORN = [sys.executable, "-m", "gunicorn", "icp.wsgi", "--workers", "1", "--threads", "8"]
CASES = {
    "postgresql-notify": ("pg_notify", [*UVICORN]),
    "postgresql-notify-2": ("pg_notify", [*UVICORN, "--workers", "2"]),
    "postgresql-poll": ("poll", [*UVICORN]),
    "sqlite-poll": ("poll", [*UVICORN]),
    "sqlite-wsgi": ("poll", [*GUNICORN, "--log-level", "error"]),
}


def measure(size: Size) -> Iterator[Finding]:
    for case in CASES:
        environment = os.environ | {"ICP_CHAT_WAKE_UP": CASES[case][0], "ICP_RATE_LIMITS": "0"}
        if case.startswith("sqlite"):
            folder = Path(os.environ["ICP_DATA_DIR"]) / case
            folder.mkdir()
            environment["DATABASE_URL"] = f"sqlite:///{folder / 'icp.sqlite3'}"
        command = [sys.executable, "-m", "benchmarks.chat_idle", case, str(size.of(VISITORS))]
        done = subprocess.run(
            command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        )
        yield done.stdout.splitlines()[-1]


def inside(case: str, visitors: int) -> str:
    """One case: the sentence that says what it cost."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    talks = chats(visitors)
    port = servers.free_port()
    command = CASES[case][1]
    flags = ["--bind", f"127.0.0.1:{port}"] if "gunicorn" in command else ["--port", str(port)]
    process = subprocess.Popen(
        [*command, *flags], cwd=ROOT, env=os.environ | {"ICP_LOG_LEVEL": "ERROR"}
    )
    try:
        servers.wait_for(port, 240)
        play = asked if case.endswith("wsgi") else streamed
        found = asyncio.run(play(port, process.pid, talks))
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
    return f"chat, {case}, {visitors} visitors who wait: {found}"


def chats(number: int) -> list[tuple[Any, str]]:
    """Chats under way, and the token of each."""
    from django.db import connection

    from conversations.chat import tokens
    from tests import make_conversations as make_talk

    talks = [make_talk.chat(state="active") for _ in range(number)]
    shown = [(chat, tokens.issue(chat.chat)) for chat in talks]
    connection.close()  # only the server's are counted
    return shown


def request(token: str, *more: str, path: str = "") -> bytes:
    lines = ["GET /czat/zdarzenia/" + path + " HTTP/1.1", "Host: 127.0.0.1"]
    return "\r\n".join([*lines, f"Authorization: Bearer {token}", *more, "", ""]).encode()


async def streamed(port: int, pid: int, talks: list[tuple[Any, str]]) -> str:
    """A stream for each; then a line now and then to one of them, from another process."""
    came: dict[str, float] = {}
    opened = asyncio.Semaphore(50)

    async def listen(token: str) -> None:
        async with opened:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request(token, "Accept: text/event-stream"))
            while not (await reader.readline()).startswith(b": here"):
                pass
        with suppress(asyncio.CancelledError):
            async for line in reader:
                if line.startswith(b'data: {"lines"'):
                    for said in json.loads(line[6:])["lines"]:
                        came[said["text"]] = time.perf_counter()
        writer.close()

    begun = time.perf_counter()
    tasks = [asyncio.create_task(listen(token)) for _chat, token in talks]
    while opened.locked() or time.perf_counter() - begun < 5:
        await asyncio.sleep(0.2)
    await asyncio.sleep(3)
    idle, memory = await asyncio.to_thread(connections), rss(pid)
    said = await asyncio.to_thread(speak, talks)
    await asyncio.sleep(3)
    for task in tasks:
        task.cancel()
    late = [came[text] - at for text, at in said.items() if text in came]
    return f"{idle}{memory:.0f} MB, {len(late)} of {LINES} lines came{spread(late)}."


def speak(talks: list[tuple[Any, str]]) -> dict[str, float]:
    """A line to every nth chat; when each was committed."""
    from conversations.chat import log

    said = {}
    for number in range(LINES):
        chat, _token = talks[number * len(talks) // LINES]
        log.append(chat, "message", "agent", body=f"linia {number}")
        said[f"linia {number}"] = time.perf_counter()
        time.sleep(BETWEEN)
    return said


async def asked(port: int, pid: int, talks: list[tuple[Any, str]]) -> str:
    """Without streams: each asks as often as the last answer said, for so many seconds."""
    times: list[float] = []
    failures = 0
    ends = time.monotonic() + ASKING

    async def ask(number: int, token: str) -> None:
        nonlocal failures
        await asyncio.sleep(10 * number / len(talks))
        while time.monotonic() < ends:
            begun, pause = time.perf_counter(), 3.0
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(request(token, "Connection: close"))
                _head, _, body = (await asyncio.wait_for(reader.read(), 20)).partition(b"\r\n\r\n")
                pause = json.loads(body)["next_ms"] / 1000
                writer.close()
            except (OSError, TimeoutError, ValueError):
                failures += 1
            times.append(time.perf_counter() - begun)
            await asyncio.sleep(pause)

    await asyncio.gather(*(ask(number, token) for number, (_chat, token) in enumerate(talks)))
    return (
        f"{rss(pid):.0f} MB, {len(times)} questions, {failures} failed{spread(times)} to an answer."
    )


def spread(seconds: list[float]) -> str:
    if not seconds:
        return ""
    return (
        f", {statistics.median(seconds) * 1000:.0f} ms median, {max(seconds) * 1000:.0f} ms at most"
    )


def connections() -> str:
    """How many connections the server holds to PostgreSQL, ours not counted."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return f"{cursor.fetchone()[0]} connections, "


def rss(pid: int) -> float:
    """Megabytes of a process and its children."""
    total = 0
    for one in [pid, *children(pid)]:
        with suppress(OSError):
            lines = Path(f"/proc/{one}/status").read_text(encoding="utf-8").splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return total / 1024


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(one) for one in found.read_text(encoding="utf-8").split()]


if __name__ == "__main__":
    print(inside(sys.argv[1], int(sys.argv[2])))
