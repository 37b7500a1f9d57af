"""Every endpoint × everybody who is not our person: not a byte of theirs, in bodies and in headers."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from django.db import transaction

from icp.api import openapi
from tests.api.world import World

pytestmark = pytest.mark.django_db
STRANGERS = (
    "nobody",
    "a token with another secret",
    "a rotated token",
    "a removed device",
    "a token that is none",
)
WHO = (
    *STRANGERS,
    "an unpaired device",
    "a device that was paired before",
    "a device of somebody else",
)
# The app knows the ends of its addresses only, and the token is shown once.
NEVER_SHOWN = {"e-mail", "phone", "token"}


def undone(
    world: World, token: str, *, with_sent: bool = False
) -> Iterator[tuple[str, int, bytes]]:
    """Name, status and everything said by each endpoint; what a request itself named says nothing
    when it comes back, so that it is left out."""
    for endpoint in world.endpoints():
        with transaction.atomic():
            answer = world.ask(endpoint, token)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            headers = "\n".join(f"{key}: {value}" for key, value in answer.headers.items())
            said = body + headers.encode()
            assert not answer.cookies
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert "default-src 'none'" in answer["Content-Security-Policy"]
            for sent in () if with_sent else endpoint.sent():
                said = said.replace(sent.encode(), b"")
            yield endpoint.name, answer.status_code, said
            transaction.set_rollback(True)


def test_our_person_reads_what_is_theirs(world: World) -> None:
    """The marks are there to be found, and most endpoints have something to say."""
    rows = list(undone(world, world.ours.token, with_sent=True))
    told = b"".join(said for _name, _status, said in rows)
    missing = {what for what, mark in world.secrets.items() if mark.encode() not in told}
    assert missing <= NEVER_SHOWN
    served = [name for name, status, _said in rows if status < HTTPStatus.MULTIPLE_CHOICES]
    assert len(served) > len(rows) * 0.6, [row[:2] for row in rows]


@pytest.mark.parametrize("who", WHO)
def test_nobody_else_reads_a_byte_of_it(world: World, who: str) -> None:
    assert set(world.tokens) == set(WHO)
    found = []
    for name, status, said in undone(world, world.tokens[who]):
        assert status < HTTPStatus.INTERNAL_SERVER_ERROR, name
        found += [(name, what) for what, mark in world.secrets.items() if mark.encode() in said]
    assert found == []


@pytest.mark.parametrize("who", STRANGERS)
def test_whoever_shows_no_good_token_gets_what_is_public(world: World, who: str) -> None:
    asked = {
        f"{method.upper()} {template}": bool(operation.get("security"))
        for template, methods in openapi.description()["paths"].items()
        for method, operation in methods.items()
    }
    for name, status, _said in undone(world, world.tokens[who]):
        assert (status == HTTPStatus.UNAUTHORIZED) is asked[name], (name, status)
