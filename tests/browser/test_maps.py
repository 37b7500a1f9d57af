"""The map of the town in a real browser: dots and the pin by mouse and by keys, an address instead of pointing."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from recipients.models import AddressPoint
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page, take_picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def a_town() -> None:
    """Two districts and three streets around the places of /styl/."""
    rows = {
        "Sportowa": ("Słoneczne", 52.160, 22.262, 0.0008, 0.0012),
        "Wodna": ("Słoneczne", 52.166, 22.258, -0.0004, 0.0015),
        "Leśna": ("Nad Rzeką", 52.164, 22.282, 0.0010, 0.0007),
        "Parkowa": ("Nad Rzeką", 52.172, 22.284, -0.0009, 0.0009),
    }
    for name, (district, lat, lon, north, east) in rows.items():
        for number in range(12):
            point = make.point(name, 2 * number + 1, district_name=district)
            AddressPoint.objects.filter(pk=point.pk).update(
                latitude=lat + number * north, longitude=lon + number * east
            )


def test_a_map_by_mouse_and_by_keys(page: Page, live_server: LiveServer, sign_in: SignIn) -> None:
    a_town()
    sign_in(make.staff("administrator"))
    page.goto(f"{live_server.url}/styl/")
    map_of_places = page.locator("#styl-map")
    expect(map_of_places.locator("path.map-district")).to_have_count(2)
    # Two of the four places lie on one another: one dot with their number, and a list when pressed.
    group = map_of_places.get_by_role("button", name="Miejsc obok siebie: 2. Przybliż")
    expect(group).to_have_text("2")
    group.focus()
    page.keyboard.press("Enter")
    expect(map_of_places.locator(".map-list button").first).to_be_focused()
    expect(map_of_places.locator(".map-list button")).to_have_text(["doręczone", "w kolejce"])
    page.keyboard.press("Escape")
    expect(map_of_places.locator(".map-list")).to_have_count(0)
    check_page(page, "map")
    page.set_viewport_size({"width": 1440, "height": 900})
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours)
        take_picture(map_of_places, f"map-of-places-{colours}")


def test_marking_a_place(page: Page, live_server: LiveServer, sign_in: SignIn) -> None:
    a_town()
    sign_in(make.staff("administrator"))
    page.goto(f"{live_server.url}/styl/")
    lat, lon = (
        page.get_by_label("Szerokość geograficzna"),
        page.get_by_label("Długość geograficzna"),
    )
    search = page.get_by_label("Znajdź miejsce po adresie")
    search.fill("sportowej 5")
    search.press("Enter")
    page.get_by_role("button", name="ul. Sportowa 5").press("Enter")
    expect(lat).to_have_value("52.161600")
    pin = page.locator("#styl-pick .map-pin")
    expect(pin).to_have_attribute("aria-label", "Wskazane miejsce: 52.16160, 22.26440")
    # Who uses keys moves the map and takes its middle.
    page.locator("#styl-pick").focus()
    page.keyboard.press("ArrowRight")
    before = lon.input_value()
    page.get_by_role("button", name="Wskaż środek mapy").press("Enter")
    expect(lon).not_to_have_value(before)
    search.fill("Nieznana 5")
    search.press("Enter")
    expect(page.get_by_text("Nie ma takiego adresu w rejestrze")).to_be_visible()
    # What is typed into the fields moves the pin.
    lat.fill("52,17")
    lat.press("Tab")
    expect(pin).to_have_attribute(
        "aria-label", "Wskazane miejsce: 52.17000, " + f"{float(lon.input_value()):.5f}"
    )
    page.locator("#styl-pick").click(position={"x": 60, "y": 60})
    expect(lat).not_to_have_value("52,17")
    take_picture(page.locator("#styl-pick"), "map-pick")


def test_without_the_library_the_list_remains(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    page.route("**/leaflet.js", lambda route: route.fulfill(body=""))
    sign_in(make.staff("administrator"))
    page.goto(f"{live_server.url}/styl/")
    expect(page.locator("#styl-map")).to_be_hidden()
