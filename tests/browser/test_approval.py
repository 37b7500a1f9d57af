"""Two people and a clock: pass on, return, change, approve, stop in the last seconds; an alarm sent alone."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from admin_module.models import User
from messaging.models import Message, MessageText
from messaging.models.message import Variants
from messaging.steps import planning, sending
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MANY = 1_001


@dataclass(frozen=True, slots=True)
class Story:
    author: User
    approver: User
    message: Message
    alarm: Message


@pytest.fixture
def story() -> Story:
    """A warning that waits for its second person, and an alarm that went without one."""
    author, approver = make.staff("editor", "duty_officer"), make.staff("approver")
    topic = make.topic("Ostrzeżenia")
    make.recipient(topics=(topic,))
    message = make.message(
        author=author,
        about=topic,
        klass="warning",
        channels=("email", "sms"),
        due_at=timezone.now() + timedelta(days=1),
        expected_count=1,
        variants=Variants(uk=MessageText(short="Завтра не буде води.")),
    )
    sending.send(message, by=author)
    alarm = make.message(author=author, about=topic, klass="alarm")
    sending.send(alarm, by=author)
    sending.approve(alarm, by=author, break_glass="Fala powodziowa za 20 minut.")
    return Story(author, approver, message, alarm)


def test_a_message_comes_back_is_changed_and_approved(
    page: Page, live_server: LiveServer, sign_in: SignIn, story: Story
) -> None:
    here = f"{live_server.url}/wiadomosci"
    sign_in(story.approver)
    page.goto(f"{here}/do-zatwierdzenia/")
    expect(page.locator("#alarms li")).to_have_count(1)
    check_page(page, "approval-queue")
    page.locator("main .row-link").first.click()
    check_page(page, "approval-first-look")
    page.locator("button[value=return]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator("#id_reason").fill("Podaj ulicę.")
    page.locator("button[value=return]").click()
    expect(page).to_have_url(re.compile("do-zatwierdzenia"))

    sign_in(story.author)
    page.goto(f"{here}/{story.message.pk}/edycja/")
    expect(page.locator("#returned-title")).to_be_visible()
    check_page(page, "approval-returned-draft")
    pass_on_changed(story)
    give_the_second_of_two_hours(page, f"{here}/{story.message.pk}/termin/")

    sign_in(story.approver)
    page.goto(f"{here}/{story.message.pk}/zatwierdzenie/")
    expect(page.locator(".differences ins").first).to_be_visible()
    check_page(page, "approval-changed")
    page.locator("button[value=approve]").click()
    expect(page).to_have_url(re.compile(rf"/wiadomosci/{story.message.pk}/$"))
    assert Message.objects.get(pk=story.message.pk).status == Message.Status.SCHEDULED


def pass_on_changed(story: Story) -> None:
    """The author writes it anew and passes it on again."""
    draft = Message.objects.get(pk=story.message.pk)
    short = "Jutro od 8 do 14 nie będzie wody."
    draft.text = MessageText("Przerwa w dostawie wody", short, "Na **Sportowej**.")
    draft.revision += 1
    draft.save()
    sending.send(draft, by=story.author)


def give_the_second_of_two_hours(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#id_due_at").fill("2027-10-31T02:30")
    page.locator("main button[type=submit]").click()
    expect(page.locator("input[name=due_which]")).to_have_count(2)
    check_page(page, "approval-another-hour")
    page.locator("input[name=due_which][value=second]").check()
    page.locator("main button[type=submit]").click()
    expect(page).not_to_have_url(address)


def test_an_alarm_sent_alone_is_looked_at(
    page: Page, live_server: LiveServer, sign_in: SignIn, story: Story
) -> None:
    sign_in(story.approver)
    page.goto(f"{live_server.url}/wiadomosci/{story.alarm.pk}/przeglad/")
    check_page(page, "approval-review")
    page.locator("label[for=id_verdict_justified]").click()
    page.locator("#id_words").fill("Liczyła się każda minuta.")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#alarms li")).to_have_count(0)
    page.goto(f"{live_server.url}/wiadomosci/alarmy-bez-drugiej-osoby/")
    check_page(page, "approval-alone-report")


def test_the_calendar_and_the_last_seconds(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    author = make.staff("editor")
    now = timezone.now()
    for hours, klass in ((30, "information"), (31, "warning"), (75, "information")):
        planned = make.message(author=author, klass=klass, due_at=now + timedelta(hours=hours))
        sending.send(planned, by=author)
    sign_in(author)
    page.goto(
        f"{live_server.url}/wiadomosci/kalendarz/?dzien={(now + timedelta(hours=30)):%Y-%m-%d}"
    )
    expect(page.locator(".calendar-entry").first).to_be_visible()
    check_page(page, "calendar-month")
    page.locator("a.segment").last.click()
    check_page(page, "calendar-week")
    page.goto(f"{live_server.url}/wiadomosci/{planned.pk}/cofniecie/")
    check_page(page, "take-back")

    mass = make.message(author=author, expected_count=MANY)
    sending.send(mass, by=author)
    page.goto(f"{live_server.url}/wiadomosci/{mass.pk}/")
    expect(page.locator(".countdown .figure")).to_have_text(re.compile(r"^\d+ s$"))
    check_page(page, "countdown")
    page.locator(".countdown button").click()
    expect(page).to_have_url(re.compile("edycja"))
    assert Message.objects.get(pk=mass.pk).status == Message.Status.DRAFT
    assert planning.may_be_moved(Message.objects.get(pk=planned.pk))
