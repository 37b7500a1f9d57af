"""A provider's rate is one for all workers, and may change while they work."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import close_old_connections, connection

from messaging import channels
from messaging.channels.base import Pace
from messaging.channels.failing_over import FailingOver
from messaging.engine import delivering, providers
from messaging.engine.claiming import Share
from messaging.engine.watching import Watch
from messaging.models import Delivery
from messaging.tests import flow
from messaging.tests.fakes import FakeChannel
from tests import make


@pytest.mark.django_db
def test_turns_follow_one_another_whoever_takes_them() -> None:
    waits = [providers.book("sms", "smsapi", 5, 10.0) for _worker in range(4)]
    assert [round(wait, 1) for wait in waits] == [0.0, 0.5, 1.0, 1.5]
    assert providers.book("sms", "twilio", 5, 10.0) == 0.0


@pytest.mark.django_db
def test_a_rate_that_was_changed_holds_at_once() -> None:
    providers.book("sms", "smsapi", 5, 10.0)
    assert providers.book("sms", "smsapi", 5, 100.0) == pytest.approx(0.5, abs=0.1)
    assert providers.book("sms", "smsapi", 5, 100.0) == pytest.approx(0.55, abs=0.1)


@pytest.mark.django_db
def test_without_a_rate_nobody_asks() -> None:
    watch = Watch(FailingOver("sms", {"one": FakeChannel("sms")}))
    assert watch.room(500) == 500


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_four_workers_together_keep_to_the_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    rate, number, workers = 20.0, 60, 4
    fake = FakeChannel("sms", window=40)
    fake.pace = Pace(window=40, streams=2, rate=rate)
    made = FailingOver("sms", {"smsapi": fake})
    monkeypatch.setitem(channels._made, "sms", channels.Made(made))
    topic = make.topic()
    for _each in range(number):
        make.recipient(kinds=("sms",), topics=(topic,))
    message = flow.sent(make.message(about=topic, channels=("sms",)))
    begun = time.monotonic()
    threads = [threading.Thread(target=worker(n, workers)) for n in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - begun
    assert flow.counted(message) == {"accepted": number}
    assert Delivery.objects.filter(state="accepted").count() == number
    # The first second's worth of each worker's first turn goes at once; the rest follows the rate.
    assert number / seconds <= rate * 1.6
    assert seconds >= (number - rate) / rate * 0.9


def worker(number: int, of: int) -> Callable[[], None]:
    def run() -> None:
        close_old_connections()
        try:
            while delivering.drain("sms", 3, Share(number, of)).answered:
                pass
        finally:
            connection.close()

    return run
