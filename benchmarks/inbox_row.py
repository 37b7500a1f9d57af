"""From a million deliveries to a phone that asks: its inbox and its feed, against a bare view.

Requests go through the whole stack of the server in this process, middleware and limits included, without a
socket: what is compared is the work, not the web server. The other side is a DRF view with the same
authentication that gives the very bytes of ours from memory.
"""

import io
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

from benchmarks.measuring import Ratio, paired
from benchmarks.plan import Finding, Size

PEOPLE, MESSAGES = 80_000, 13  # 1 040 000 deliveries
PHONES, ASKED = 200, 400  # devices that ask, and requests in one run
RUNS = 9
TARGET = 0.5
BARE = "a bare DRF view: same authentication, same bytes"
WORDS = (
    "Od 8 do 12 **nie będzie wody** na ulicach Sportowej i Długiej. Beczkowóz: ul. Sportowa 1. " * 4
)
Ask = Callable[[str, str], tuple[int, bytes]]


def measure(size: Size) -> Iterator[Finding]:
    from django.conf import settings

    people = size.of(PEOPLE)
    settings.ROOT_URLCONF = "benchmarks.inbox_urls"
    settings.ALLOWED_HOSTS = ["*"]
    settings.SECURE_SSL_REDIRECT = False
    deliveries = fill(people)
    tokens = phones(size.of(PHONES))
    ask = server()
    name = f"with {deliveries:,} deliveries"
    inbox = dict.fromkeys(tokens, "/api/v1/messages?limit=20")
    yield _compared(f"inbox, 13 messages a page, {name}", ask, inbox, size)
    yield _compared(f"sync with nothing new, {name}", ask, read_up(ask, tokens), size)
    whole = dict.fromkeys(tokens, "/api/v1/sync?limit=200")
    yield f"sync from the beginning, 13 whole messages: {_rate(ask, whole, ASKED // 4):,.0f} requests a second of one process."


def _compared(work: str, ask: Ask, paths: dict[str, str], size: Size) -> Ratio:
    from benchmarks import inbox_urls

    inbox_urls.BYTES.clear()
    for token, path in paths.items():
        inbox_urls.BYTES[token] = _good(ask, path, token)
    bare = dict.fromkeys(paths, "/bare")
    return paired(
        Ratio(work, BARE, TARGET),
        lambda: _rate(ask, paths, ASKED),
        lambda: _rate(ask, bare, ASKED),
        max(size.runs, RUNS if size.runs > 1 else 1),
    )


def _good(ask: Ask, path: str, token: str) -> bytes:
    status, body = ask(path, token)
    if status != 200:
        raise RuntimeError(f"{path}: {status} {body[:200]!r}")
    return body


def _rate(ask: Ask, paths: dict[str, str], number: int) -> float:
    turn = cycle(paths.items())
    started = time.perf_counter()
    for _ in range(number):
        token, path = next(turn)
        _good(ask, path, token)
    return number / (time.perf_counter() - started)


def read_up(ask: Ask, tokens: list[str]) -> dict[str, str]:
    """The address of each phone's next request, after it has read everything."""
    import json

    paths = {}
    for token in tokens:
        said = json.loads(_good(ask, "/api/v1/sync?limit=200", token))
        if said["has_more"] or len(said["changes"]) != MESSAGES:
            raise RuntimeError("the feed is not what was noted")
        paths[token] = f"/api/v1/sync?cursor={said['cursor']}"
    return paths


def server() -> Ask:
    """The application as gunicorn calls it (PEP 3333); each request comes from another network."""
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    networks = cycle(f"10.{high}.{low}.7" for high in range(200) for low in range(200))

    def ask(path: str, token: str) -> tuple[int, bytes]:
        parts = urlsplit(path)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query, "SERVER_NAME": "localhost", "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": next(networks),
            "HTTP_HOST": "localhost", "HTTP_AUTHORIZATION": f"Bearer {token}",
            "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(),
            "wsgi.version": (1, 0), "wsgi.multithread": False, "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }  # fmt: skip
        seen: list[int] = []
        answer = application(environ, lambda status, _headers: seen.append(int(status[:3])))  # type: ignore[arg-type]
        body = b"".join(answer)
        answer.close()
        return seen[0], body

    return ask


def fill(people: int) -> int:
    """Every person got every message by the app; the feed knows it. Returns how many deliveries."""
    from django.db import connection
    from django.utils import timezone

    from messaging.models import Message, MessageText
    from recipients.feed.change_sql import note_people
    from tests import make

    now = timezone.now()
    for number in range(MESSAGES):
        text = MessageText(title=f"Przerwa nr {number}", short="Jutro bez wody.", long=WORDS)
        make.message(text=text, channels=("push",), status=Message.Status.SENT, sent_at=now)
    news = "(SELECT d.recipient_id AS recipient, 'message' AS kind, m.uid FROM messaging_delivery d"
    news += " JOIN messaging_message m ON m.id = d.message_id) AS news"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO messaging_delivery (message_id, recipient_id, channel, salt, lane, state,"
            " reason, code, provider_id, due_at, tries, changed_at)"
            " SELECT m.id, r.id, 'push', 7, 3, 'accepted', '', '', '', now(), 1, now()"
            " FROM messaging_message m, (SELECT id FROM recipients_recipient ORDER BY id LIMIT %s) r",
            [people],
        )
        cursor.execute(note_people("postgresql", news))
        cursor.execute("VACUUM ANALYZE messaging_delivery")
        cursor.execute("VACUUM ANALYZE recipients_change")
        cursor.execute("SELECT count(*) FROM recipients_change")
        (count,) = cursor.fetchone()
    return int(count)


def phones(number: int) -> list[str]:
    """The tokens of devices of people from all over the register."""
    from django.utils import timezone

    from recipients.contacts import devices
    from recipients.models import Recipient

    everybody = list(Recipient.objects.order_by("pk").values_list("pk", flat=True))
    tokens = []
    for pk in everybody[:: max(1, len(everybody) // number)][:number]:
        device, token = devices.enroll(platform="web")
        device.recipient_id, device.paired_at = pk, timezone.now()
        device.save(update_fields=["recipient", "paired_at"])
        tokens.append(token)
    return tokens
