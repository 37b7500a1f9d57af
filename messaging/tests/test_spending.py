"""What SMS cost: promised, spent, spared; limits that ask; budgets that two orders cannot both take."""

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from admin_module.configuration import Budgets, read, write
from admin_module.models import AuditEntry
from messaging.budget import budgeting
from messaging.budget.spending import spending_of
from messaging.channels.base import News, StatusUpdate
from messaging.engine import expanding, receipts
from messaging.ledger.escalating import Escalation
from messaging.models import Counter, Delivery, Message, MessageText
from messaging.steps import drafting, sending
from messaging.tests import flow
from messaging.tests.conftest import Fake
from tests import make

Klass, Status = Message.Klass, Message.Status
PLAN = Escalation(30).as_json()


def price(part: str) -> None:
    write(replace(read(Budgets), part_price=Decimal(part)), by=None, revision=0)


def town(*kinds: tuple[str, ...]) -> None:
    for one in kinds:
        make.recipient(kinds=one, topics=(make.topic(),))


def promised(parts: int = 2, people: int = 3, **fields: Any) -> Message:
    message = make.message(channels=("push", "sms"), **fields)
    drafting.promise(message, people, sms_parts=parts, sms_people=people)
    return message


@pytest.mark.django_db
def test_what_was_spared_is_told_from_what_was_left_out(fake: Fake) -> None:
    fake("push"), fake("sms")
    price("0.10")
    town(("push", "sms"), ("push", "sms"), ("sms",))
    message = flow.sent(promised(escalation=PLAN))
    flow.drain("push")
    flow.drain("sms")
    first = message.deliveries.filter(channel="push").order_by("pk")[0]
    receipts.store("push", [StatusUpdate(first.reference, "", News.READ)])
    receipts.apply()
    found = spending_of(message)
    assert found is not None
    sums = (found.promised, found.spent, found.waiting, found.spared)
    assert [one.parts for one in sums] == [6, 2, 2, 2]
    assert found.spared.cost == found.saved.cost == Decimal("0.20")
    assert found.steps is not None
    steps = found.steps
    assert (steps.told, steps.opened, steps.waiting, steps.sent) == (2, 1, 1, 1)
    assert budgeting.used() == 4


@pytest.mark.django_db
def test_letters_left_out_save_money_too(fake: Fake) -> None:
    fake("sms")
    town(("sms",), ("sms",))
    text = MessageText(title="Woda", short="ż" * 100, long="x", transliterate_sms=True)
    message = make.message(channels=("sms",), text=text)
    drafting.promise(message, 2, sms_parts=1, sms_people=2)
    flow.sent(message)
    flow.drain("sms")
    found = spending_of(message)
    assert found is not None
    # 100 Polish letters are 2 parts of UCS-2, and 1 part of GSM-7 without them.
    assert (found.spent.parts, found.plain.parts, found.saved.parts) == (2, 2, 2)


@pytest.mark.django_db
def test_a_message_without_sms_has_no_money_to_show() -> None:
    assert spending_of(make.message(channels=("email",))) is None


@pytest.mark.django_db
def test_a_list_stops_at_the_limit_and_asks(fake: Fake, client: Client) -> None:
    fake("push"), fake("sms")
    town(*[("sms",)] * 3)
    message = flow.sent(promised(people=2, sms_limit=4))
    assert (message.status, message.problem) == (Status.EXPANDING, expanding.SMS_LIMIT)
    assert not Delivery.objects.exists()
    assert not Counter.objects.filter(number__gt=0).exists()
    boss = make.staff("editor", "recipients_clerk")
    client.force_login(boss)
    page = client.get(f"/wiadomosci/{message.pk}/").content.decode()
    assert 'value="limit"' in page
    client.post(f"/wiadomosci/{message.pk}/odpowiedz/", {"answer": "limit"})
    expanding.expand(message.pk)
    assert flow.states(message)["queued"] == 3
    assert AuditEntry.objects.get(action="message.limit_lifted").detail == {"limit": 4}


