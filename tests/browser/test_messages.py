"""From a clerk's keyboard and mouse to a sent message, on every screen of messages."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from admin_module.models import User
from messaging.models import Attempt, Delivery, Message
from messaging.tests.flow import sent
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def editor(sign_in: SignIn) -> User:
    """Somebody who writes messages and may open people's cards, signed in."""
    user = make.staff("editor", "recipients_clerk")
    sign_in(user)
    return user


@pytest.fixture
def town() -> None:
    """Eight people: women over 60 at odd numbers of Sportowa, and others."""
    topic = make.topic("Wydarzenia")
    for house in range(1, 9):
        make.recipient(
            kinds=("email", "sms"),
            topics=(topic,),
            first_name="Wanda",
            last_name=f"Wiatrak{'abcdefgh'[house - 1]}",
            address=make.address("Sportowa", house),
        )


def test_the_story_of_the_regulation(
    page: Page, live_server: LiveServer, editor: User, town: None
) -> None:
    page.goto(f"{live_server.url}/wiadomosci/nowa/")
    page.get_by_label(re.compile("^Temat zgody|^Topic")).select_option(label="Wydarzenia")
    page.locator("#id_title").fill("Spotkanie na Słonecznym")
    page.locator("label.chip", has_text="Osiedle Słoneczne").first.click()
    street = page.locator("#id_street-0-name")
    street.press_sequentially("spo")
    expect(page.locator("#streets option[value='ul. Sportowa']")).to_have_count(1)
    street.fill("ul. Sportowa")
    page.locator("#id_street-0-parity").select_option("odd")
    page.locator("#id_age_from").fill("60")
    expect(page.locator("#audience-count .figure")).to_have_text("4")
    page.locator("#id_short").fill("Zapraszamy, ")
    page.locator("[data-insert='{imie}'][data-into=id_short]").click()
    expect(page.locator("#id_short")).to_have_value("Zapraszamy, {imie}")
    expect(page.locator("#preview-sms")).to_contain_text("Zapraszamy, Anna")
    page.locator("#id_long").fill("Zapraszamy **serdecznie**.")
    check_page(page, "messages-edit")
    page.locator("button[value=check]").click()
    expect(page).to_have_url(re.compile(r"/wiadomosci/\d+/sprawdzenie/"))
    check_page(page, "messages-check")
    page.locator("aside form button").last.click()
    expect(page).to_have_url(re.compile(r"/wiadomosci/\d+/$"))
    message = Message.objects.get()
    assert message.status == Message.Status.SCHEDULED
    assert message.expected_count == 4


def test_mistakes_take_the_focus_and_keep_what_was_typed(
    page: Page, live_server: LiveServer, editor: User
) -> None:
    page.goto(f"{live_server.url}/wiadomosci/nowa/")
    page.locator("#id_long").fill("Dzień dobry, {imię}")
    page.locator("#id_street-0-name").fill("Nieistniejąca")
    page.locator("button[value=check]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#id_long")).to_have_value("Dzień dobry, {imię}")
    check_page(page, "messages-edit-mistakes")
    page.locator(".error-summary a[href='#id_street-0-name']").click()
    expect(page.locator("#id_street-0-name")).to_be_focused()


def test_rows_of_streets_and_people_by_name_are_added_with_the_keyboard(
    page: Page, live_server: LiveServer, editor: User, town: None
) -> None:
    page.goto(f"{live_server.url}/wiadomosci/nowa/")
    page.locator("[data-add-row]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#id_street-1-name")).to_be_focused()
    page.locator("#id_person").fill("Wiatraka")
    page.keyboard.press("Enter")
    found = page.locator("#picker-people .chip", has_text="Wanda")
    expect(found).to_have_count(1)
    found.locator("input").focus()
    page.keyboard.press("Space")
    expect(page.locator("#audience-count .figure")).to_have_text("1")


