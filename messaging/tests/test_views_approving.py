"""The queue, the page of a decision, the calendar and the stop: what a person sees and what it does."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module import context
from admin_module.configuration import Approval, write
from admin_module.models import StaffSession, User
from messaging.models import Message, MessageText
from messaging.steps import approving, planning, sending
from tests import make

pytestmark = pytest.mark.django_db
Status = Message.Status
MANY = 1_001


@pytest.fixture
def author() -> User:
    return make.staff("editor")


@pytest.fixture
def waiting(author: User) -> Message:
    message = make.message(author=author, klass="warning", expected_count=5)
    return sending.send(message, by=author)


@pytest.fixture
def approver(client: Client) -> User:
    user = make.staff("approver")
    client.force_login(user)
    return user


def fresh(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def decide(client: Client, message: Message, decision: str, **fields: str) -> Any:
    address = reverse("message-approve", args=[message.pk])
    return client.post(address, {"decision": decision} | fields)


def test_the_queue_names_what_waits_alarms_first(
    client: Client, approver: User, waiting: Message
) -> None:
    officer = make.staff("duty_officer")
    alarm = make.message(author=officer, klass="alarm", text=MessageText("Powódź", "Ucieczka", "x"))
    sending.send(alarm, by=officer)
    shown = page(client, "approval-queue")
    assert shown.index("Powódź") < shown.index(waiting.text.title)
    assert context.COUNTS["approval-queue"](approver) == 2
    assert context.COUNTS["approval-queue"](make.staff("editor")) == 0


def test_the_number_in_the_menu_leaves_out_ones_own(client: Client) -> None:
    both = make.staff("unit_manager")
    sending.send(make.message(author=both, klass="warning"), by=both)
    assert context.COUNTS["approval-queue"](both) == 0
    client.force_login(both)
    assert page(client, "approval-queue").count("row-link") == 1


def test_a_changed_message_shows_its_words_to_who_read_it(
    client: Client, approver: User, author: User, waiting: Message
) -> None:
    assert "<ins>" not in page(client, "message-approve", waiting.pk)
    planning.take_back(waiting, by=author)
    draft = fresh(waiting)
    draft.text = MessageText("Przerwa w dostawie wody", "Pojutrze od 8 do 12 nie będzie wody.", "x")
    draft.revision += 1
    draft.save()
    sending.send(draft, by=author)
    assert "changed" in str(client.get(reverse("approval-queue")).context["waiting"][0])
    shown = page(client, "message-approve", waiting.pk)
    assert "Jutro" in shown.split("<del>")[1].split("</del>")[0]
    assert "Pojutrze" in shown.split("<ins>")[1].split("</ins>")[0]
    assert "<ins>" in page(client, "message-approve", waiting.pk)  # also after a reload


def test_a_page_that_grew_old_decides_nothing(
    client: Client, approver: User, author: User, waiting: Message
) -> None:
    seen = client.get(reverse("message-approve", args=[waiting.pk])).context["seen"]
    planning.take_back(waiting, by=author)
    draft = fresh(waiting)
    draft.public = True
    draft.save()
    sending.send(draft, by=author)
    answer = decide(client, waiting, "approve", seen=seen)
    assert answer.status_code == 409
    assert "<ins>" in answer.content.decode()
    assert fresh(waiting).status == Status.WAITING
    again = answer.context["seen"]
    assert decide(client, waiting, "approve", seen=again).status_code == 302
    assert fresh(waiting).status == Status.SCHEDULED


def test_the_reasons_stand_above_the_draft_until_it_is_passed_on_again(
    client: Client, approver: User, author: User, waiting: Message
) -> None:
    assert decide(client, waiting, "return").status_code == 422
    assert decide(client, waiting, "return", reason="Podaj <b>ulicę</b>.").status_code == 302
    client.force_login(author)
    assert "Podaj &lt;b&gt;ulicę&lt;/b&gt;." in page(client, "message-edit", waiting.pk)


def test_an_alarm_asks_for_the_password_again_after_a_while(
    client: Client, approver: User, settings: LazySettings
) -> None:
    officer = make.staff("duty_officer")
    alarm = sending.send(make.message(author=officer, klass="alarm"), by=officer)
    page(client, "message-approve", alarm.pk)
    StaffSession.objects.update(started_at=timezone.now() - timedelta(hours=1))
    answer = decide(client, alarm, "approve")
    assert answer.url == reverse("account-confirm")
    assert fresh(alarm).status == Status.WAITING
    assert client.session["back"] == reverse("message-approve", args=[alarm.pk])
    client = Client()
    client.force_login(approver)  # signed in anew
    settings.SECOND_FACTOR = "roles"
    settings.SECOND_FACTOR_ROLES = []
    assert decide(client, alarm, "approve").status_code == 422  # by a password alone
    settings.SECOND_FACTOR = "voluntary"
    assert decide(client, alarm, "approve").status_code == 302
    assert fresh(alarm).status == Status.SCHEDULED


@pytest.mark.parametrize(("klass", "asked"), [("information", False), ("warning", True)])
def test_single_units_may_ask_for_a_second_person(klass: str, asked: bool) -> None:
    school = make.municipal_unit()
    teacher = make.staff("editor", unit=school)
    message = make.message(author=teacher, klass=klass)
    write(Approval(classes=(), warning_units=(make.unit().pk,)), by=None, revision=0)
    assert approving.needs_approval(message) is asked  # the rule of the unit above holds below
    other = make.message(author=teacher, klass="information")
    write(Approval(classes=(), information_units=(school.pk,)), by=None, revision=1)
    assert approving.needs_approval(other)
    assert not approving.needs_approval(make.message(klass="information"))


def test_the_rules_are_kept_on_their_page(client: Client) -> None:
    client.force_login(make.staff("administrator"))
    address = reverse("settings-edit", args=["zatwierdzanie"])
    school = make.municipal_unit()
    fields = {
        "revision": "0", "classes": "warning", "information_units": str(school.pk),
        "cooldown_seconds": "45", "cooldown_people": "200",
    }  # fmt: skip
    assert client.post(address, fields | {"cooldown_seconds": "-1"}).status_code == 422
    assert client.post(address, fields | {"information_units": "999999"}).status_code == 422
    assert client.post(address, fields).status_code == 302
    shown = page(client, "settings-section", "zatwierdzanie")
    assert school.name in shown
    assert "45" in shown


# --- Time -----------------------------------------------------------------------------------------


def test_the_countdown_can_be_stopped_without_a_script(client: Client, author: User) -> None:
    message = make.message(author=author, expected_count=MANY)
    sending.send(message, by=author)
    client.force_login(author)
    shown = page(client, "message-progress", message.pk)
    address = reverse("message-take-back", args=[message.pk])
    assert f'action="{address}"' in shown
    assert client.post(address)["Location"] == reverse("message-edit", args=[message.pk])
    assert fresh(message).status == Status.DRAFT
    assert client.post(address)["Location"] == reverse("message-progress", args=[message.pk])


def test_another_hour_is_given_by_a_form(client: Client, author: User, waiting: Message) -> None:
    client.force_login(author)
    address = reverse("message-move", args=[waiting.pk])
    assert client.get(address).status_code == 200
    year = timezone.localdate().year + 1
    for wrong in ("", "jutro", "2020-01-01T10:00", f"{year}-02-30T10:00"):
        answer = client.post(address, {"due_at": wrong, "revision": "1"})
        assert answer.status_code == 422
    assert (
        client.post(address, {"due_at": f"{year}-05-05T10:00", "revision": "7"}).status_code == 422
    )
    answer = client.post(address, {"due_at": f"{year}-05-05T10:00", "revision": "1"})
    assert answer.status_code == 302
    due = timezone.localtime(fresh(waiting).due_at)
    assert (due.month, due.hour, fresh(waiting).status) == (5, 10, Status.WAITING)


def test_an_hour_that_comes_twice_is_asked_about(
    client: Client, author: User, waiting: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(author)
    address = reverse("message-move", args=[waiting.pk])
    twice = "2027-10-31T02:30"
    asked = client.post(address, {"due_at": twice, "revision": "1"})
    assert asked.status_code == 422
    assert 'value="second"' in asked.content.decode()
    client.post(address, {"due_at": twice, "due_which": "second", "revision": "1"})
    due = fresh(waiting).due_at
    assert due is not None
    assert (due.hour, due.minute) == (1, 30)  # UTC
    missing = client.post(address, {"due_at": "2027-03-28T02:30", "revision": "2"})
    assert "3:00" in missing.content.decode()


@pytest.mark.parametrize(
    "query",
    [{}, {"widok": "tydzien"}, {"dzien": "2026-10-25"}, {"dzien": "0001-01-01"},
     {"dzien": "9999-12-31", "widok": "tydzien"}, {"dzien": "x"}],
)  # fmt: skip
def test_the_calendar_takes_any_day(client: Client, author: User, query: dict[str, str]) -> None:
    message = make.message(author=author, due_at=timezone.now() + timedelta(minutes=1))
    client.force_login(author)
    shown = page(client, "message-calendar", **query)
    if not query.get("dzien"):
        assert message.text.title in shown
