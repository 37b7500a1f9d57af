"""From a checked draft to the order to send it: once, by somebody who may, approved where it must be."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from admin_module.models import AuditEntry, User
from messaging.models import Message
from messaging.steps import sending
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


def order(desk: Client, message: Message, **fields: str) -> Any:
    return desk.post(
        reverse("message-send", args=[message.pk]), {"revision": str(message.revision)} | fields
    )


def make_people(topic: Any, number: int) -> list[Any]:
    return [make.recipient(topics=(topic,)) for _one in range(number)]


def test_the_check_page_says_what_will_happen(desk: Client, editor: User) -> None:
    topic = make.topic()
    for _number in range(3):
        make.recipient(topics=(topic,))
    group = make.group("Trójka", *make_people(topic, 6))
    message = make.message(
        author=editor, about=topic, channels=("email", "sms"), audience={"groups": [group.pk]}
    )
    answer = desk.get(reverse("message-check", args=[message.pk]))
    assert "6" in answer.context["button"]
    assert not answer.context["outlook"].whole_town
    assert 'name="confirmation"' not in answer.content.decode()
    assert order(desk, message).url == reverse("message-progress", args=[message.pk])
    message.refresh_from_db()
    assert (message.status, message.expected_count) == ("scheduled", 6)


def test_the_whole_town_needs_the_typed_word(desk: Client, editor: User) -> None:
    topic = make.topic()
    make_people(topic, 2)
    message = make.message(author=editor, about=topic)
    answer = desk.get(reverse("message-check", args=[message.pk]))
    word = answer.context["word"]
    assert word
    refused = order(desk, message)
    assert refused.status_code == 422
    assert "id_confirmation" in refused.content.decode()
    assert order(desk, message, confirmation="tak").status_code == 422
    message.refresh_from_db()
    assert message.status == "draft"
    assert order(desk, message, confirmation=f" {word.lower()} ").status_code == 302


def test_nobody_to_reach_sends_nothing(desk: Client, editor: User) -> None:
    message = make.message(author=editor, audience={"sex": "M"})
    refused = order(desk, message)
    assert refused.status_code == 422
    message.refresh_from_db()
    assert message.status == "draft"


def test_a_page_that_grew_old_sends_nothing(desk: Client, editor: User) -> None:
    topic = make.topic()
    make_people(topic, 2)
    message = make.message(author=editor, about=topic, audience={"sex": "F"})
    assert order(desk, message, revision="7").status_code == 422
    message.refresh_from_db()
    assert message.status == "draft"


def test_an_unfinished_draft_goes_back_to_its_errors(desk: Client, editor: User) -> None:
    message = make.message(author=editor, channels=())
    answer = desk.get(reverse("message-check", args=[message.pk]), follow=True)
    assert 'href="#id_channels_0"' in answer.content.decode()
    assert order(desk, message).url.endswith("?check=1")


def test_of_two_clerks_the_second_reads_that_it_was_sent(client: Client, editor: User) -> None:
    topic = make.topic()
    make_people(topic, 2)
    message = make.message(author=editor, about=topic, audience={"sex": "F"})
    first, second = Client(), client
    first.force_login(editor)
    second.force_login(make.staff("editor"))
    assert order(first, message).status_code == 302
    answer = second.post(reverse("message-send", args=[message.pk]), {"revision": "1"}, follow=True)
    assert AuditEntry.objects.filter(action="message.sent").count() == 1
    assert "notice-warn" in answer.content.decode()


def test_who_may_only_write_cannot_send(client: Client) -> None:
    message = make.message()
    client.force_login(make.staff("approver"))
    assert order(client, message).status_code == 403
    assert client.get(reverse("message-new")).status_code == 403


# --- Approval -------------------------------------------------------------------------------------


@pytest.fixture
def waiting(editor: User) -> Message:
    topic = make.topic()
    make_people(topic, 2)
    message = make.message(author=editor, about=topic, klass="warning")
    return sending.send(message, by=editor)


def test_somebody_else_approves(client: Client, waiting: Message) -> None:
    client.force_login(make.staff("approver"))
    address = reverse("message-approve", args=[waiting.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"decision": "approve"}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.status == "scheduled"


def test_the_author_cannot_approve(client: Client, waiting: Message) -> None:
    author = waiting.author
    author.groups.add(*make.staff("approver").groups.all())
    client.force_login(User.objects.get(pk=author.pk))
    address = reverse("message-approve", args=[waiting.pk])
    assert 'value="approve"' not in client.get(address).content.decode()
    assert client.post(address, {"decision": "approve"}).status_code == 422
    waiting.refresh_from_db()
    assert waiting.status == "waiting_approval"


@pytest.mark.parametrize(("decision", "status"), [("return", "draft"), ("reject", "rejected")])
def test_a_no_needs_a_reason(client: Client, waiting: Message, decision: str, status: str) -> None:
    client.force_login(make.staff("approver"))
    address = reverse("message-approve", args=[waiting.pk])
    assert client.post(address, {"decision": decision}).status_code == 422
    assert client.post(address, {"decision": decision, "reason": "Zła data"}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.status == status


def test_an_alarm_alone_needs_a_reason_and_is_recorded(client: Client) -> None:
    officer = make.staff("duty_officer")
    topic = make.topic()
    make_people(topic, 1)
    message = sending.send(make.message(author=officer, about=topic, klass="alarm"), by=officer)
    client.force_login(officer)
    address = reverse("message-break-glass", args=[message.pk])
    client.post(address, {"reason": " "})
    message.refresh_from_db()
    assert message.status == "waiting_approval"
    client.post(address, {"reason": "Fala powodziowa za 20 minut"})
    message.refresh_from_db()
    assert message.status == "scheduled"
    assert AuditEntry.objects.filter(action="message.sent_alone").exists()
