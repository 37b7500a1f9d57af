"""The desk of whoever plays the resident: every form, every signature, pushed and queued."""

from collections.abc import Iterator

import pytest
import requests
from lxml import etree

from messaging.channels.epuap.soap import service
from sandbox.epuap_desk import MOST_TIMES, SIGNATURES, WAYS, invented, parcel_of, wish_of
from sandbox.epuap_outbox import Outbox
from sandbox.epuap_platform import Platform
from sandbox.forging import KINDS, VARIANTS
from sandbox.form_documents import NAMES
from sandbox.testing import Box, running_sandbox
from sandbox.world import World
from tests import loops

CONFIG = {"timeout": 5, "require_signed_answers": True}


@pytest.fixture(scope="module")
def running() -> Iterator[Box]:
    with running_sandbox() as box:
        yield box


@pytest.fixture
def box(running: Box) -> Box:
    running.reset()
    return running


@pytest.mark.parametrize("purpose", sorted(NAMES))
def test_every_form_can_be_sent(purpose: str) -> None:
    wish = wish_of({"purpose": purpose, "until": "2027-03-31", "email": "z@e.example"})
    parcel = parcel_of(wish, Outbox(Platform(World())))
    root = etree.fromstring(parcel.content)
    texts = {node.text for node in root.iter(etree.Element)}
    assert wish.pesel in texts
    assert ("z@e.example" in texts) is (purpose in ("register", "correct", "access"))
    assert ("2027-03-31" in texts) is (purpose == "suspend")
    assert parcel.pesel == wish.pesel


def test_the_page_offers_all_there_is(box: Box) -> None:
    page = requests.get(f"{box.http_url}/epuap", timeout=10)
    assert "script-src" not in page.headers["Content-Security-Policy"]
    offered = {*NAMES, *VARIANTS, *SIGNATURES, *WAYS}
    assert all(f'value="{name}"' in page.text for name in offered)
    assert set(SIGNATURES) == set(KINDS)
    sent = requests.post(f"{box.http_url}/epuap", data={"times": "2"}, timeout=30)
    assert "Czeka na pobranie: 2." in sent.text
    assert box.epuap_state()["waiting"] == 2


@pytest.mark.parametrize(
    "wish",
    [
        {"purpose": "inny"},
        {"way": "poczta"},
        {"variant": "inny"},
        {"signature": "inny"},
        {"times": 0},
        {"times": MOST_TIMES + 1},
        {"times": "wiele"},
        {"push_url": "file:///etc/passwd"},
        {"nieznane": "pole"},
    ],
)
def test_what_it_does_not_know_it_says(box: Box, wish: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="error"):
        box.send_form(**wish)
    assert box.epuap_state()["waiting"] == 0


def test_nobody_at_the_other_end_is_no_trouble(box: Box) -> None:
    told = box.send_form(way="push", push_url="http://127.0.0.1:9/")
    assert [each["status"] for each in told["handed"]] == [0]


def test_documents_are_held_back_while_they_shall_be(box: Box) -> None:
    box.send_form()
    box.switch("epuap", hold=True)
    pull, session = service({**box.config("epuap"), **CONFIG}, "pull")
    asked = {"podmiot": "zazolcin", "nazwaSkrytki": "rejestr", "adresSkrytki": "/zazolcin/rejestr"}
    assert pull.oczekujaceDokumenty(**asked).oczekujace == 0
    box.switch("epuap", hold=False)
    assert pull.oczekujaceDokumenty(**asked).oczekujace == 1
    confirmed = pull.potwierdzOdebranie(**asked, skrot="nie ten")
    assert getattr(confirmed, "status", confirmed).kod == 21
    assert pull.oczekujaceDokumenty(**asked).oczekujace == 1
    session.close()


def test_invented_people_have_numbers_that_are_valid_in_form() -> None:
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)
    for _time in range(50):
        digits = [int(digit) for digit in invented().pesel]
        assert sum(d * w for d, w in zip(digits, weights, strict=True)) % 10 == 0


def test_a_push_names_what_came_back() -> None:
    outbox = Outbox(Platform(World()))
    parcel = parcel_of(wish_of({}), outbox)
    handed = loops.run(outbox.push(parcel, "nie adres"))
    assert handed.status == 0
    assert outbox.handed == [handed]
