"""Groups and duplicates in a real browser: counted while typing, filled, compared by keyboard, merged."""

import re
import uuid
from threading import Event

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from recipients import jobs
from recipients.models import Recipient, RecipientGroup
from recipients.same_person import pairs
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(page: Page, live_server: LiveServer, sign_in: SignIn) -> Page:
    """A clerk who keeps people and writes to them."""
    make.point("Sportowa", 1)
    sign_in(make.staff("recipients_clerk", "editor"))
    page.set_default_timeout(20_000)
    return page


def test_a_group_with_a_filter_is_counted_while_it_is_made(
    desk: Page, live_server: LiveServer
) -> None:
    for number in range(3):
        make.recipient(first_name=f"Anna{'abc'[number]}", last_name="Sportowa")
    make.group("Rada Seniorów")
    desk.goto(f"{live_server.url}/odbiorcy/grupy/nowa/?rodzaj=dynamic")
    desk.fill("#id_name", "Kobiety")
    desk.locator("label.segment:has(input[name=sex][value=F])").click()
    expect(desk.locator("#audience-count .figure")).to_have_text("3")
    desk.fill("#id_person", "sportowa")
    desk.keyboard.press("Enter")
    expect(desk.locator("#picker-people .chip")).to_have_count(3)
    check_page(desk, "group-new")
    desk.locator("button[value=save]").click()
    expect(desk.locator(".notice-ok").first).to_be_visible()
    check_page(desk, "group-card-dynamic")
    desk.goto(f"{live_server.url}/odbiorcy/grupy/")
    check_page(desk, "group-list")
    assert RecipientGroup.objects.get(name="Kobiety").is_dynamic


def test_people_are_put_into_a_group_and_taken_out_again(
    desk: Page, live_server: LiveServer
) -> None:
    person = make.recipient(last_name="Kowalska")
    group = make.group("Rada Seniorów", make.recipient(last_name="Seniorska"))
    desk.goto(f"{live_server.url}/odbiorcy/grupy/{group.pk}/dodaj/")
    desk.fill("main #q", "kowal")
    desk.keyboard.press("Enter")
    desk.get_by_label("Kowalska Żaneta").check()
    check_page(desk, "group-add")
    desk.locator("main button.button-primary").click()
    expect(desk.locator(".notice-ok").first).to_be_visible()
    check_page(desk, "group-card-fixed")
    assert person in group.members.all()
    desk.get_by_label("Kowalska Żaneta").check()
    desk.locator("button.button-danger-quiet").click()
    check_page(desk, "group-card-taken-out")
    desk.locator(".notice button").last.click()
    expect(desk.get_by_label("Kowalska Żaneta")).to_be_visible()
    desk.goto(f"{live_server.url}/odbiorcy/grupy/{group.pk}/usun/")
    check_page(desk, "group-remove")
    desk.goto(f"{live_server.url}/odbiorcy/{person.pk}/grupy/")
    check_page(desk, "recipient-groups")


def test_a_message_s_audience_opens_as_a_new_group(desk: Page, live_server: LiveServer) -> None:
    desk.goto(f"{live_server.url}/wiadomosci/nowa/")
    desk.locator("label.segment:has(input[name=sex][value=F])").first.click()
    with desk.context.expect_page() as opened:
        desk.locator("button[value=take]").click()
    page = opened.value
    page.wait_for_load_state()
    expect(page).to_have_url(re.compile("/odbiorcy/grupy/nowa/"))
    expect(page.locator("input[name=sex][value=F]")).to_be_checked()


def test_two_cards_are_compared_and_merged_with_the_keyboard(
    desk: Page, live_server: LiveServer
) -> None:
    stays = make.recipient(first_name="Żaneta", kinds=("email",))
    goes = make.recipient(first_name="Żanetta", kinds=("email", "sms"))
    job = jobs.order(pairs.JOB, by=None, form_key=uuid.uuid4())
    jobs.run(job.pk, Event())
    desk.goto(f"{live_server.url}/odbiorcy/duplikaty/")
    check_page(desk, "duplicate-list")
    desk.get_by_role("link", name="Porównaj i scal").click()
    check_page(desk, "recipient-join")
    desk.locator("button.button-danger").click()
    expect(desk.locator(".error-summary")).to_be_focused()
    check_page(desk, "recipient-join-mistakes")
    for name in ("first_name", "pesel", "email"):
        desk.locator(f"input[name={name}]").first.focus()
        desk.keyboard.press("ArrowDown")  # the value of the other card
    desk.locator("#id_sure").focus()
    desk.keyboard.press("Space")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator(".notice-ok").first).to_be_visible()
    check_page(desk, "recipient-card-merged")
    stays.refresh_from_db()
    assert stays.identity is not None
    assert stays.identity.first_name == "Żanetta"
    assert Recipient.objects.get(pk=goes.pk).state == Recipient.State.MERGED
    desk.goto(f"{live_server.url}/odbiorcy/{stays.pk}/polacz/")
    check_page(desk, "recipient-twin")
