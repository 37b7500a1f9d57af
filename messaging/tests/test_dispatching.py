"""The worker without a broker: real threads, real commits."""

import threading
import time
from collections.abc import Callable, Sequence

import pytest
from django.core.management import call_command
from django.db import OperationalError
from pytest_django.fixtures import Settings

from admin_module.models import AuditLink, Heartbeat
from icp.celery import app
from messaging import dispatching
from messaging.channels.base import Envelope
from messaging.engine import claiming
from messaging.ledger import waking
from messaging.models import Message
from messaging.steps import sending
from messaging.tests import flow
from messaging.tests.conftest import Fake
from recipients.models import ValidationCode
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def wait_until(true: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return true()


def all_sent() -> bool:
    return not Message.objects.exclude(status=Message.Status.SENT).exists()


def test_orders_are_found_and_carried_out(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Round by round on this thread: SQLite in memory knows no second connection."""
    monkeypatch.setattr(dispatching, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(dispatching, "TICK_SECONDS", 0.001)
    email, sms = fake("email"), fake("sms")
    about = make.topic()
    for _number in range(5):
        make.recipient(topics=(about,))
    both = make.message(about=about, channels=("email", "sms"))
    sending.send(both, by=both.author)
    steps = dispatching.Dispatcher().steps()
    for _round in range(2):
        for name in ("housekeeper", "scout", *(name for name in steps if "-" in name)):
            steps[name]()
    # Each of the five also got a code to each address.
    assert len(email.got) == len(sms.got) == 10
    assert all_sent()
    assert flow.counted(both) == {"accepted": 10}
    assert AuditLink.objects.exists()
    assert Heartbeat.objects.filter(name="dispatcher").exists()


@pytest.mark.postgres
def test_an_alarm_does_not_wait_behind_a_newsletter(fake: Fake) -> None:
    about = make.topic()
    for _number in range(3):
        make.recipient(topics=(about,), kinds=("email",))
    ValidationCode.objects.all().delete()
    gate = threading.Event()
    channel = fake(window=1)

    def slow(envelopes: Sequence[Envelope]) -> None:
        first = envelopes[0]
        if not first.content.urgent:
            gate.wait(20)

    channel.before = slow
    bulk = make.message(about=about)
    sending.send(bulk, by=bulk.author)
    dispatcher = dispatching.Dispatcher()
    thread = threading.Thread(target=dispatcher.run)
    thread.start()
    try:
        assert wait_until(lambda: flow.states(bulk).get("submitting", 0) > 0)
        alarm = make.message(about=about, klass="alarm")
        sending.send(alarm, by=alarm.author)
        sending.approve(alarm, by=make.staff())
        assert wait_until(lambda: flow.states(alarm) == {"accepted": 3})
        assert not gate.is_set()
    finally:
        gate.set()
        dispatcher.stop.set()
        thread.join(15)
    assert not thread.is_alive()


def test_a_fault_of_one_round_does_not_end_the_thread(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake()
    monkeypatch.setattr(dispatching, "AFTER_FAULT_SECONDS", 0.01)
    rounds = 0
    dispatcher = dispatching.Dispatcher()

    def look(_lane: int) -> dict[str, int]:
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            dispatcher.stop.set()
        raise OperationalError

    monkeypatch.setattr(claiming, "channels_with_work", look)
    dispatcher.repeat(dispatcher.look)
    assert rounds == 3


def test_the_command_stops_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatching.Dispatcher, "run", lambda self: self.stop.set())
    call_command("run_dispatcher")


def test_without_a_broker_nothing_is_hinted(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, object]] = []
    monkeypatch.setattr(app, "send_task", lambda _name, **given: sent.append(given))
    waking.wake("expand", 1, lane=3)
    assert sent == []
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    waking.wake_drains(["email"], 0)
    waking.wake("apply_receipts")
    assert [given["queue"] for given in sent] == ["alarm", "alarm", "receipts"]
    assert [given["args"] for given in sent] == [["email", 0, 0, 2], ["email", 0, 1, 2], []]


def test_a_broker_that_is_gone_does_not_spoil_the_order(settings: Settings) -> None:
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    message = make.message()
    sending.send(message, by=message.author)
    message.refresh_from_db()
    assert message.status == Message.Status.SCHEDULED
