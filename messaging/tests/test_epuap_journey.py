"""From a resident's signed form to an account, its code and the answer in their box, over real sockets."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from admin_module import configuration
from consents.models import Consent
from messaging import channels
from messaging.correspondence import letters
from messaging.engine import delivering, receipts
from messaging.epuap import intake, keys, pulling
from messaging.models import Delivery, EpuapBox
from recipients.epuap import proposals
from recipients.models import EpuapDocument, Recipient
from sandbox.testing import Box, running_sandbox
from tests import make

State = EpuapDocument.State
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def running() -> Iterator[Box]:
    with running_sandbox() as box:
        yield box


@pytest.fixture
def box(running: Box, settings: Settings) -> Iterator[Box]:
    running.reset()
    ours = {name: settings.CHANNELS[name] | running.config(name) for name in settings.CHANNELS}
    settings.CHANNELS = settings.CHANNELS | ours
    keys.forget()
    configuration.forget()
    channels.close_channels()
    make.topic("Odpady komunalne")
    make.consent_text()
    proposals.load(by=make.clerk())
    yield running
    channels.close_channels()


def deliver(box: Box, way: str, live_server: LiveServer, **wish: object) -> str:
    """Send a form and let the office work; the PESEL number of its sender."""
    url = live_server.url + reverse("epuap-push")
    told = box.send_form(way=way, push_url=url, topics="Odpady komunalne", **wish)
    if way == "push":
        assert {each["status"] for each in told["handed"]} == {200}
    EpuapBox.objects.update(due_at=timezone.now())
    pulling.pull_due()
    intake.work_off()
    return str(told["pesel"])


def send_letters() -> None:
    """Codes and answers leave."""
    letters.post_codes()
    for channel in ("email", "sms", "epuap"):
        delivering.drain(channel, letters.LANE)


@pytest.mark.parametrize("signature", ["ppzp", "epsignature", "qualified"])
@pytest.mark.parametrize("way", ["pull", "push"])
def test_a_registration_makes_an_account_with_consents_and_codes(
    box: Box, live_server: LiveServer, way: str, signature: str
) -> None:
    wish = {"email": "zofia@przyklad.example", "channels": "e-mail, ePUAP"}
    pesel = deliver(box, way, live_server, signature=signature, **wish)
    document = EpuapDocument.objects.get()
    assert (document.state, document.reasons) == (State.DONE, [])
    person = Recipient.objects.get(pesel_token=pesel)
    assert person.state == Recipient.State.ACTIVE
    consents = Consent.objects.filter(recipient=person)
    assert {(each.channel, each.how, each.form_id) for each in consents} == {
        ("email", Consent.How.EPUAP, None),
        ("epuap", Consent.How.EPUAP, None),
    }
    send_letters()
    assert "zofia@przyklad.example" in [row["address"] for row in box.arrived("email")]
    in_their_box = box.arrived("epuap")
    assert {row["address"] for row in in_their_box} == {f"/konto{pesel[-4:]}/domyslna"}
    codes = [row for row in in_their_box if any(sign.isdigit() for sign in row["text"])]
    assert codes


@pytest.mark.parametrize(
    ("variant", "reason"),
    [
        ("changed", "signature.content_changed"),
        ("stripped", "signature.not_signed"),
        ("wrapped", "signature.shape"),
        ("sha1", "signature.sha1"),
        ("foreign", "signature.foreign_certificate"),
        ("doctype", "signature.bad_xml"),
        ("other_pesel", "pesel_differs"),
        ("other_sender", "sender_differs"),
    ],
)
@pytest.mark.parametrize("way", ["pull", "push"])
def test_a_forgery_registers_nobody_and_waits_with_its_reason(
    box: Box, live_server: LiveServer, way: str, variant: str, reason: str
) -> None:
    deliver(box, way, live_server, variant=variant)
    document = EpuapDocument.objects.get()
    assert document.state == State.REVIEW
    assert reason in document.reasons
    assert not Recipient.objects.exists()


def test_the_receipt_of_an_answer_ends_in_its_delivery(box: Box, live_server: LiveServer) -> None:
    box.switch("epuap", receipt_by_box=True)
    deliver(box, "pull", live_server, email="zofia@przyklad.example")
    send_letters()
    sent = Delivery.objects.filter(channel="epuap")
    assert {row.state for row in sent} == {Delivery.State.ACCEPTED}
    EpuapBox.objects.update(due_at=timezone.now())
    pulling.pull_due()
    receipts.apply()
    assert {row.state for row in sent.all()} == {Delivery.State.DELIVERED}


@pytest.mark.postgres
def test_the_same_document_a_hundred_times_at_once_makes_one_person(
    box: Box, live_server: LiveServer
) -> None:
    url = live_server.url + reverse("epuap-push")
    wish = {"push_url": url, "topics": "Odpady komunalne", "channels": "ePUAP"}
    told = box.send_form(way="push", times=100, **wish)
    assert len(told["handed"]) == 100
    assert {(each["status"], each["words"]) for each in told["handed"]} == {
        (200, "OdpowiedzOdbiorcy 1 OK")
    }
    assert EpuapDocument.objects.count() == 1
    intake.work_off()
    assert Recipient.objects.count() == 1
    assert EpuapDocument.objects.get().state == State.DONE