def test_the_whole_town_asks_for_the_word(
    page: Page, live_server: LiveServer, editor: User, town: None
) -> None:
    message = make.message(author=editor, about=make.topic("Wydarzenia"))
    page.goto(f"{live_server.url}/wiadomosci/{message.pk}/sprawdzenie/")
    page.locator("aside form button").last.click()
    expect(page.locator(".error-summary")).to_be_focused()
    check_page(page, "messages-check-word")
    word = re.search(r"[A-ZĄĆĘŁŃÓŚŹŻ]{5,}", page.locator("label[for=id_confirmation]").inner_text())
    assert word
    page.locator("#id_confirmation").fill(word[0])
    page.locator("aside form button").last.click()
    expect(page).to_have_url(re.compile(r"/wiadomosci/\d+/$"))


def test_progress_moves_by_itself_and_stops(
    page: Page, live_server: LiveServer, editor: User, town: None
) -> None:
    message = sent(make.message(author=editor, about=make.topic("Wydarzenia")))
    page.goto(f"{live_server.url}/wiadomosci/{message.pk}/")
    expect(page.locator("#progress")).to_have_attribute("hx-trigger", re.compile("every"))
    check_page(page, "messages-progress")
    Delivery.objects.filter(message=message).update(state="delivered")
    message.counters.filter(state="queued").update(state="delivered")
    Message.objects.filter(pk=message.pk).update(status="sent")
    expect(page.locator(".figure-large")).to_have_text("100%")
    expect(page.locator("#progress")).not_to_have_attribute("hx-trigger", re.compile("every"))


def test_every_other_screen_is_accessible(
    page: Page, live_server: LiveServer, editor: User, town: None
) -> None:
    page.goto(f"{live_server.url}/wiadomosci/")
    check_page(page, "messages-list-empty")
    message = sent(make.message(author=editor, about=make.topic("Wydarzenia")))
    delivery = message.deliveries.all()[0]
    Delivery.objects.filter(pk=delivery.pk).update(state="unknown", reason="lost_answer")
    Attempt.objects.create(
        delivery=delivery, at=delivery.changed_at, outcome="unknown", code="no_reply"
    )
    for name, address in (
        ("list", ""),
        ("deliveries", f"{message.pk}/doreczenia/"),
        ("trace", f"doreczenia/{delivery.pk}/"),
        ("cancel", f"{message.pk}/anulowanie/"),
    ):
        page.goto(f"{live_server.url}/wiadomosci/{address}")
        check_page(page, f"messages-{name}")


def test_the_approval_page_is_accessible(
    page: Page, live_server: LiveServer, sign_in: SignIn, town: None
) -> None:
    message = make.message(about=make.topic("Wydarzenia"), status="waiting_approval")
    sign_in(make.staff("approver"))
    page.goto(f"{live_server.url}/wiadomosci/{message.pk}/zatwierdzenie/")
    check_page(page, "messages-approve")
    page.locator("button[value=reject]").click()
    expect(page.locator(".error-summary")).to_be_focused()


@pytest.fixture
def no_script(
    browser: Browser, context: BrowserContext, live_server: LiveServer, editor: User
) -> Iterator[Page]:
    """The same session in a browser without JavaScript."""
    plain = browser.new_context(java_script_enabled=False, locale="pl-PL")
    plain.add_cookies(context.cookies())  # type: ignore[arg-type]
    yield plain.new_page()
    plain.close()


def test_everything_works_without_scripts(
    no_script: Page, live_server: LiveServer, town: None
) -> None:
    page = no_script
    page.goto(f"{live_server.url}/wiadomosci/nowa/")
    page.locator("#id_topic").select_option(label="Wydarzenia")
    page.locator("#id_title").fill("Bez skryptów")
    page.locator("#id_street-0-name").fill("Sportowa")
    page.locator("[data-add-row]").first.click()
    expect(page.locator("#id_street-1-name")).to_have_count(1)
    expect(page.locator("#audience-count .figure")).to_have_text("8")
    page.locator("#id_person").fill("Wiatraka")
    page.locator("button[value=find]").click()
    page.locator("#picker-people .chip").first.locator("input").check(force=True)
    page.locator("#id_short").fill("Treść")
    page.locator("#id_long").fill("Treść")
    page.locator("button[value=check]").click()
    expect(page).to_have_url(re.compile(r"/sprawdzenie/"))
    page.locator("aside form button").last.click()
    expect(page).to_have_url(re.compile(r"/wiadomosci/\d+/$"))
