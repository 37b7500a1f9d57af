"""The start page: what waits, what goes out, what went out, and what a role does not see."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from admin_module import configuration, statistics
from admin_module.charts import round_up
from admin_module.configuration import Budgets
from admin_module.models import AuditEntry, GatewayCheck, Heartbeat, Unit, User
from messaging.engine import breaker
from messaging.models import Attempt, ChannelPause, Counter, Delivery, Message
from recipients.models import CONTACT_KINDS
from tests import make

pytestmark = pytest.mark.django_db
EVERY_ROLE = (
    "administrator", "recipients_clerk", "editor", "approver", "duty_officer", "unit_manager",
    "data_protection_officer", "auditor",
)  # fmt: skip


def sent(days: int, numbers: dict[tuple[str, str], int], **fields: Any) -> Message:
    """A message that was due so many days ago, with its counters."""
    # At noon, so that a night of the summer time's end between then and now moves no day.
    due = timezone.localtime().replace(hour=12) - timedelta(days=days)
    values: dict[str, Any] = {"status": "sent", "due_at": due, "sent_at": due} | fields
    message = make.message(**values)
    for (kind, state), number in numbers.items():
        Counter.objects.create(message=message, channel=kind, state=state, number=number)
    return message


def attempt(message: Message, kind: str, outcome: str, *, code: str = "", minutes: int = 0) -> None:
    now = timezone.now()
    delivery = Delivery.objects.create(
        message=message,
        recipient=make.recipient(),
        channel=kind,
        lane=3,
        due_at=now,
        changed_at=now,
    )
    at = now - timedelta(minutes=minutes)
    Attempt.objects.create(delivery=delivery, at=at, outcome=outcome, code=code)


def board_of(client: Client, user: User) -> statistics.Board:
    client.force_login(user)
    response = client.get("/")
    assert response.status_code == 200
    board: statistics.Board = response.context["board"]
    return board


def gateway(user: User, kind: str) -> statistics.Gateway:
    every = statistics.board(user).gateways
    assert every is not None
    return next(one for one in every if one.kind == kind)


def test_every_number_leads_to_a_list_of_so_many(client: Client) -> None:
    user = make.staff(*EVERY_ROLE)
    make.message(author=user)
    make.message(status="waiting_approval")
    make.message(status="expanding", problem="count_differs")
    sent(3, {("sms", "unknown"): 2}, status="sent_with_failures")
    make.recipient()
    make.recipient(active=False)
    board = board_of(client, user)
    shown = {one.url: one.number for one in board.waiting if "przeglad" not in one.url}
    assert shown == {
        "/wiadomosci/do-zatwierdzenia/": 1,
        "/wiadomosci/?status=szkice": 1,
        "/wiadomosci/?status=do-decyzji": 2,
        "/odbiorcy/?stan=pending": 1,
        "/odbiorcy/?stan=active": 1,
        "/odbiorcy/adresy-wstrzymane/": 0,
        "/zgloszenia/?widok=nowe": 0,
    }
    for url, number in shown.items():
        context = client.get(url).context
        rows = next(
            context[name] for name in ("rows", "people", "lines", "waiting") if name in context
        )
        assert len(rows) == number, url


def test_late_forms_are_pointed_out(client: Client) -> None:
    clerk = make.staff("recipients_clerk")
    person = make.recipient(active=False)
    form = make.form(person)
    assert [one.note for one in board_of(client, clerk).waiting] == ["", "", ""]
    type(form).objects.filter(pk=form.pk).update(printed_at=timezone.now() - timedelta(days=15))
    late = [one for one in board_of(client, clerk).waiting if one.icon == "hourglass"]
    assert [(one.number, one.tone) for one in late] == [(1, "warn")]


def test_the_month_sums_counters_by_day_and_channel() -> None:
    user = make.staff("editor")
    today = timezone.localdate()
    sent(0, {("email", "delivered"): 5, ("email", "accepted"): 2, ("sms", "failed"): 1})
    sent(0, {("email", "queued"): 9, ("sms", "no_receipt"): 3})
    sent(29, {("push", "read"): 4})
    sent(30, {("push", "read"): 100})
    month = statistics.month(user)
    assert month.days[-1].day == today
    assert month.days[-1].numbers == (7, 3, 0, 0)
    assert month.days[0].numbers == (0, 0, 0, 4)
    assert [(one.handed_over, one.failed) for one in month.channels] == [
        (7, 0), (3, 1), (0, 0), (4, 0),
    ]  # fmt: skip
    assert month.total == 14
    assert [day.total for day in month.busy_days] == [10, 4]


def test_the_bars_of_a_day_stand_on_each_other() -> None:
    sent(0, {("email", "delivered"): 6, ("sms", "delivered"): 2})
    month = statistics.month(make.staff("editor"))
    mail, sms = month.bars
    assert month.scale.top == 8
    assert (mail.tone, mail.height, sms.height) == ("email", 120, 40)
    assert sms.y + sms.height == mail.y
    assert mail.x == sms.x
    assert [n for _y, n in month.lines] == [0, 2, 4, 6, 8]


@pytest.mark.parametrize(
    ("number", "top"), [(0, 4), (4, 4), (5, 8), (9, 20), (21, 40), (3999, 4000)]
)
def test_the_scale_is_easy_to_read(number: int, top: int) -> None:
    assert round_up(number) == top


def test_an_empty_month_says_so(client: Client) -> None:
    client.force_login(make.staff("editor"))
    page = client.get("/").content.decode()
    assert "chart-bars" not in page
    assert 'id="month"' in page


def test_a_gateway_is_as_its_last_news_says() -> None:
    user, message = make.staff("administrator"), make.message()
    assert gateway(user, "email").state[0] == ""
    attempt(message, "email", "accepted", minutes=5)
    attempt(message, "email", "refused", minutes=1)
    assert gateway(user, "email").state[0] == "ok"
    attempt(message, "email", "retry", code="smtp_421", minutes=0)
    assert gateway(user, "email").state[0] == "warn"
    GatewayCheck.objects.create(channel="email", at=timezone.now() + timedelta(seconds=1), ok=True)
    assert gateway(user, "email").state[0] == "ok"
    assert gateway(user, "sms").state[0] == ""
    breaker.trip("sms", "20003")
    assert gateway(user, "sms").state[0] == "danger"
    assert gateway(user, "sms").words


def test_a_paused_channel_goes_on_by_a_button_of_those_who_may(client: Client) -> None:
    breaker.trip("sms", "20003")
    client.force_login(make.staff("editor"))
    assert "/ustawienia/sms/wznow/" not in client.get("/").content.decode()
    assert client.post("/ustawienia/sms/wznow/").status_code == 403
    client.force_login(make.staff("duty_officer"))
    assert "/ustawienia/sms/wznow/" in client.get("/").content.decode()
    assert client.post("/ustawienia/fax/wznow/").status_code == 404
    assert client.post("/ustawienia/budzety/wznow/").status_code == 404
    assert client.post("/ustawienia/sms/wznow/").status_code == 302
    assert not ChannelPause.objects.exists()
    assert AuditEntry.objects.filter(action="channel.reopened").count() == 1


def test_the_page_of_a_paused_gateway_offers_to_go_on(client: Client) -> None:
    client.force_login(make.staff("administrator"))
    assert (
        "/ustawienia/aplikacja/wznow/" not in client.get("/ustawienia/aplikacja/").content.decode()
    )
    breaker.trip("push", "credentials")
    assert "/ustawienia/aplikacja/wznow/" in client.get("/ustawienia/aplikacja/").content.decode()
    client.post("/ustawienia/aplikacja/wznow/")
    assert not ChannelPause.objects.exists()


def test_silence_of_the_worker_is_shouted(client: Client) -> None:
    client.force_login(make.staff("editor"))
    silent = client.get("/").content.decode().count("notice-danger")
    Heartbeat.beat("periodic")
    assert client.get("/").content.decode().count("notice-danger") == silent - 1
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=2))
    assert client.get("/").content.decode().count("notice-danger") == silent


def test_a_budget_is_there_where_one_is_set(client: Client) -> None:
    editor = make.staff("editor")
    assert board_of(client, editor).budgets == []
    configuration.write(Budgets(sms_parts=100), by=editor, revision=0, reason="")
    [left] = board_of(client, editor).budgets
    assert (left.budget.left, left.tone) == (100, "sms")
    Unit.objects.filter(pk=editor.unit_id).update(sms_budget=0)
    tones = [one.tone for one in board_of(client, User.objects.get(pk=editor.pk)).budgets]
    assert tones == ["sms", "danger"]


def test_the_first_steps_lead_on_and_can_be_put_away(client: Client) -> None:
    client.force_login(make.staff("administrator", "recipients_clerk", "editor"))
    response = client.get("/")
    steps = response.context["board"].first_steps
    assert len(steps) == 7
    assert not any(step.done for step in steps[4:])
    for step in steps:
        assert client.get(step.url).status_code == 200, step.url
    client.post("/pierwsze-kroki/")
    assert 'id="first-steps"' not in client.get("/").content.decode()
    client.post("/pierwsze-kroki/", {"show": ""})
    assert 'id="first-steps"' in client.get("/").content.decode()


def test_only_the_steps_one_may_take_are_there_until_all_are_taken(client: Client) -> None:
    clerk = make.staff("recipients_clerk")
    assert len(board_of(client, clerk).first_steps) == 1
    make.recipient()
    assert board_of(client, clerk).first_steps == []


@pytest.mark.parametrize(
    ("role", "waiting", "parts"),
    [
        ("reports_handler", 1, (False, False, False)),
        ("recipients_clerk", 3, (False, False, False)),
        ("approver", 1, (True, True, True)),
        ("editor", 2, (True, True, True)),
    ],
)
def test_what_a_role_may_not_see_is_not_there(
    client: Client, role: str, waiting: int, parts: tuple[bool, ...]
) -> None:
    board = board_of(client, make.staff(role))
    assert len(board.waiting) == waiting
    there = (board.active is not None, board.month is not None, board.gateways is not None)
    assert there == parts


def test_a_school_sees_its_own_numbers_only(client: Client) -> None:
    school = Unit.objects.create(name="Szkoła nr 1", kind="municipal")
    user = make.staff("editor")
    User.objects.filter(pk=user.pk).update(unit=school)
    user = User.objects.get(pk=user.pk)
    make.message()
    sent(1, {("email", "delivered"): 50})
    sent(0, {("email", "delivered"): 9}, status="sending")
    own = sent(1, {("email", "delivered"): 7}, author=user)
    assert own.unit == school
    board = board_of(client, user)
    assert board.month is not None
    assert board.month.total == 7
    assert board.active == []
    assert [one.number for one in board.waiting] == [0, 0]


def test_the_start_page_costs_the_same_however_much_there_is(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    user = make.staff(*EVERY_ROLE)
    client.force_login(user)
    client.get("/")
    for number in range(6):
        message = sent(number, {(kind, "delivered"): 5 for kind in CONTACT_KINDS}, status="sending")
        attempt(message, "email", "accepted")
    with django_assert_max_num_queries(60):
        client.get("/")


def test_a_planned_message_says_when(client: Client) -> None:
    due = timezone.make_aware(datetime.combine(date(2031, 5, 3), datetime.min.time()))
    make.message(status="scheduled", due_at=due, sent_at=timezone.now(), expected_count=12)
    board = board_of(client, make.staff("editor"))
    assert board.active is not None
    [planned] = board.active
    assert (planned.planned, planned.total) == (due, 12)
    assert "03.05.2031" in client.get("/").content.decode()