@pytest.mark.django_db
def test_a_promise_over_the_limit_is_refused_but_an_alarm_goes_out() -> None:
    with pytest.raises(sending.CannotSend):
        sending.send(promised(sms_limit=5), by=make.clerk())
    alarm = promised(sms_limit=5, klass=Klass.ALARM)
    alarm.topic = None
    alarm.save()
    sending.send(alarm, by=alarm.author)
    assert alarm.status == Status.WAITING


@pytest.mark.django_db
def test_the_form_keeps_the_steps_and_the_limit(client: Client) -> None:
    client.force_login(make.staff("editor", "recipients_clerk"))
    data = {
        "klass": "information",
        "topic": make.topic().pk,
        "title": "Woda",
        "short": "Jutro nie będzie wody.",
        "channels": ["push", "sms"],
        "sms_step": "after_app",
        "escalation_minutes": "45",
        "escalation_until": "delivered",
        "sms_limit": "1200",
        "everyone": "1",
        "action": "save",
        "revision": "0",
    }
    client.post("/wiadomosci/nowa/", data)
    message = Message.objects.get()
    assert message.escalation == Escalation(45, "delivered").as_json()
    assert message.sms_limit == 1200
    page = client.get(f"/wiadomosci/{message.pk}/edycja/").content.decode()
    assert 'value="45"' in page
    # Without the app as a channel there is nothing to wait for.
    changed = data | {"channels": ["sms"], "revision": str(message.revision)}
    client.post(f"/wiadomosci/{message.pk}/edycja/", changed)
    message.refresh_from_db()
    assert message.escalation == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "field"),
    [({"escalation_minutes": "2"}, "escalation_minutes"), ({"sms_limit": "0"}, "sms_limit")],
)
def test_wrong_numbers_are_told_and_nothing_is_kept(
    client: Client, changed: dict[str, str], field: str
) -> None:
    client.force_login(make.staff("editor", "recipients_clerk"))
    data = {
        "klass": "information",
        "title": "Woda",
        "channels": ["push", "sms"],
        "sms_step": "after_app",
        "escalation_minutes": "30",
        "action": "save",
    }
    answer = client.post("/wiadomosci/nowa/", data | changed)
    assert answer.status_code == 422
    assert f"id_{field}_error" in answer.content.decode()
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_an_sms_after_the_end_is_refused_by_the_form(client: Client) -> None:
    client.force_login(make.staff("editor", "recipients_clerk"))
    soon = timezone.localtime(timezone.now() + timedelta(minutes=20))
    data = {
        "klass": "information",
        "title": "Woda",
        "channels": ["push", "sms"],
        "sms_step": "after_app",
        "escalation_minutes": "30",
        "expires_at": soon.strftime("%Y-%m-%dT%H:%M"),
        "action": "save",
    }
    answer = client.post("/wiadomosci/nowa/", data)
    assert answer.status_code == 422
    assert "id_escalation_minutes_error" in answer.content.decode()


@pytest.mark.django_db
def test_the_check_page_says_what_the_app_may_save(client: Client) -> None:
    town(*[("push", "sms")] * 6, ("sms",))
    price("0.10")
    author = make.staff("editor", "recipients_clerk")
    client.force_login(author)
    message = make.message(channels=("push", "sms"), author=author, escalation=PLAN)
    page = client.get(f"/wiadomosci/{message.pk}/sprawdzenie/").content.decode()
    assert "0,60" in page


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_orders_at_once_do_not_take_the_same_budget() -> None:
    write(replace(read(Budgets), sms_parts=30), by=None, revision=0)
    messages = [promised(parts=2, people=10) for _both in range(2)]
    start, refused = threading.Barrier(2), []

    def order(message: Message) -> None:
        try:
            start.wait(10)
            sending.send(message, by=message.author)
        except sending.CannotSend as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=order, args=(message,)) for message in messages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert budgeting.used() == 20
