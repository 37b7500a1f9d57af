"""What the server gives a phone: one page of nobody, its manifest, its worker, and files for the natives."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django import Settings

from admin_module.models import User
from resident_app import kept
from resident_app.icons import ICONS, PICTURES
from tests import make

pytestmark = pytest.mark.django_db
SCRIPTS = Path(settings.BASE_DIR) / "static" / "js" / "resident"


def told(client: Client) -> dict[str, object]:
    text = client.get("/app/sw.js").content.decode()
    found: dict[str, object] = json.loads(text.splitlines()[0].removeprefix("self.KEPT = ")[:-1])
    return found


def test_every_address_of_the_app_is_the_same_page_and_names_nobody(client: Client) -> None:
    signed_in: User = make.staff("administrator", last_name="Nieodgadniona")
    first = client.get("/app/").content
    client.force_login(signed_in)
    for path in ("/app/", "/app/m/0c5e6c5a-2c3a-4f0e-8f38-1e1a6f8b7b11", "/app/r/x", "/app/zglos"):
        response = client.get(path)
        assert response.status_code == 200
        assert response.content == first
        assert "private" in response["Cache-Control"]
    assert b"Nieodgadniona" not in first
    assert b"csrf" not in first.lower()


def test_the_manifest_is_the_municipalitys(client: Client) -> None:
    response = client.get("/app/manifest.webmanifest")
    manifest = response.json()
    assert response["Content-Type"] == "application/manifest+json"
    assert manifest["name"].startswith(settings.MUNICIPALITY["town"])
    assert manifest["scope"] == manifest["start_url"] == "/app/"
    assert manifest["display"] == "standalone"
    assert {(one["sizes"], one["purpose"]) for one in manifest["icons"]} == {
        (f"{size}x{size}", purpose) for _name, size, purpose in PICTURES
    }
    for name, size, _purpose in PICTURES:
        from PIL import Image

        found = finders.find(name)
        assert found
        with Image.open(found) as picture:
            assert picture.size == (size, size)


def test_the_worker_keeps_all_that_the_app_imports_and_nothing_that_is_not_there(
    client: Client,
) -> None:
    said = told(client)
    files = said["files"]
    assert isinstance(files, list)
    for address in files:
        assert client.get(address).status_code == 200, address
    for module in SCRIPTS.rglob("*.js"):
        for imported in re.findall(r'from "(\.[^"]+)"', module.read_text(encoding="utf-8")):
            path = (module.parent / imported).resolve()
            static = path.relative_to(Path(settings.BASE_DIR) / "static").as_posix()
            assert f"/static/{static}" in files, f"{module.name} imports {imported}"


def test_another_file_makes_another_worker(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    before = kept._digest()
    monkeypatch.setattr(kept, "LINKED", (*kept.LINKED, "js/app.js"))
    assert kept._digest() != before


def test_every_icon_that_a_screen_shows_is_in_the_page() -> None:
    modules = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS.rglob("*.js"))
    asked = set(re.findall(r'(?:icon\(|symbol: )"([\w-]+)"', modules))
    assert asked
    assert sorted(asked - set(ICONS)) == []


def test_native_apps_are_named_where_there_are_any(client: Client, settings: Settings) -> None:
    assert client.get("/.well-known/assetlinks.json").json() == []
    apple = "/.well-known/apple-app-site-association"
    assert client.get(apple).json() == {"applinks": {"details": []}}
    settings.NATIVE_APPS = {
        "android": {"package": "pl.example.icp", "certificates": ["AB:CD"]},
        "apple": ["TEAM123456.pl.example.icp"],
    }
    (link,) = client.get("/.well-known/assetlinks.json").json()
    assert link["target"]["sha256_cert_fingerprints"] == ["AB:CD"]
    (detail,) = client.get(apple).json()["applinks"]["details"]
    assert detail["components"] == [{"/": "/app/m/*"}, {"/": "/app/r/*"}]
    assert client.get(apple)["Content-Type"] == "application/json"


def test_search_engines_are_kept_from_messages_and_the_api(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert {"Disallow: /app/m/", "Disallow: /app/r/", "Disallow: /api/"} <= set(lines)
