"""The office's boxes in ePUAP, over real sockets: fetched, kept, confirmed, and a crash anywhere repeats only."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from admin_module import configuration
from messaging import channels
from messaging.channels.epuap.arrivals import Arrived
from messaging.channels.epuap.pull import PullClient, PullFailed
from messaging.correspondence import letters
from messaging.engine import delivering, receipts
from messaging.epuap import arrivals, keys, pulling
from messaging.models import Delivery, EpuapBox, LetterText
from messaging.tests.channel_cases import closed_port
from recipients.models import EpuapDocument
from sandbox.epuap import upp
from sandbox.signing import Person, Style, seal, sign
from sandbox.testing import Box, running_sandbox
from tests import make

BOX = "/zazolcin/rejestr"


@pytest.fixture(scope="module")
def running() -> Iterator[Box]:
    with running_sandbox() as box:
        yield box


@pytest.fixture
def box(running: Box, settings: Settings) -> Box:
    running.reset()
    config = settings.CHANNELS["epuap"] | running.config("epuap")
    settings.CHANNELS = settings.CHANNELS | {"epuap": config | {"pull_seconds": 0}}
    keys.forget()
    return running


def config() -> Any:
    return channels.configured("epuap")


def change(settings: Settings, **values: object) -> None:
    settings.CHANNELS["epuap"] |= values
    configuration.forget()


def pull() -> int:
    """A turn at every box, whatever they wait for."""
    EpuapBox.objects.update(due_at=timezone.now(), claimed_until=None)
    return pulling.pull_due()


@pytest.mark.django_db
def test_what_waits_is_kept_and_confirmed(box: Box) -> None:
    for purpose in ("register", "view", "delete"):
        box.send_form(purpose=purpose)
    with PullClient(config()) as client:
        assert client.waiting(BOX) == 3
    assert pull() == 3
    assert box.epuap_state() | {"handed": 0} == {"waiting": 0, "confirmed": 3, "handed": 0}
    rows = list(EpuapDocument.objects.order_by("pk"))
    assert {row.arrived_by for row in rows} == {"pull"}
    arrival = rows[0].arrival
    assert (arrival.box, arrival.file_name) == (BOX, "wniosek.xml")
    assert arrival.reply_to.endswith("/domyslna")
    assert arrival.sent_at is not None
    assert abs((timezone.now() - arrival.sent_at).total_seconds()) < 60
    assert b"Signature" in rows[0].content
    row = EpuapBox.objects.get(address=BOX)
    assert (row.problem, row.failures, row.claimed_until) == ("", 0, None)
    assert row.taken_at


@pytest.mark.django_db
@pytest.mark.parametrize("digest", ["sha1", "sha256"])
def test_a_document_is_confirmed_by_the_digest_that_is_set(
    box: Box, settings: Settings, digest: str
) -> None:
    change(settings, pull_digest=digest)
    box.send_form()
    assert pull() == 1
    assert box.epuap_state()["confirmed"] == 1


@pytest.mark.django_db
def test_a_crash_between_keeping_and_confirming_repeats_nothing(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.send_form()

    def crash(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(PullClient, "confirm", crash)
        with pytest.raises(KeyboardInterrupt):
            pull()
    assert EpuapDocument.objects.count() == 1
    assert box.epuap_state()["waiting"] == 1
    assert EpuapBox.objects.get(address=BOX).problem == "fault"
    assert pull() == 0  # known already
    assert box.epuap_state()["waiting"] == 0
    assert EpuapDocument.objects.count() == 1


@pytest.mark.django_db
def test_a_confirmation_whose_answer_is_lost_costs_nothing(box: Box) -> None:
    box.send_form()
    box.send_form()
    box.switch("epuap", drop_after_accept=0.3)
    for _turn in range(10):
        pull()
    box.switch("epuap", drop_after_accept=0)
    pull()
    assert EpuapDocument.objects.count() == 2
    assert box.epuap_state()["waiting"] == 0


@pytest.mark.django_db
def test_a_document_that_comes_again_after_its_confirmation_is_known(box: Box) -> None:
    box.switch("epuap", repeat_callbacks=True)
    box.send_form()
    assert pull() == 1
    assert EpuapBox.objects.get(address=BOX).problem == "not_confirmed"
    assert pull() == 0
    assert box.epuap_state()["waiting"] == 0
    assert EpuapDocument.objects.count() == 1


@pytest.mark.django_db
def test_while_epuap_is_down_the_pauses_grow_and_nothing_is_lost(
    box: Box, settings: Settings
) -> None:
    box.send_form()
    box.switch("epuap", off=True)
    change(settings, pull_seconds=60)
    pauses = []
    for _turn in range(6):
        assert pull() == 0
        row = EpuapBox.objects.get(address=BOX)
        pauses.append(round((row.due_at - timezone.now()).total_seconds() / 60))
    assert pauses == [1, 2, 4, 8, 15, 15]
    assert row.problem == "no_reply"
    box.switch("epuap", off=False)
    assert pull() == 1
    assert EpuapBox.objects.get(address=BOX).failures == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("switches", "code"),
    [
        ({"nonsense": 1}, "garbled"),
        ({"refuse_temporary": 1}, "later"),
        ({"forge_callbacks": True}, "not_trusted"),
    ],
)
def test_an_answer_that_makes_no_sense_is_named_and_takes_nothing(
    box: Box, switches: dict[str, object], code: str
) -> None:
    box.send_form()
    box.switch("epuap", **switches)
    assert pull() == 0
    assert EpuapBox.objects.get(address=BOX).problem == code
    assert not EpuapDocument.objects.exists()


@pytest.mark.django_db
def test_our_own_wrong_key_is_named(box: Box, settings: Settings) -> None:
    foreign = box.certificates
    change(settings, key_file=str(foreign.seal_key), certificate_file=str(foreign.seal))
    pull()
    assert EpuapBox.objects.get(address=BOX).problem == "signature"


@pytest.mark.django_db
def test_nobody_there(box: Box, settings: Settings) -> None:
    change(settings, url=f"http://127.0.0.1:{closed_port()}")
    pull()
    assert EpuapBox.objects.get(address=BOX).problem == "connect"


@pytest.mark.django_db
def test_without_an_address_or_boxes_nobody_is_asked(box: Box, settings: Settings) -> None:
    change(settings, boxes=[])
    assert pulling.due() == []
    change(settings, boxes=["bez ukośnika"])
    assert pulling.due() == []
    change(settings, boxes=[BOX], url="")
    assert pulling.due() == []


@pytest.mark.django_db
def test_one_worker_at_a_time_asks_a_box(box: Box) -> None:
    pulling.due()
    later = timezone.now() + timedelta(minutes=3)
    EpuapBox.objects.update(claimed_until=later)
    box.send_form()
    assert pulling.pull_due() == 0
    assert box.epuap_state()["waiting"] == 1


@pytest.mark.django_db
def test_a_worker_that_is_being_stopped_leaves_the_rest(box: Box) -> None:
    box.send_form()
    stop = threading.Event()
    stop.set()
    assert pulling.pull_due(stop) == 0
    assert EpuapBox.objects.get(address=BOX).problem == ""


def sent_letter() -> Delivery:
    """A letter that the stand-in took, with its receipt on the way into our box."""
    person = make.recipient(kinds=("epuap",))
    letter = letters.post(person, LetterText("Temat", "Krótko", "Dłużej"))
    delivering.drain("epuap", letters.LANE)
    return Delivery.objects.get(letter=letter)


@pytest.mark.django_db(transaction=True)
def test_a_receipt_in_the_box_proves_the_letter(box: Box) -> None:
    box.switch("epuap", receipt_by_box=True)
    delivery = sent_letter()
    assert delivery.state == Delivery.State.ACCEPTED
    pull()
    receipts.apply()
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.DELIVERED
    assert delivery.code == f"UPP-{delivery.provider_id}"
    assert not EpuapDocument.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_receipt_that_nobody_sealed_proves_nothing(box: Box) -> None:
    box.switch("epuap", silent=True)
    delivery = sent_letter()
    assert delivery.state == Delivery.State.ACCEPTED
    forged = Arrived(upp(delivery.provider_id), box=BOX)
    assert arrivals.receive(forged, "pull")
    receipts.apply()
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.ACCEPTED
    assert EpuapDocument.objects.count() == 1  # a clerk will see it


@pytest.mark.django_db
def test_a_receipt_for_a_letter_that_is_just_leaving_waits(box: Box) -> None:
    person = make.recipient(kinds=("epuap",))
    letter = letters.post(person, LetterText("Temat", "Krótko", "Dłużej"))
    rows = Delivery.objects.filter(letter=letter)
    rows.update(state=Delivery.State.SUBMITTING, lease_owner=uuid4(), lease_until=timezone.now())
    sealed = sign(upp("DOC-0"), seal(box.certificates), Person("", "", ""), Style(role=""))
    with pytest.raises(arrivals.NotYet):
        arrivals.receive(Arrived(sealed), "pull")
    rows.update(state=Delivery.State.ACCEPTED, lease_owner=None, lease_until=None)
    assert arrivals.receive(Arrived(sealed), "pull")


def test_the_client_names_what_it_is_told(running: Box) -> None:
    nowhere = {**running.config("epuap"), "url": ""}
    with PullClient(nowhere) as client, pytest.raises(PullFailed) as failed:
        client.fetch(BOX)
    assert failed.value.code == "not_configured"
