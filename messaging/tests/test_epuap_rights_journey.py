"""Every right of § 6.2 by a signed form over real sockets, answered into the person's box; receipts filed."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from messaging.correspondence import farewells, letters
from messaging.engine import delivering, receipts, upps
from messaging.epuap import pulling
from messaging.models import Delivery, EpuapBox, Letter, Upp
from messaging.tests.test_epuap_journey import (
    box,  # noqa: F401 - a fixture
    deliver,
    running,  # noqa: F401 - a fixture
    send_letters,
)
from recipients.models import EpuapDocument, Recipient, RightsRequest
from sandbox.testing import Box

pytestmark = pytest.mark.django_db(transaction=True)
State = EpuapDocument.State


@pytest.mark.parametrize("way", ["pull", "push"])
def test_paragraph_6_2_every_right_by_epuap_from_the_box_and_back(
    box: Box,  # noqa: F811 - the fixture
    live_server: LiveServer,
    way: str,
) -> None:
    day = timezone.localdate() + timedelta(days=30)
    pesel = deliver(box, way, live_server, email="zofia@przyklad.example")
    for wish in (
        {"purpose": "view"},
        {"purpose": "correct", "email": "nowa@przyklad.example"},
        {"purpose": "suspend", "until": day.isoformat()},
        {"purpose": "resume"},
    ):
        assert deliver(box, way, live_server, pesel=pesel, **wish) == pesel
    states = list(EpuapDocument.objects.order_by("pk").values_list("state", "reasons"))
    assert states == [(State.DONE, [])] * 5
    person = Recipient.objects.get()
    assert person.state == Recipient.State.ACTIVE
    assert person.contact_points.get(kind="email").value == "nowa@przyklad.example"
    asked = RightsRequest.objects.order_by("pk").values_list("kind", "how", "outcome")
    assert list(asked) == [
        (kind, "epuap", "done") for kind in ("view", "correct", "suspend", "resume")
    ]
    delivering.drain("epuap", letters.LANE)
    told = " ".join(row["text"] for row in box.arrived("epuap"))
    for words in ("Papierowy formularz nie jest potrzebny", pesel, "zofia@przyklad.example"):
        assert words in told

    deliver(box, way, live_server, purpose="delete", pesel=pesel)
    person.refresh_from_db()
    assert person.state == Recipient.State.ERASED
    delivering.drain("epuap", letters.LANE)
    assert "usun" in box.arrived("epuap")[-1]["text"]
    farewells.end()
    assert not Letter.objects.filter(recipient=person).exists()
    assert {row.content for row in EpuapDocument.objects.all()} == {None}


def test_a_receipt_that_comes_into_our_box_is_filed_with_the_delivery(
    box: Box,  # noqa: F811 - the fixture
    live_server: LiveServer,
) -> None:
    box.switch("epuap", receipt_by_box=True)
    deliver(box, "pull", live_server, email="zofia@przyklad.example")
    send_letters()
    EpuapBox.objects.update(due_at=timezone.now())
    pulling.pull_due()
    receipts.apply()
    sent = Delivery.objects.filter(channel="epuap")
    assert sent.count() == 2  # the answer and the code
    for delivery in sent:
        assert [b"UPP" in bytes(each.content) for each in upps.of(delivery)] == [True]


def test_a_receipt_in_the_answer_is_filed_with_the_delivery(
    box: Box,  # noqa: F811 - the fixture
    live_server: LiveServer,
) -> None:
    deliver(box, "pull", live_server, email="zofia@przyklad.example")
    send_letters()
    sent = Delivery.objects.filter(channel="epuap", state="delivered")
    assert sent.count() == Upp.objects.count() == 2
    assert all(upps.of(delivery).count() == 1 for delivery in sent)
