"""Reports over real sockets, on PostgreSQL: many at once, answers that get lost, uploads that break off."""

import http.client
import json
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connections
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from recipients.models import KeptAnswer
from reports.models import Report, ReportEvent, ReportPhoto
from reports.tests import asking, pictures
from reports.tests.asking import App, new_report

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
MANY = 20


@pytest.fixture(autouse=True)
def _category(live_server: LiveServer, settings: Settings) -> Iterator[None]:
    settings.RATE_LIMITS = False  # twenty of one device would be held up
    asking.category()
    yield
    connections.close_all()


def request_of(app: App, body: dict[str, Any], key: str, **more: str) -> bytes:
    """A whole HTTP request, to be sent as it stands."""
    raw = json.dumps(body).encode()
    lines = {
        "Host": "127.0.0.1",
        "Authorization": f"Bearer {app.token}",
        "Idempotency-Key": key,
        "Content-Type": "application/json",
        "Content-Length": str(len(raw)),
        **more,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST /api/v1/reports HTTP/1.1\r\n{head}\r\n".encode() + raw


def ask(server: LiveServer, raw: bytes) -> tuple[int, dict[str, str], bytes]:
    where = urlsplit(server.url)
    with socket.create_connection((str(where.hostname), where.port or 80), timeout=30) as line:
        line.sendall(raw)
        answer = http.client.HTTPResponse(line)
        answer.begin()
        return answer.status, dict(answer.getheaders()), answer.read()


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_twenty_at_once_with_one_key_are_one_report(live_server: LiveServer) -> None:
    app, body, key = App.new(), new_report(), str(uuid.uuid4())
    start = Barrier(MANY)

    def send(_number: int) -> tuple[int, bytes]:
        start.wait(20)
        while True:
            status, headers, content = ask(live_server, request_of(app, body, key))
            if status != 409:
                return status, content
            assert int(headers["Retry-After"]) > 0
            time.sleep(0.1)

    with ThreadPoolExecutor(MANY) as pool:
        answers = list(pool.map(send, range(MANY)))
    statuses = sorted(status for status, _content in answers)
    assert statuses == [200] * (MANY - 1) + [201]
    assert len({content for _status, content in answers}) == 1
    assert Report.objects.count() == ReportEvent.objects.count() == 1


def test_twenty_at_once_with_keys_of_their_own_are_one_report_too(live_server: LiveServer) -> None:
    """An app that lost its keys still has the report's own name."""
    app, body = App.new(), new_report()
    start = Barrier(MANY)

    def send(_number: int) -> tuple[int, str]:
        start.wait(20)
        status, _headers, content = ask(live_server, request_of(app, body, str(uuid.uuid4())))
        return status, json.loads(content)["id"]

    with ThreadPoolExecutor(MANY) as pool:
        answers = list(pool.map(send, range(MANY)))
    assert sorted(status for status, _id in answers) == [200] * (MANY - 1) + [201]
    assert len({uid for _status, uid in answers}) == 1
    assert Report.objects.count() == 1


def test_an_answer_that_got_lost_comes_again(live_server: LiveServer) -> None:
    """The line is cut once the request is sent; the report is kept, and the retry gets its answer."""
    app, body, key = App.new(), new_report(), str(uuid.uuid4())
    where = urlsplit(live_server.url)
    with socket.create_connection((str(where.hostname), where.port or 80), timeout=30) as line:
        line.sendall(request_of(app, body, key))
        line.shutdown(socket.SHUT_RD)
    until(lambda: KeptAnswer.objects.filter(status=201).exists())
    row = Report.objects.get()
    status, headers, content = ask(live_server, request_of(app, body, key))
    assert (status, headers["Idempotency-Replayed"]) == (200, "true")
    assert json.loads(content)["id"] == str(row.uid)
    assert headers["Location"] == f"/api/v1/reports/{row.uid}"
    assert Report.objects.count() == 1
    other = ask(live_server, request_of(app, new_report(), key))
    assert (other[0], json.loads(other[2])["type"].rpartition("/")[2]) == (
        422,
        "idempotency-key-reused",
    )


def test_half_an_upload_leaves_nothing(live_server: LiveServer) -> None:
    app = App.new()
    photo = pictures.saved(pictures.drawn((600, 400)), "JPEG")
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
        b"Content-Type: image/jpeg\r\n\r\n" + photo + b"\r\n--x--\r\n"
    )
    head = (
        f"POST /api/v1/uploads HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {app.token}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    where = urlsplit(live_server.url)
    for part in (len(body) // 2, 40, 0):
        with socket.create_connection((str(where.hostname), where.port or 80), timeout=30) as line:
            line.sendall(head + body[:part])
    status, _headers, content = ask(live_server, head + body)
    assert (status, json.loads(content)["width"]) == (201, 600)
    assert ReportPhoto.objects.count() == 1


def test_two_reports_cannot_take_one_photo(live_server: LiveServer) -> None:
    app = App.new()
    uid = app.upload(pictures.saved(pictures.drawn(), "JPEG")).json()["upload_id"]
    start = Barrier(6)

    def send(_number: int) -> int:
        start.wait(20)
        body = new_report(upload_ids=[uid])
        return ask(live_server, request_of(app, body, str(uuid.uuid4())))[0]

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(send, range(6))) == [201, 422, 422, 422, 422, 422]
    assert Report.objects.count() == 1
    assert ReportPhoto.objects.get().report is not None
