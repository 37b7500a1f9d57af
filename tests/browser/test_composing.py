"""From an area drawn without a mouse to a checked message, with what was typed kept on the way."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from admin_module.models import User
from messaging.models import Letter, Message, UnsavedWork
from messaging.tests.flow import sent
from recipients.models import GroupFilter, RecipientGroup, SavedFilter
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def editor(sign_in: SignIn) -> User:
    user = make.staff("editor", "recipients_clerk")
    sign_in(user)
    return user


@pytest.fixture
def town() -> None:
    """Houses on two streets; four people at the first one."""
    about = make.topic("Wydarzenia")
    for house in range(1, 5):
        make.recipient(topics=(about,), address=make.address("Sportowa", house))
    for house in range(1, 4):
        place = make.point("Rynek", house, district_name="Śródmieście")
        place.latitude, place.longitude = 52.3 + house / 500, 22.0 + house % 2 / 100
        place.save()


def count(page: Page) -> None:
    expect(page.locator("#audience-count .figure")).to_have_text("4")


def test_an_area_is_drawn_by_keys_and_addresses_alone(
    page: Page, live_server: LiveServer, editor: User, town: None
) -> None:
    page.goto(f"{live_server.url}/wiadomosci/nowa/")
    expect(page.locator("#area-map .leaflet-control-zoom")).to_be_visible()
    draw = page.locator("[data-area-draw]")
    draw.focus()
    page.keyboard.press("Enter")
    expect(draw).to_have_attribute("aria-pressed", "true")
    page.locator("[data-area-keys] summary").press("Enter")
    for address in ("Sportowa 1", "Sportowa 2", "Sportowa 4"):
        page.locator("#area-find").fill(address)
        page.keyboard.press("Enter")
        choice = page.locator("[data-area-found] button").first
        expect(choice).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("[data-area-found] button")).to_have_count(0)
    for number, key in ((1, "Shift+ArrowRight"), (2, "Shift+ArrowUp")):
        corner = page.locator(f"[data-area-corners] [data-corner='0-{number}']")
        corner.focus()
        for _step in range(4):
            page.keyboard.press(key)
            expect(corner).to_be_focused()
    draw.press("Enter")
    expect(draw).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#area-map .map-drawn")).to_have_count(1)
    count(page)
    expect(page.locator("#audience-count")).to_contain_text(re.compile("obszar na mapie|area"))
    page.locator("#area-map").scroll_into_view_if_needed()
    check_page(page, "messages-area")
    undone_and_saved(page)


def undone_and_saved(page: Page) -> None:
    """Corners go and come back; the area stays with the draft."""
    page.locator("[data-area-corners] [data-corner='0-0']").focus()
    page.keyboard.press("Delete")
    expect(page.locator("#id_areas")).to_have_value("")
    page.locator("[data-area-undo]").click()
    count(page)
    page.locator("[data-area-clear]").click()
    expect(page.locator("#area-map .map-drawn")).to_have_count(0)
    page.locator("[data-area-undo]").click()
    page.locator("#id_title").fill("Obszar przy Sportowej")
    page.locator("button[value=save]").click()
    expect(page).to_have_url(re.compile(r"/wiadomosci/\d+/edycja/"))
    polygon = Message.objects.get().audience.filter["polygon"]
    assert isinstance(polygon, list)
    assert len(polygon) == 3
    expect(page.locator("#area-map .map-drawn")).to_have_count(1)
    count(page)


def test_an_area_is_drawn_by_clicks_and_pulled(
    page: Page, live_server: LiveServer, editor: User, town: None
) -> None:
    page.goto(f"{live_server.url}/wiadomosci/nowa/")
    town_map = page.locator("#area-map")
    expect(town_map.locator(".map-district").first).to_be_attached()
    town_map.scroll_into_view_if_needed()
    page.locator("[data-area-draw]").click()
    for place in ((20, 60), (320, 60), (320, 380), (120, 380)):
        town_map.click(position={"x": place[0] + 60, "y": place[1]})
    expect(town_map.locator(".map-corner")).to_have_count(4)
    town_map.locator("[data-corner='0-0']").click()  # the first corner closes the area
    expect(page.locator("[data-area-draw]")).to_have_attribute("aria-pressed", "false")
    before = page.locator("#id_areas").input_value()
    town_map.locator(".map-between").first.drag_to(town_map, target_position={"x": 240, "y": 20})
    expect(town_map.locator(".map-corner")).to_have_count(5)
    assert page.locator("#id_areas").input_value() != before


def test_what_was_typed_comes_back_after_the_page_is_left(
    page: Page, live_server: LiveServer, editor: User, town: None
) -> None:
    page.clock.install()
    page.goto(f"{live_server.url}/wiadomosci/nowa/")
    page.locator("#id_title").fill("Nie zdążyłam zapisać")
    page.locator("#id_short").fill("Woda będzie o 14")
    with page.expect_response("**/niezapisane/"):
        page.clock.fast_forward(11_000)
    expect(page.locator("#autosave")).to_contain_text(re.compile(r"\d\d:\d\d"))
    assert UnsavedWork.objects.count() == 1
    page.goto(f"{live_server.url}/wiadomosci/")
    page.goto(f"{live_server.url}/wiadomosci/nowa/")
    expect(page.locator(".notice-warn")).to_contain_text("Nie zdążyłam zapisać")
    check_page(page, "messages-unsaved")
    page.locator(".notice-warn a").click()
    expect(page.locator("#id_short")).to_have_value("Woda będzie o 14")
    page.locator("button[value=save]").click()
    expect(page).to_have_url(re.compile(r"/wiadomosci/\d+/edycja/"))
    draft = Message.objects.get()
    assert not UnsavedWork.objects.exists()
    nothing_is_kept_beside_what_is_saved(page)
    page.locator("#id_title").fill("Moja wersja")
    Message.objects.filter(pk=draft.pk).update(revision=7)
    with page.expect_response("**/niezapisane/"):
        page.clock.fast_forward(11_000)
    expect(page.locator("#autosave")).to_have_class(re.compile("text-warn"))
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("form[action$='/usuniecie/'] button").click()
    expect(page.locator("form[action$='/przywrocenie/']")).to_be_visible()
    check_page(page, "messages-deleted")
    page.locator("form[action$='/przywrocenie/'] button").click()
    expect(page).to_have_url(re.compile(rf"/{draft.pk}/edycja/"))


def nothing_is_kept_beside_what_is_saved(page: Page) -> None:
    """A page that goes away because its form was sent tells nothing more."""
    told: list[str] = []
    page.on("request", lambda request: told.append(request.url))
    page.locator("#id_title").fill("Zdążyłam")
    page.locator("#compose").dispatch_event("submit", {"bubbles": True})
    page.evaluate("Object.defineProperty(document, 'visibilityState', { value: 'hidden' })")
    page.locator("body").dispatch_event("visibilitychange", {"bubbles": True})
    page.wait_for_timeout(300)
    assert [url for url in told if "niezapisane" in url] == []
    page.reload()


def test_tests_saved_audiences_and_what_is_alike(
    page: Page, live_server: LiveServer, editor: User, town: None
) -> None:
    group = RecipientGroup.objects.create(name="Przy Sportowej", kind="dynamic")
    filter_: dict[str, object] = {"street": [make.street().pk]}
    GroupFilter.objects.create(group=group, saved=SavedFilter(filter_, "ul. Sportowa"))
    about = make.topic("Wydarzenia")
    sent(make.message(author=editor, about=about, audience=dict(filter_)))
    draft = make.message(author=editor, about=about, audience=dict(filter_))
    page.goto(f"{live_server.url}/wiadomosci/{draft.pk}/edycja/")
    letters = Letter.objects.count()
    page.locator("button[value=test]").click()
    expect(page.locator("#try-result .text-ok")).to_be_visible()
    assert Letter.objects.count() == letters + 1
    page.locator("#id_saved_audience").select_option(label="Przy Sportowej")
    page.locator("button[value=load]").click()
    expect(page.locator("#id_street-0-name")).to_have_value("ul. Sportowa")
    count(page)
    check_page(page, "messages-saved-audience")
    page.goto(f"{live_server.url}/wiadomosci/{draft.pk}/sprawdzenie/")
    expect(page.locator("#id_same_text")).to_be_visible()
    check_page(page, "messages-check-alike")
    page.goto(f"{live_server.url}/wiadomosci/{draft.pk}/poza-zasiegiem/")
    check_page(page, "messages-unreached")
