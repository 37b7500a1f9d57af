"""From a line in one process to open streams in others: real servers, real sockets, one look for all."""

import asyncio
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.db import connection
from django.test import AsyncRequestFactory, Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from conversations.chat import (
    board,
    desk_hints,
    hub,
    listening,
    log,
    steps,
    streaming,
    tokens,
    visitor_api,
    waking,
)
from conversations.models import ChatSession, Conversation, State
from icp.encryption import keyring
from tests import loops, servers
from tests import make_conversations as make_talk

ROOT = Path(settings.BASE_DIR)
STREAM = {"Accept": "text/event-stream"}


def talk() -> tuple[Conversation, dict[str, str]]:
    """A chat under way, and what its visitor shows."""
    chat = make_talk.chat(state=State.ACTIVE)
    token = tokens.issue(ChatSession.objects.get(conversation=chat))
    return chat, {"Authorization": f"Bearer {token}"}


@contextmanager
def serving(how: str = "poll", **more: str) -> Iterator[str]:
    """A process of uvicorn over the database of this test."""
    port = servers.free_port()
    name = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{name['NAME']}"
    else:
        url = f"postgres://{name['USER']}:{name['PASSWORD']}@{name['HOST']}:{name['PORT']}/{name['NAME']}"
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "icp.settings",
        "ICP_SECRET_KEY": "x" * 50,
        "ICP_CHAT_WAKE_UP": how,
        "ICP_DATA_DIR": str(settings.DATA_DIR),
        "ICP_KEYRING": keyring.read_source(),
    }
    command = [sys.executable, "-m", "uvicorn", "icp.asgi:application", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--log-level", "error", "--no-access-log", "--no-proxy-headers"],
        cwd=ROOT,
        env=environment | more,
    )
    try:
        servers.wait_for(port, 60)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()


async def elsewhere(act: Callable[..., Any], *args: Any, **more: Any) -> Any:
    """In a thread that keeps no connection, as another process would."""

    def closing() -> Any:
        try:
            return act(*args, **more)
        finally:
            connection.close()

    return await asyncio.to_thread(closing)


async def heard(reader: hub.Reader, name: str, true: Callable[[Any], bool] = bool) -> Any:
    """The next thing of this name in the box for which it is true."""
    while True:
        said = await asyncio.wait_for(reader.box.get(), 10)
        assert said is not None, name
        if name in said and true(said[name]):
            return said[name]


@pytest.mark.dry
def test_only_a_server_that_can_keeps_an_answer_open() -> None:
    wsgi, asgi = RequestFactory(), AsyncRequestFactory()
    assert not streaming.may_stream(wsgi.get("/", headers=STREAM))
    assert streaming.may_stream(asgi.get("/", headers=STREAM))
    assert not streaming.may_stream(asgi.get("/"))
    assert streaming.wait_of(wsgi.get("/?wait=25")) == 0
    assert [streaming.wait_of(asgi.get(f"/?wait={n}")) for n in ("25", "900", "-1", "x", "²")] == [
        25, 25, 0, 0, 0,
    ]  # fmt: skip


@pytest.mark.django_db
def test_without_streams_the_same_address_answers_at_once(client: Client) -> None:
    _chat, shown = talk()
    answer = client.get(reverse("chat-events"), {"wait": "25"}, headers=shown | STREAM)
    assert answer.json()["next_ms"] == 3000
    client.force_login(make_talk.agent())
    assert client.get(reverse("desk-hints"), headers=STREAM).json()["chats"] == {}


@pytest.mark.django_db
def test_a_process_that_serves_enough_says_so(settings: Settings) -> None:
    settings.CHAT_STREAMS = 0
    _chat, shown = talk()
    asked = AsyncRequestFactory().get("/", headers=shown | STREAM)
    assert visitor_api.chat_events(asked).status_code == 503


