"""From the office's ePUAP box to a request and back to the applicant's box, over real sockets; and all at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from conversations.models import AccessRequest, AccessSeries
from messaging.epuap import intake
from messaging.models import Letter
from messaging.tests.test_epuap_journey import (
    box,  # noqa: F401 - a fixture
    deliver,
    running,  # noqa: F401 - a fixture
    send_letters,
)
from messaging.tests.test_intake_racing import TIMES, WORKERS, in_turns
from recipients.epuap import intake as epuap_intake
from recipients.models import EpuapDocument, Recipient
from recipients.tests.test_racing import at_once
from sandbox.testing import Box
from tests import make_conversations, signed_forms

State = EpuapDocument.State
YESTERDAY = timedelta(days=1)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _files(settings: LazySettings, tmp_path: Path) -> None:
    settings.FILES_DIR = str(tmp_path)


@pytest.mark.parametrize("way", ["pull", "push"])
def test_an_application_by_epuap_files_itself_and_its_number_comes_back_to_the_box(
    box: Box,  # noqa: F811 - the fixture
    live_server: LiveServer,
    way: str,
) -> None:
    call = make_conversations.call()
    pesel = deliver(
        box, way, live_server, purpose="access", called_from=make_conversations.PHONE,
        email="zofia@przyklad.example",
    )  # fmt: skip
    document = EpuapDocument.objects.get()
    assert (document.state, document.reasons) == (State.DONE, [])
    row = AccessRequest.objects.get()
    assert (row.channel, row.identity) == ("epuap", "epuap")
    assert row.received_at == document.arrival.sent_at
    assert row.holds.get().conversation == call
    send_letters()
    [answer] = box.arrived("epuap")
    assert answer["address"] == f"/konto{pesel[-4:]}/domyslna"
    assert row.number in answer["text"]
    assert not Recipient.objects.exists()
    for variant, reason in (
        ("changed", "signature.content_changed"),
        ("foreign", "signature.foreign_certificate"),
        ("other_pesel", "pesel_differs"),
        ("other_sender", "sender_differs"),
    ):
        deliver(box, way, live_server, purpose="access", variant=variant)
        bad = EpuapDocument.objects.latest("pk")
        assert bad.state == State.REVIEW
        assert reason in bad.reasons
    assert AccessRequest.objects.get() == row


def _brought(again: timedelta) -> Callable[[int], object]:
    """One signed application, sent anew `again` later each time; zero: the same document."""
    day = (timezone.localdate() - YESTERDAY).isoformat()
    form = signed_forms.filled(
        talk="rozmowa telefoniczna", called_from=make_conversations.PHONE, conversation_on=day,
        about="Odpady", basis="art. 15 RODO", requested_form="kopia", phone="",
    )  # fmt: skip
    arrival = signed_forms.incoming(signed_forms.signed("access", form), form)
    assert arrival.sent_at is not None
    first = arrival.sent_at - TIMES * again

    def bring_and_work(number: int) -> None:
        way = "push" if number % 2 else "pull"
        epuap_intake.take(replace(arrival, arrived_by=way, sent_at=first + number * again))
        intake.work_off(1)

    return bring_and_work


@pytest.mark.postgres
@pytest.mark.parametrize("again", [timedelta(), timedelta(seconds=1)])
def test_the_same_application_a_hundred_times_at_once_is_one_request(
    settings: LazySettings, again: timedelta
) -> None:
    signed_forms.ready(settings)
    make_conversations.call()
    turns = in_turns(_brought(again))
    assert at_once(*[turns] * WORKERS) == [None] * WORKERS
    while intake.work_off():
        pass
    row = AccessRequest.objects.get()
    assert AccessSeries.objects.get().last == 1
    assert (row.holds.count(), row.letters.count(), Letter.objects.count()) == (1, 1, 1)
    states = list(EpuapDocument.objects.values_list("state", flat=True))
    assert states.count(State.DONE) == 1
    assert states.count(State.IDLE) == (TIMES - 1 if again else 0)
