"""Unknown deliveries of many people: chosen, confirmed by typing, settled as a job that may be killed."""

import threading
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from admin_module.models import AuditEntry
from messaging.channels.base import Outcome
from messaging.models import Delivery, Message
from messaging.tests import flow
from messaging.tests.conftest import Fake
from messaging.tests.fakes import FakeChannel, accept, always
from messaging.trace import unknowns
from recipients import jobs
from recipients.models import Job
from tests import make

pytestmark = pytest.mark.django_db
S = Delivery.State
LIST, SETTLE = "/wiadomosci/niepewne/", "/wiadomosci/niepewne/decyzja/"


@pytest.fixture
def channel(fake: Fake) -> FakeChannel:
    return fake(rule=always(Outcome.UNKNOWN))


def unknown(number: int, title: str = "Awaria") -> Message:
    about = make.topic(title)
    for _each in range(number):
        make.recipient(topics=(about,), kinds=("email",))
    message = flow.sent(make.message(about=about, channels=("email",)))
    flow.drain()
    return message


def browser() -> Client:
    client = Client()
    client.force_login(make.staff("editor", login="redaktor@zazolcin.example"))
    return client


def post(client: Client, **fields: object) -> object:
    return client.post(SETTLE, {"form_key": str(uuid.uuid4()), "message": "0", **fields})


def run_the_job() -> Job:
    job = Job.objects.get()
    assert jobs.run(job.pk)
    job.refresh_from_db()
    return job


def test_the_list_says_honestly_what_is_known(channel: FakeChannel) -> None:
    message = unknown(3)
    page = browser().get(LIST).content.decode()
    assert message.text.title in page
    assert reverse("unknown-list") in page
    assert "(3)" not in page
    assert page.count('name="delivery"') == 3


def test_all_go_once_more_after_the_number_was_typed(channel: FakeChannel) -> None:
    message = unknown(3)
    client = browser()
    asked = post(client, decision="again", which="all")
    assert asked.status_code == 200  # type: ignore[attr-defined]
    assert not Job.objects.exists()
    wrong = post(client, decision="again", which="all", confirm="1", number="2")
    assert wrong.status_code == 422  # type: ignore[attr-defined]
    assert not Job.objects.exists()
    right = post(client, decision="again", which="all", confirm="1", number="3")
    assert right.status_code == 302  # type: ignore[attr-defined]
    channel.rule = accept
    job = run_the_job()
    assert (job.state, job.done, job.counts) == ("done", 3, {"settled": 3, "stayed": 0})
    assert flow.drain() == 3
    message.refresh_from_db()
    assert flow.states(message) == {"accepted": 3} == flow.counted(message)
    entry = AuditEntry.objects.get(action="delivery.settled")
    assert entry.detail["decision"] == "again"
    assert len(entry.detail["deliveries"]) == 3


def test_ticked_ones_are_left_and_leave_the_list(channel: FakeChannel) -> None:
    message = unknown(3)
    first = Delivery.objects.earliest("pk")
    client = browser()
    assert post(client, decision="left", which="ticked", delivery=[first.pk]).status_code == 302  # type: ignore[attr-defined]
    run_the_job()
    assert flow.states(message) == {"unknown": 3} == flow.counted(message)
    assert unknowns.waiting(make.staff()).count() == 2
    first.refresh_from_db()
    assert first.reason == "left_unknown"
    assert flow.drain() == 0


def test_a_filter_narrows_what_all_means(channel: FakeChannel) -> None:
    one, two = unknown(2), unknown(1, "Druga")
    client = browser()
    page = client.get(f"{LIST}?wiadomosc={two.pk}&kanal=email").content.decode()
    assert page.count('name="delivery"') == 1
    post(client, decision="left", which="all", message=two.pk, channel="email")
    run_the_job()
    assert {group.message.pk: group.number for group in unknowns.groups(make.staff())} == {
        one.pk: 2
    }


def test_nothing_ticked_is_said(channel: FakeChannel) -> None:
    unknown(1)
    answer = post(browser(), decision="left", which="ticked")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert not Job.objects.exists()


@pytest.mark.parametrize("fields", [{"decision": "x"}, {}, {"decision": "again", "delivery": "x"}])
def test_a_made_up_order_is_refused(channel: FakeChannel, fields: dict[str, str]) -> None:
    unknown(1)
    assert post(browser(), **fields).status_code == 422  # type: ignore[attr-defined]


def test_a_called_off_message_stays_as_it_is(channel: FakeChannel) -> None:
    message = unknown(2)
    Message.objects.update(status=Message.Status.CANCELLED)
    post(browser(), decision="again", which="all", confirm="1", number="2")
    assert run_the_job().counts == {"settled": 0, "stayed": 2}
    assert flow.states(message) == {"unknown": 2}


def test_a_worker_killed_in_the_middle_neither_repeats_nor_skips(
    channel: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = unknown(5)
    monkeypatch.setattr(unknowns, "BATCH", 2)
    post(browser(), decision="again", which="all", confirm="1", number="5")
    job, real = Job.objects.get(), unknowns.resend

    def killed(ids: list[int], **more: object) -> int:
        if unknowns.waiting(make.clerk()).count() == 3:
            raise SystemExit  # nothing after this is committed
        return real(ids, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(unknowns, "resend", killed)
    with pytest.raises(SystemExit):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.done, job.counts) == (2, {"settled": 2, "stayed": 0})
    # Those two went out again meanwhile and are unknown once more: not a third time by this order.
    assert flow.drain() == 2
    monkeypatch.setattr(unknowns, "resend", real)
    Job.objects.update(alive_at=job.created_at - jobs.SILENCE)
    assert jobs.run(job.pk, threading.Event())
    job.refresh_from_db()
    assert (job.state, job.done, job.counts) == ("done", 5, {"settled": 5, "stayed": 0})
    channel.rule = accept
    assert flow.drain() == 3
    assert flow.states(message) == {"accepted": 3, "unknown": 2} == flow.counted(message)


def test_whoever_may_not_send_sees_nothing_of_it(client: Client) -> None:
    client.force_login(make.staff("approver"))
    assert client.get(LIST).status_code == 403
    assert client.post(SETTLE).status_code == 403


def test_the_list_reads_a_fixed_number_of_rows(
    channel: FakeChannel, django_assert_max_num_queries: object
) -> None:
    unknown(12)
    client = browser()
    client.get(LIST)
    with django_assert_max_num_queries(45):  # type: ignore[operator]
        client.get(LIST)
