"""The night of a flood, from a template to the evidence: one walk by two people through every screen of it."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from admin_module.models import User
from messaging.channels.base import News, StatusUpdate
from messaging.engine import delivering, expanding, receipts
from messaging.models import Delivery, Message
from messaging.tests.conftest import Fake, fake  # noqa: F401 - a fixture
from recipients import jobs
from recipients.models import Job
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(400),
]
WORDS = "Woda przekroczyła wał przy ul. Sportowej. Wejdź na piętro i zabierz dokumenty."
RIGHT = "Wał trzyma. Zalana jest tylko ulica, wody w domach nie będzie."
OVER = "Woda opada. Można wracać do domów."


@dataclass(frozen=True)
class Night:
    """Who is awake, and the browser that they share."""

    page: Page
    here: str
    sign_in: SignIn
    duty: User
    approver: User

    def go(self, path: str = "") -> None:
        self.page.goto(f"{self.here}/wiadomosci/{path}")

    def check(self, name: str) -> None:
        check_page(self.page, f"flood-{name}")


@pytest.fixture
def night(
    page: Page,
    live_server: LiveServer,
    sign_in: SignIn,
    fake: Fake,  # noqa: F811
    settings: Any,
    tmp_path: Any,
) -> Night:
    """Eight people by the river, with the app and a phone, and three elsewhere."""
    settings.FILES_DIR = str(tmp_path)
    fake("push"), fake("sms")
    for house in range(1, 5):
        for _person in range(2):
            make.recipient(kinds=("push", "sms"), address=make.address("Sportowa", house))
    for house in range(1, 4):
        place = make.point("Rynek", house, district_name="Śródmieście")
        place.latitude, place.longitude = 52.3 + house / 500, 22.0 + house % 2 / 100
        place.save()
        make.recipient(kinds=("push", "sms"), address=make.address("Rynek", house))
    duty, approver = make.staff("duty_officer"), make.staff("approver", last_name="Druga")
    sign_in(duty)
    return Night(page, live_server.url, sign_in, duty, approver)


def test_the_night_of_a_flood(night: Night) -> None:
    from_a_template(night)
    an_area_is_drawn(night)
    alarm = passed_on(night)
    approved(night, alarm)
    the_app_first(alarm)
    then_an_sms(night, alarm)
    corrected(night, alarm)
    called_off(night, alarm)
    proven(night, alarm)


def from_a_template(night: Night) -> None:
    page = night.page
    night.go("szablony/")
    page.locator("main a[href$='/szablony/nowy/']").first.click()
    page.locator("#id_name").fill("Powódź")
    page.locator("#id_title").fill("Powódź przy ul. Sportowej")
    page.locator("#id_short").fill(WORDS)
    page.locator("#id_long").fill(f"**{WORDS}**\n\nW razie zagrożenia życia zadzwoń pod 112.")
    page.locator(".card-foot button[value=save]").click()
    expect(page).to_have_url(re.compile(r"/szablony/\d+/$"))
    night.go("szablony/")
    page.locator("main td form button").click()
    expect(page).to_have_url(re.compile(r"/wiadomosci/\d+/edycja/"))


def an_area_is_drawn(night: Night) -> None:
    """Without a mouse: corners are addresses, moved by the arrow keys."""
    page = night.page
    page.locator("label.choice-danger").click()
    for kind in ("email", "sms", "push"):
        box = page.locator(f"input[name=channels][value={kind}]")
        box.set_checked(kind != "email", force=True)
    page.locator("label", has_text="Później i tylko").click()
    page.locator("#id_escalation_minutes").fill("15")
    draw = page.locator("[data-area-draw]")
    draw.press("Enter")
    page.locator("[data-area-keys] summary").press("Enter")
    for address in ("Sportowa 1", "Sportowa 2", "Sportowa 4"):
        page.locator("#area-find").fill(address)
        page.keyboard.press("Enter")
        expect(page.locator("[data-area-found] button").first).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("[data-area-found] button")).to_have_count(0)
    for number, key in ((1, "Shift+ArrowRight"), (2, "Shift+ArrowUp")):
        corner = page.locator(f"[data-area-corners] [data-corner='0-{number}']")
        corner.focus()
        for _step in range(4):
            page.keyboard.press(key)
            expect(corner).to_be_focused()
    draw.press("Enter")
    expect(page.locator("#audience-count .figure")).to_have_text("8")
    expect(page.locator("#audience-count")).to_contain_text("obszar na mapie")
    night.check("compose")


def passed_on(night: Night) -> Message:
    page = night.page
    page.locator("button[value=check]").first.click()
    expect(page).to_have_url(re.compile(r"/sprawdzenie/$"))
    night.check("check")
    page.locator("aside form button").last.click()
    expect(page).to_have_url(re.compile(r"/wiadomosci/\d+/$"))
    alarm = Message.objects.get()
    assert (alarm.status, alarm.klass, alarm.public) == ("waiting_approval", "alarm", True)
    return alarm


def approved(night: Night, message: Message) -> None:
    """By the second person, who reads what changed since they last looked."""
    page = night.page
    night.sign_in(night.approver)
    night.go("do-zatwierdzenia/")
    night.check(f"queue-{message.follow_kind or 'alarm'}")
    night.go(f"{message.pk}/zatwierdzenie/")
    night.check(f"approve-{message.follow_kind or 'alarm'}")
    page.locator("button[value=approve]").click()
    expect(page).to_have_url(re.compile(rf"/wiadomosci/{message.pk}/$"))
    night.sign_in(night.duty)


def go_out(message: Message, *channels: str) -> None:
    expanding.expand(message.pk)
    for channel in channels:
        delivering.drain(channel, 3)


def the_app_first(alarm: Message) -> None:
    """Three of eight open it; nobody is written to by SMS before its time."""
    go_out(alarm, "push", "sms")
    assert set(alarm.deliveries.filter(channel="sms").values_list("state", flat=True)) == {"queued"}
    opened = alarm.deliveries.filter(channel="push", state="accepted").order_by("pk")[:3]
    receipts.store("push", [StatusUpdate(one.reference, "", News.READ) for one in opened])
    receipts.apply()


def then_an_sms(night: Night, alarm: Message) -> None:
    late = Delivery.objects.filter(message=alarm, channel="sms", state="queued")
    late.update(due_at=timezone.now())
    delivering.drain("sms", 3)
    states = list(alarm.deliveries.filter(channel="sms").values_list("state", flat=True))
    assert (states.count("accepted"), states.count("suppressed")) == (5, 3)
    night.go(f"{alarm.pk}/")
    expect(night.page.locator("#progress")).to_contain_text("100%")
    night.check("progress")


def corrected(night: Night, alarm: Message) -> None:
    page = night.page
    page.get_by_role("link", name="Sprostuj").click()
    page.locator("#id_words").fill(RIGHT)
    night.check("correct")
    page.locator("button[value=check]").click()
    expect(page).to_have_url(re.compile(r"/sprawdzenie/$"))
    expect(page.locator("main")).to_contain_text("osoby, do których dotarła wiadomość")
    page.locator("aside form button").last.click()
    expect(page).to_have_url(re.compile(r"/wiadomosci/\d+/$"))
    right = Message.objects.get(follows=alarm)
    approved(night, right)
    go_out(right, "push", "sms")
    reached = right.deliveries.values_list("channel", flat=True)
    assert sorted(reached) == ["push"] * 8 + ["sms"] * 5  # each by the channels that worked


def called_off(night: Night, alarm: Message) -> None:
    """At once and by one person; everybody's page says so."""
    page = night.page
    night.go(f"{alarm.pk}/odwolanie/")
    page.locator("#id_words").fill(OVER)
    night.check("call-off")
    page.locator("button[value=send]").click()
    expect(page).to_have_url(re.compile(r"/wiadomosci/\d+/$"))
    go_out(Message.objects.get(follow_kind="call_off"), "push", "sms")
    night.go(f"{alarm.pk}/")
    expect(page.locator("#progress")).to_contain_text("Ta wiadomość została odwołana")
    night.check("over")
    page.goto(f"{night.here}/alerty/")
    expect(page.locator("main")).to_contain_text("Teraz nie ma żadnych alarmów")
    expect(page.locator(".alert-over")).to_have_count(2)
    night.check("alerts")


def proven(night: Night, alarm: Message) -> None:
    page = night.page
    night.go(f"{alarm.pk}/")
    page.get_by_role("link", name="Pakiet dowodowy").click()
    page.get_by_role("button", name="Sporządź pakiet dowodowy").click()
    expect(page.locator("#job")).to_be_visible()
    jobs.run(Job.objects.get(kind="message_evidence").pk)
    page.get_by_role("link", name="Otwórz pakiet dowodowy").click()
    page.locator("#id_skrot").fill(page.locator("code.digest").first.inner_text())
    page.get_by_role("button", name="Sprawdź skrót").click()
    expect(page.locator(".notice-ok")).to_be_visible()
    night.check("evidence")
