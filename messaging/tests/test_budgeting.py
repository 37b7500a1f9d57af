"""SMS budgets: what was ordered this month counts, and each class meets the end in its own way."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from admin_module.configuration import Budgets, read, write
from admin_module.models import AuditEntry
from messaging.budget import budgeting
from messaging.engine import expanding
from messaging.models import Counter, Message
from messaging.steps import drafting, sending
from tests import make

pytestmark = pytest.mark.django_db
Klass = Message.Klass


def limit(parts: int) -> None:
    write(replace(read(Budgets), sms_parts=parts), by=None, revision=0)


def draft(parts: int = 2, people: int = 10, **fields: object) -> Message:
    message = make.message(channels=("sms",), **fields)  # type: ignore[arg-type]
    drafting.promise(message, people, sms_parts=parts, sms_people=people)
    return message


def test_without_a_limit_nothing_is_counted() -> None:
    assert budgeting.office_budget() is None
    assert budgeting.exceeded_by(draft(people=100_000)) is None


def test_what_is_ordered_draws_first_as_promised_then_as_listed() -> None:
    limit(100)
    message = draft(due_at=timezone.now() + timedelta(days=1))
    sending.send(message, by=message.author)
    budget = budgeting.office_budget()
    assert budget is not None
    assert (budget.used, budget.left) == (20, 80)
    Message.objects.filter(pk=message.pk).update(status=Message.Status.SENDING)
    for state, number in {"queued": 3, "accepted": 4, "suppressed": 2, "failed": 1}.items():
        Counter.objects.create(message=message, channel="sms", state=state, number=number)
    Counter.objects.create(message=message, channel="email", state="accepted", number=50)
    assert budgeting.used() == 2 * 7


def test_another_month_does_not_count() -> None:
    limit(100)
    message = draft()
    sending.send(message, by=message.author)
    before = budgeting.month_of(timezone.now()) - timedelta(seconds=1)
    Message.objects.filter(pk=message.pk).update(sent_at=before)
    assert budgeting.used() == 0
    assert budgeting.used(before) == 20


def test_a_unit_has_its_own() -> None:
    message = draft()
    message.unit.sms_budget = 19
    message.unit.save()
    over = budgeting.exceeded_by(message)
    assert over is not None
    assert (over.unit, over.left) == (message.unit, 19)


def test_information_over_the_budget_is_refused() -> None:
    limit(19)
    message = draft()
    with pytest.raises(sending.CannotSend):
        sending.send(message, by=message.author)
    message.refresh_from_db()
    assert message.status == Message.Status.DRAFT


def test_an_alarm_over_the_budget_goes_out_and_is_flagged() -> None:
    limit(19)
    message = draft(klass=Klass.ALARM)
    sending.send(message, by=message.author)
    sending.approve(message, by=make.staff())
    assert message.status == Message.Status.SCHEDULED
    entry = AuditEntry.objects.get(action="budget.exceeded")
    assert entry.detail == {"left": 19, "needed": 20}


def town(people: int) -> None:
    for _each in range(people):
        make.recipient(kinds=("sms",), topics=(make.topic(),))


@pytest.mark.parametrize(
    ("klass", "ticked", "status"),
    [
        (Klass.INFORMATION, True, Message.Status.DRAFT),
        (Klass.WARNING, False, Message.Status.DRAFT),
        (Klass.WARNING, True, Message.Status.WAITING),
    ],
)
def test_the_check_page_asks_before_a_warning(
    client: Client, klass: str, ticked: bool, status: str
) -> None:
    limit(2)
    town(3)
    author = make.staff("editor", "recipients_clerk")
    client.force_login(author)
    message = make.message(channels=("sms",), klass=klass, author=author)
    page = client.get(f"/wiadomosci/{message.pk}/sprawdzenie/").content.decode()
    assert ("id_over_budget" in page) == (klass == Klass.WARNING)
    data = {"revision": "1", "confirmation": "WSZYSCY"} | ({"over_budget": "1"} if ticked else {})
    answer = client.post(f"/wiadomosci/{message.pk}/wyslanie/", data)
    message.refresh_from_db()
    assert message.status == status
    assert answer.status_code == (302 if status == Message.Status.WAITING else 422)


def test_the_check_page_says_what_is_left(client: Client) -> None:
    limit(5000)
    town(6)
    author = make.staff("editor", "recipients_clerk")
    client.force_login(author)
    message = make.message(channels=("sms",), author=author)
    page = client.get(f"/wiadomosci/{message.pk}/sprawdzenie/").content.decode()
    assert page.count("5\N{NO-BREAK SPACE}000") >= 2
    client.post(f"/wiadomosci/{message.pk}/wyslanie/", {"revision": "1", "confirmation": "WSZYSCY"})
    expanding.expand(message.pk)
    assert budgeting.used() == 6
