"""From a message under way to what staff see of it, and to the brakes they have."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module import audit
from admin_module.models import AuditEntry, User
from messaging.models import Attempt, Delivery, Message
from messaging.tests.flow import sent
from tests import make

pytestmark = pytest.mark.django_db
LIVE = {"hx-request": "true"}


@pytest.fixture
def editor() -> User:
    return make.staff("editor", "recipients_clerk")


@pytest.fixture
def desk(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def make_people(topic: Any, number: int) -> list[Any]:
    return [make.recipient(topics=(topic,)) for _one in range(number)]


@pytest.fixture
def running(editor: User) -> Message:
    topic = make.topic()
    make_people(topic, 3)
    make.recipient(kinds=("sms",), topics=(topic,), first_name="Bez", last_name="Poczty")
    return sent(make.message(author=editor, about=topic))


def test_the_progress_page_asks_again_while_it_moves(desk: Client, running: Message) -> None:
    body = desk.get(reverse("message-progress", args=[running.pk])).content.decode()
    live = reverse("message-progress-live", args=[running.pk])
    assert f'hx-get="{live}"' in body
    assert "every 2s" in body
    answer = desk.get(live, headers=LIVE)
    assert answer.status_code == 200
    assert (answer.context["progress"].whole.total, answer.context["progress"].whole.left_out) == (
        4,
        1,
    )


def test_the_last_answer_ends_the_asking(desk: Client, running: Message) -> None:
    Message.objects.filter(pk=running.pk).update(status="sent")
    answer = desk.get(reverse("message-progress-live", args=[running.pk]), headers=LIVE)
    assert answer.status_code == 286
    assert "hx-trigger" not in answer.content.decode()


def test_the_page_counts_no_deliveries(
    desk: Client, running: Message, django_assert_max_num_queries: Any
) -> None:
    desk.get(reverse("robots"))  # takes the session's seat
    with django_assert_max_num_queries(21) as caught:
        desk.get(reverse("message-progress-live", args=[running.pk]), headers=LIVE)
    # The number beside a page's name in the menu is bounded.
    asked = [one["sql"] for one in caught if "LIMIT 1000" not in one["sql"]]
    counting = [sql for sql in asked if "COUNT(" in sql and "delivery" in sql]
    assert not counting


def test_looking_at_the_list_is_no_step_of_the_message(desk: Client, running: Message) -> None:
    desk.get(reverse("message-deliveries", args=[running.pk]))
    audit.record("message.checked_by_hand", running, by=None)  # a step without words of its own
    page = desk.get(reverse("message-progress", args=[running.pk]))
    assert page.status_code == 200
    assert "delivery.listed" not in page.content.decode()
    assert "message.checked_by_hand" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [("pause", "sending", "paused"), ("resume", "paused", "sending"), ("cancel", "sending", "cancelled")],
)  # fmt: skip
def test_brakes_ask_first(
    desk: Client, running: Message, name: str, before: str, after: str
) -> None:
    Message.objects.filter(pk=running.pk).update(status=before)
    address = reverse(f"message-{name}", args=[running.pk])
    assert desk.get(address).status_code == 200
    running.refresh_from_db()
    assert running.status == before
    desk.post(address)
    running.refresh_from_db()
    assert running.status == after
    assert desk.post(address, follow=True).status_code == 200


def test_everybody_is_listed_by_state_page_by_page(
    desk: Client, running: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("messaging.views.deliveries.PAGE", 2)
    address = reverse("message-deliveries", args=[running.pk])
    first = desk.get(address)
    second = desk.get(address, {"after": first.context["next"]})
    seen = [row[0].pk for answer in (first, second) for row in answer.context["rows"]]
    assert len(set(seen)) == len(seen) == 4
    left_out = desk.get(address, {"state": "left_out", "channel": "email"})
    assert [row[1] for row in left_out.context["rows"]] == ["Poczty Bez"]
    assert not desk.get(address, {"state": "failed"}).context["rows"]


def test_names_are_for_those_who_may_open_cards(client: Client, running: Message) -> None:
    client.force_login(make.staff("editor"))
    body = client.get(reverse("message-deliveries", args=[running.pk])).content.decode()
    assert "Poczty" not in body
    assert running.deliveries.all()[0].recipient.identifier in body


def test_one_persons_trace_explains_the_code(desk: Client, running: Message) -> None:
    delivery = running.deliveries.filter(state="queued")[0]
    running.deliveries.filter(pk=delivery.pk).update(state="failed", reason="refused", code="5.1.1")
    Attempt.objects.create(delivery=delivery, at=timezone.now(), outcome="refused", code="5.1.1")
    answer = desk.get(reverse("delivery-detail", args=[delivery.pk]))
    assert answer.context["code_words"] in answer.content.decode()
    assert [step.code for step in answer.context["steps"] if step.code] == ["5.1.1"]
    assert AuditEntry.objects.filter(action="delivery.viewed").exists()


@pytest.mark.parametrize(("decision", "state"), [("again", "queued"), ("leave", "unknown")])
def test_staff_decide_about_the_unknown(
    desk: Client, running: Message, decision: str, state: str
) -> None:
    delivery = running.deliveries.filter(state="queued")[0]
    Delivery.objects.filter(pk=delivery.pk).update(state="unknown", reason="lost_answer")
    assert (
        'value="again"' in desk.get(reverse("delivery-detail", args=[delivery.pk])).content.decode()
    )
    desk.post(reverse("delivery-settle", args=[delivery.pk]), {"decision": decision})
    delivery.refresh_from_db()
    assert delivery.state == state


def test_a_count_that_differs_waits_for_a_yes(desk: Client, running: Message) -> None:
    Message.objects.filter(pk=running.pk).update(
        status="expanding", problem="count_differs", expected_count=1
    )
    body = desk.get(reverse("message-progress", args=[running.pk])).content.decode()
    assert 'value="count"' in body
    desk.post(reverse("message-answer", args=[running.pk]), {"answer": "count"})
    running.refresh_from_db()
    assert running.problem == ""
