"""The town's outline for maps, and places found by typing an address."""

import json

import pytest
from django.test import Client

from admin_module import configuration
from admin_module.configuration import TownMap
from admin_module.settings_forms.town_map import TownMapForm
from recipients.address_register.outline import metres_between
from recipients.models import AddressPoint
from recipients.views import mapping
from tests import make

pytestmark = pytest.mark.django_db
OUTLINE, FIND = "/mapa/obrys.geojson", "/mapa/adres/"


def houses() -> None:
    for number, (lat, lon) in enumerate([(52.1, 22.2), (52.11, 22.2), (52.11, 22.22)], start=1):
        point = make.point("Sportowa", 2 * number - 1, district_name="Słoneczne")
        AddressPoint.objects.filter(pk=point.pk).update(latitude=lat, longitude=lon)


def test_the_outline_is_districts_and_lines_of_streets(client: Client) -> None:
    houses()
    answer = client.get(OUTLINE)
    assert answer["Content-Type"] == "application/geo+json"
    district, street = json.loads(answer.content)["features"]
    assert district["properties"]["name"] == "Słoneczne"
    [ring] = district["geometry"]["coordinates"]
    assert ring[0] == ring[-1]
    assert sorted(ring[:-1]) == [[22.2, 52.1], [22.2, 52.11], [22.22, 52.11]]
    assert street["geometry"]["type"] == "LineString"
    assert street["properties"] == {"kind": "street", "name": "ul. Sportowa"}


def test_the_outline_is_not_sent_twice_and_follows_the_register(client: Client) -> None:
    houses()
    tag = client.get(OUTLINE)["ETag"]
    assert client.get(OUTLINE, headers={"If-None-Match": tag}).status_code == 304
    AddressPoint.objects.filter(number=1).update(latitude=52.09)
    answer = client.get(OUTLINE, headers={"If-None-Match": tag})
    assert (answer.status_code, answer["ETag"] != tag) == (200, True)
    assert b"52.09" in answer.content


def test_a_town_without_a_register_has_an_empty_outline(client: Client) -> None:
    assert json.loads(client.get(OUTLINE).content) == {"type": "FeatureCollection", "features": []}


def test_a_place_is_found_by_street_and_number_or_by_street(client: Client) -> None:
    houses()
    [house] = client.post(FIND, {"q": "sportowej 3"}).json()["items"]
    assert (house["label"], house["lat"], house["lon"]) == ("ul. Sportowa 3", 52.11, 22.2)
    [street] = client.post(FIND, {"q": "spor"}).json()["items"]
    assert street["label"].startswith("ul. Sportowa,")
    for strange in ("", "Nieznana 5", "7" * 5000, "<b>"):
        assert client.post(FIND, {"q": strange}).json() == {"items": []}


def test_questions_are_counted() -> None:
    assert getattr(mapping.address_find, "limited", "") == "search"


def test_distances_are_metres() -> None:
    assert metres_between((22.0, 52.0), (22.0, 52.001)) == pytest.approx(111.3, abs=0.2)
    assert metres_between((22.0, 52.0), (22.001, 52.0)) == pytest.approx(68.5, abs=0.2)


def test_only_pages_with_a_map_may_load_its_tiles(client: Client) -> None:
    by = make.staff("administrator")
    client.force_login(by)
    tiles = TownMap("https://{s}.mapa.example/{z}/{x}/{y}.png", "© Mapa")
    configuration.write(tiles, by=by, revision=0)
    page = client.get("/styl/")
    policy = page["Content-Security-Policy"].split("; ")
    assert "img-src 'self' data: https://*.mapa.example" in policy
    assert 'data-tiles="https://{s}.mapa.example/{z}/{x}/{y}.png"' in page.content.decode()
    assert "mapa.example" not in client.get("/")["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ("", True),
        ("https://mapa.example/{z}/{x}/{y}.png", True),
        ("http://mapa.example/{z}/{x}/{y}.png", False),
        ("https://mapa.example/{z}/{x}.png", False),
        ("https://me:you@mapa.example/{z}/{x}/{y}.png", False),
        ("https://mapa.example; script-src *//{z}/{x}/{y}.png", False),
        ("javascript:alert(1)//{z}{x}{y}", False),
    ],
)
def test_an_address_of_tiles_is_checked(typed: str, fits: bool) -> None:
    form = TownMapForm(
        {"tiles": typed, "attribution": "", "revision": "0"}, current=TownMap(), revision=0
    )
    assert form.is_valid() is fits
    if not fits:
        assert list(form.errors) == ["tiles"]
