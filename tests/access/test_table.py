"""Every address × every role and none × own unit, another unit, the office: real requests.

What is expected is computed from three things only: the permission that the view asks for, the
permissions of the role, and the unit of the object in the address. Whoever may not gets 403;
whoever may, but not see this object, gets 404 as if it did not exist; everybody else gets in.
What is answered to staff of a school names nothing of the office's people and of another school's.

Whoever may is asked with GET and POST; whoever may not with one of both, for the view's permission is
looked at before its method (tests/test_access.py): half of the roles with each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django import DjangoDbBlocker, Settings

from admin_module import roles
from admin_module.scoping import OFFICE_ONLY
from admin_module.views import errors
from tests.test_access import ALL, GUARDED, OPEN, Address, name_of

from .things import THINGS
from .world import NOBODY, PLACES, World, build

pytestmark = pytest.mark.django_db
ROLES = (*roles.ROLES, NOBODY)
METHODS = ("get", "post")
IN = "let in"
# Who asks for whose: to somebody else's, two schools are alike.
ROUNDS = {
    "office": ("office", "school"),
    "school": ("office", "school", "other school"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    role: str
    place: str
    owner: str
    method: str
    status: int
    wanted: HTTPStatus | str
    tells: tuple[str, ...]  # of what belongs to other units


@pytest.fixture(scope="module")
def world(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """One town for all requests, with one folder for its files; each request is undone."""
    folder = override_settings(FILES_DIR=str(tmp_path_factory.mktemp("files")))
    with folder, django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _django_db_marker() -> None:
    """In place of pytest-django's own: the world stands in one transaction for all tests here."""


@pytest.fixture(autouse=True)
def _as_fast_as_can_be(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most answers are refusals: their pages are looked at elsewhere."""

    def plain(request: HttpRequest, template: str, status: int) -> HttpResponse:
        return HttpResponse(status=status)

    settings.RATE_LIMITS = False
    settings.PUBLIC_URL = "https://icp.zazolcin.example"  # passkeys need it
    monkeypatch.setattr(errors, "_error", plain)


def test_every_address_with_arguments_has_an_object_here() -> None:
    needing = {address.name for address in GUARDED if "<" in address.route}
    assert needing - set(THINGS) == set(), "add a line to tests/access/things.py"
    assert set(THINGS) - needing == set(), "no such address any more"


def permissions_of(role: str, place: str) -> frozenset[str]:
    held = roles.ROLES[role].permissions if role != NOBODY else frozenset()
    return held if place == "office" else held - OFFICE_ONLY


def expected(address: Address, role: str, place: str, owner: str) -> HTTPStatus | str:
    thing = THINGS.get(address.name)
    if address.view.staff_permission not in permissions_of(role, place):
        return HTTPStatus.FORBIDDEN
    if thing is None:
        return IN
    sees_all = place == "office" and role not in thing.own_unit
    hidden = thing.of_unit and place != owner and not sees_all
    lacking = thing.needs and thing.needs not in permissions_of(role, place)
    return HTTPStatus.NOT_FOUND if hidden or lacking or not thing.there else IN


def rounds_of(address: Address) -> Iterator[tuple[str, str]]:
    """Pairs (whose object, where the one who asks works)."""
    thing = THINGS.get(address.name)
    for owner in ("office", "school") if thing and thing.of_unit else ("office",):
        for place in ROUNDS[owner]:
            yield owner, place


def path_of(address: Address, world: World, owner: str = "office") -> str:
    thing = THINGS.get(address.name)
    arguments = thing.arguments(world, world.holdings[owner]) if thing else {}
    return reverse(address.name, kwargs=address.arguments | arguments)


def ask(client: Client, method: str, path: str) -> tuple[int, bytes]:
    with transaction.atomic():
        response = getattr(client, method)(path)
        body = response.getvalue()
        transaction.set_rollback(True)
    return response.status_code, body


def answers(address: Address, world: World) -> Iterator[Answer]:
    for owner, place in rounds_of(address):
        path = path_of(address, world, owner)
        foreign = secrets_of(world, *(one for one in PLACES if one != place != "office"))
        for number, role in enumerate(ROLES):
            wanted = expected(address, role, place, owner)
            refused = wanted == HTTPStatus.FORBIDDEN
            for method in [METHODS[number % 2]] if refused else METHODS:
                status, body = ask(world.clients[role, place], method, path)
                tells = tuple(one for one in foreign if one.encode() in body)
                yield Answer(role, place, owner, method, status, wanted, tells)


def secrets_of(world: World, *places: str) -> list[str]:
    return [secret for place in places for secret in world.holdings[place].secrets]


@pytest.mark.parametrize("address", GUARDED, ids=name_of)
def test_who_gets_in(address: Address, world: World) -> None:
    given = list(answers(address, world))
    asked = {(one.role, one.place, one.owner) for one in given}
    assert len(asked) == len(ROLES) * len(list(rounds_of(address)))
    assert [one for one in given if not is_right(one)] == []
    assert [one for one in given if one.tells] == []
    # Else everything above could be right because the view takes neither method, or no role gets in.
    in_the_office = [one for one in given if one.place == "office"]
    thing = THINGS.get(address.name)
    assert any(one.wanted == IN for one in in_the_office) or (thing and not thing.there)
    assert {one.status for one in in_the_office} != {HTTPStatus.METHOD_NOT_ALLOWED}


def is_right(answer: Answer) -> bool:
    """A method that the view does not take is refused to whoever asks."""
    if answer.status == HTTPStatus.METHOD_NOT_ALLOWED:
        return True
    if answer.wanted != IN:
        return answer.status == answer.wanted
    kept_out = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
    return answer.status not in kept_out and answer.status < HTTPStatus.INTERNAL_SERVER_ERROR


@pytest.mark.parametrize("address", GUARDED, ids=name_of)
def test_a_stranger_gets_nothing_of_it(address: Address, world: World) -> None:
    path = path_of(address, world)
    for method in METHODS:
        assert ask(Client(), method, path) == (HTTPStatus.FOUND, b"")


@pytest.mark.parametrize("address", [one for one in ALL if one.name in OPEN], ids=name_of)
def test_what_is_open_tells_nobody_of_people(address: Address, world: World) -> None:
    path = reverse(address.name, kwargs=address.arguments)
    bodies = [ask(Client(), method, path)[1] for method in METHODS]
    found = [s for s in secrets_of(world, *PLACES) for body in bodies if s.encode() in body]
    assert found == []
