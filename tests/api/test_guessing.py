"""Guessing validation codes, slowly and from many addresses: as many tries as the note says, and no more."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from benchmarks import guessing
from recipients.contacts import attempts, devices, verification
from recipients.models import Device, Recipient
from tests import make

pytestmark = pytest.mark.django_db
NOTE = Path(__file__).resolve().parent.parent.parent / "docs" / "threat-model.md"
NETWORKS = 40
LIVE = 6


class Guesser:
    """Tries code after code, from network after network, with a new device where one is worn out."""

    def __init__(self) -> None:
        self.client = Client()
        alphabet = verification._ALPHABET
        self.codes: Iterator[str] = (a + b for a, b in itertools.product(alphabet, alphabet))
        self.tried: list[str] = []
        self.hit: list[str] = []

    def exhaust(self, network: int) -> None:
        """Try until this network is refused."""
        token, used = "", 0
        while True:
            if not token or used == 10:
                token, used = devices.enroll(platform="web")[1], 0
            code = next(self.codes)
            answer = pair(self.client, token, code, f"198.18.{network}.{len(self.tried) % 250}")
            used += 1
            if answer.status_code == 429:
                assert int(answer["Retry-After"]) > 0
                self.codes = itertools.chain([code], self.codes)
                return
            self.tried.append(code)
            if answer.status_code == 200:
                self.hit.append(code)
                token = ""


def pair(client: Client, token: str, code: str, address: str) -> Any:
    return client.post(
        "/api/v1/devices/pair",
        {"code": code},
        "application/json",
        headers={"Authorization": f"Bearer {token}"},
        REMOTE_ADDR=address,
    )


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds since 1970, which stand still; a refusal takes no time."""
    now = [1_800_000_000.0]
    monkeypatch.setattr("time.time", lambda: now[0])
    monkeypatch.setattr(verification, "ANSWER_AFTER", 0.0)
    return now


def test_the_note_has_the_odds_as_the_limits_are() -> None:
    assert "\n".join(guessing.table()) in NOTE.read_text(encoding="utf-8")


def test_many_networks_get_as_many_tries_as_computed_and_hit_as_often(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With codes of two letters a hit is likely enough to be seen."""
    monkeypatch.setattr(verification, "_LENGTH", 2)
    clerk = make.clerk()
    people = [make.recipient(kinds=("email",), by=clerk) for _person in range(LIVE)]
    live = [verification.draw_on_paper(person, by=clerk)[0].rstrip("-") for person in people]
    guesser = Guesser()
    for network in range(NETWORKS):
        guesser.exhaust(network)
    wrong = len(guesser.tried) - len(guesser.hit)
    assert wrong == guessing.tries_in_window(NETWORKS)
    assert sorted(guesser.hit) == sorted({code for code in live if code in guesser.tried})
    # Whoever holds a letter still gets in, in the middle of it all.
    neighbour: Recipient = make.recipient(kinds=("email",), by=clerk)
    code, _row = verification.draw_on_paper(neighbour, by=clerk)
    token = devices.enroll(platform="web")[1]
    assert pair(guesser.client, token, "!!!!!", "203.0.113.5").status_code == 422
    answer = pair(guesser.client, token, code, "203.0.113.5")
    assert answer.status_code == 200
    assert Device.objects.filter(recipient=neighbour).count() == 1
    # In the next window the same networks get as many again, until their hour is over.
    clock[0] += attempts.WINDOW
    before = len(guesser.tried) - len(guesser.hit)
    for network in range(2):
        guesser.exhaust(network)
    wrong = len(guesser.tried) - len(guesser.hit) - before
    assert wrong == 2 * attempts.PER_SOURCE


def test_with_an_address_a_code_is_worth_nothing_after_five(clock: list[float]) -> None:
    """Whoever knows whose code it is has five tries at it, wherever they come from."""
    person = make.recipient(kinds=("email",))
    code, _row = verification.draw_on_paper(person, by=make.clerk())
    client = Client()
    for network in range(verification.ATTEMPTS):
        answer = client.post(
            "/api/v1/devices/pair",
            {"code": "AAAAA-AAAAA", "address": person.identifier},
            "application/json",
            headers={"Authorization": f"Bearer {devices.enroll(platform='web')[1]}"},
            REMOTE_ADDR=f"198.18.{network}.1",
        )
        assert answer.status_code == 422
    token = devices.enroll(platform="web")[1]
    assert pair(client, token, code, "203.0.113.5").status_code == 422