@pytest.mark.django_db(transaction=True)
def test_one_look_serves_every_reader_of_a_process() -> None:
    chat, other, agent = make_talk.chat(), make_talk.chat(), make_talk.agent()

    async def story() -> None:
        here = hub.here()
        mine, late = hub.Reader(chat.pk, 0, 1), hub.Reader(chat.pk, 2, 1)
        second = hub.Reader(other.pk, 0, 1)
        desk = hub.Reader(view=lambda seen: desk_hints.of_desk(seen, agent.pk))
        with here.reading(mine), here.reading(late), here.reading(second), here.reading(desk):
            assert (await heard(mine, "status"))["place"] == 1
            assert (await heard(second, "status"))["place"] == 2
            assert (await heard(desk, "chats", lambda chats: not chats)) == {}
            assert await elsewhere(steps.take, chat, agent)
            assert (await heard(second, "status"))["place"] == 1
            assert await heard(desk, "chats") == {str(chat.pk): [1, False]}
            await elsewhere(
                log.append, chat, "note", "agent", body="tajne", user=agent, internal=True
            )
            await elsewhere(log.append, chat, "message", "agent", body="Słucham", user=agent)
            lines = [line for _ in range(2) for line in await heard(mine, "lines")]
            assert [line["code"] or line["text"] for line in lines] == ["joined", "Słucham"]
            assert [line["seq"] for line in await heard(late, "lines")] == [3]
            await elsewhere(steps.close, chat, steps.VISITOR)
            assert (await heard(mine, "lines"))[0]["code"] == "closed_by_visitor"
            assert (await heard(mine, "status"))["state"] == "closed"
            assert await asyncio.wait_for(mine.box.get(), 10) is None
            await elsewhere(tokens.renew, other.chat)
            await elsewhere(tokens.renew, other.chat)
            here.wake()
            assert await asyncio.wait_for(second.box.get(), 10) is None
        await asyncio.wait_for(asyncio.shield(here.task), 10)  # type: ignore[arg-type]

    loops.run(story())
    assert board.look([chat.pk])[chat.pk].state == "closed"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "how",
    [
        pytest.param("pg_notify", marks=pytest.mark.postgres),
        pytest.param("redis", marks=pytest.mark.celery),
    ],
)
def test_hints_of_other_processes_are_heard(settings: Settings, how: str) -> None:
    settings.CHAT_WAKE_UP = how
    settings.CHAT_REDIS_URL = os.environ.get("ICP_TEST_REDIS", "")
    chat = make_talk.chat()

    async def story() -> None:
        hint = asyncio.Event()
        listener = asyncio.create_task(listening.listen(hint))
        await asyncio.wait_for(hint.wait(), 10)  # it listens
        hint.clear()
        await elsewhere(log.append, chat, "message", "visitor", body="Halo")
        await asyncio.wait_for(hint.wait(), 10)
        listener.cancel()

    loops.run(story())
    assert not waking.LISTENERS


async def lines_of(client: httpx.AsyncClient, url: str, shown: dict[str, str]) -> list[str]:
    """Texts of the first message that a stream brings."""
    async with client.stream("GET", f"{url}/czat/zdarzenia/", headers=shown | STREAM) as answer:
        assert answer.headers["X-Accel-Buffering"] == "no"
        assert answer.headers["Cache-Control"] == "no-store"
        async for line in answer.aiter_lines():
            said = json.loads(line[6:]) if line.startswith("data: ") else {}
            if said.get("lines"):
                return [one["text"] for one in said["lines"]]
    return []


@pytest.mark.embedded
@pytest.mark.django_db(transaction=True)
def test_what_one_process_writes_reaches_readers_of_another() -> None:
    """Twenty streams of a server, a message to each from here; a wait that ends with the news."""
    talks = [talk() for _ in range(20)]
    how = "pg_notify" if connection.vendor == "postgresql" else "poll"

    async def story(url: str) -> None:
        async with httpx.AsyncClient(timeout=30) as client:
            streams = [asyncio.create_task(lines_of(client, url, shown)) for _chat, shown in talks]
            for chat, _shown in talks:
                await elsewhere(log.append, chat, "message", "visitor", body="Zażółć")
            assert await asyncio.gather(*streams) == [["Zażółć"]] * len(talks)
            (chat, shown), said = talks[0], {"text": "Halo", "client_id": str(uuid.uuid4())}
            answer = await client.post(f"{url}/czat/napisz/", json=said, headers=shown)
            assert answer.json()["line"]["seq"] == 2
            wait = {"after": "2", "wait": "20", "known": "active-0-0"}
            asked = client.get(f"{url}/czat/zdarzenia/", params=wait, headers=shown)
            waits = asyncio.create_task(asked)
            await asyncio.sleep(0.3)
            assert not waits.done()
            await elsewhere(steps.close, chat, steps.VISITOR)
            told = (await waits).json()
            assert told["lines"][0]["code"] == "closed_by_visitor"
            assert told["status"]["state"] == "closed"

    with serving(how) as url:
        loops.run(story(url))
