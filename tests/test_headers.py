"""Every answer of every address carries every header, errors and files among them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from admin_module.models import User
from tests import make
from tests.test_access import ALL, Address, name_of

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent
CSP = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


@pytest.fixture
def master() -> User:
    """Somebody with every permission, so that pages and not refusals are looked at."""
    user = make.staff("administrator")
    user.is_superuser = True
    user.save(update_fields=["is_superuser"])
    return user


# The app asks for the place of a report.
MAY_LOCATE = {"app", "app-screen"}


def check(
    response: Any, *, kept: bool = False, locates: bool = False, shared: bool = False
) -> None:
    headers = response.headers
    assert set(headers["Content-Security-Policy"].split("; ")) >= CSP
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    # A refused method shares nothing, but Open311 answers it in its own words.
    origins = {"cross-origin"} if shared else {"same-origin"}
    origins |= {"same-origin"} if response.status_code == 405 else set()
    assert headers["Cross-Origin-Resource-Policy"] in origins
    place = "self" if locates and response.status_code == 200 else ""
    assert f"geolocation=({place})" in headers["Permissions-Policy"]
    assert kept or "no-store" in headers["Cache-Control"]
    assert "Server" not in headers
    assert "X-Powered-By" not in headers
    if headers.get("Content-Type", "").startswith("text/"):
        assert "charset=utf-8" in headers["Content-Type"].lower()
    for cookie in (cookie for cookie in response.cookies.values() if cookie.value):
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


# Pictures of the office itself: nobody's data, and the same for everybody.
KEPT = {"municipality-logo", "logo"}
# The residents' app before anybody is known, and what machines ask about it.
KEPT |= {"app", "app-screen", "app-manifest", "app-worker", "app-offline"}
KEPT |= {"asset-links", "apple-links", "robots"}
# Open data, without cookies, also for pages of other hosts (GeoReport v2).
SHARED = {
    "open311-discovery", "open311-services", "open311-service", "open311-requests",
    "open311-request", "open311-token", "open311-nothing", "open311-nothing-else",
}  # fmt: skip
# Of other hosts' pages, too: alarms for everybody.
SHARED |= {"alert-feed", "embed-alerts", "chat-loader"}
KEPT |= SHARED
# What everybody may see, asked for anew each time.
KEPT |= {"alert-list", "public-report-list", "public-report", "town-outline"}
# SOAP 1.1, section 6.2: a refusal is a Fault with 500, never a page.
SOAP = {"epuap-push"}


@pytest.mark.parametrize("address", ALL, ids=name_of)
def test_every_address_has_every_header(client: Client, master: User, address: Address) -> None:
    client.raise_request_exception = False
    name = address.name
    allowed = {"kept": name in KEPT, "locates": name in MAY_LOCATE, "shared": name in SHARED}
    check(client.get(address.path), **allowed)
    client.force_login(master)
    client.get(reverse("robots"))  # settles the session, which a 503 would not keep
    for response in (client.get(address.path), client.post(address.path), client.put(address.path)):
        check(response, **allowed)
        assert response.status_code != 500 or (
            address.name in SOAP and b"<ob:Wyjatek>" in response.content
        )


@pytest.mark.parametrize("path", ["/nie-ma/", "/odbiorcy/999999/", "/%00", "/healthz?x=%00"])
def test_errors_have_them_too(client: Client, master: User, path: str) -> None:
    client.force_login(master)
    response = client.get(path)
    assert response.status_code in {400, 404}
    check(response)


def test_a_failure_on_our_side_has_them_and_says_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> HttpResponse:
        raise ValueError("48031512349 hasło=tajne")

    client.raise_request_exception = False
    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", broken)
    client.cookies["icp_session"] = "x" * 32
    response = client.get(reverse("dashboard"))
    assert response.status_code == 500
    check(response)
    page = response.content.decode()
    assert "48031512349" not in page
    assert "Traceback" not in page
    assert "ValueError" not in page


def test_behind_https_cookies_are_bound_to_the_host_and_the_way() -> None:
    """In a process of its own, because these settings are read once."""
    told = subprocess.run(
        [sys.executable, "-c", ASKING],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "icp.settings",
            "ICP_SECRET_KEY": "x" * 60,
            "ICP_PUBLIC_URL": "https://icp.zazolcin.example",
            "ICP_ALLOWED_HOSTS": "icp.zazolcin.example",
            "ICP_BEHIND_PROXY": "1",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(told.stdout.splitlines()[-1])
    assert said["hsts"] == "max-age=31536000; includeSubDomains; preload"
    assert said["plain"] == [301, "https://icp.zazolcin.example/zaloguj/"]
    assert said["cookie"].startswith("__Host-icp_csrf=")
    for part in ("Path=/", "Secure", "HttpOnly", "SameSite=Lax"):
        assert part in said["cookie"]
    assert "Domain" not in said["cookie"]
    assert said["session"] == ["__Host-icp_session", True, True, "Lax", None, "/"]


ASKING = """
import json
import django
django.setup()
from django.conf import settings
from django.test import Client
ask = Client(HTTP_HOST="icp.zazolcin.example")
page = ask.get("/zaloguj/", HTTP_X_FORWARDED_PROTO="https")
plain = ask.get("/zaloguj/")
print(json.dumps({
    "hsts": page["Strict-Transport-Security"],
    "cookie": page.cookies[settings.CSRF_COOKIE_NAME].OutputString(),
    "plain": [plain.status_code, plain["Location"]],
    "session": [settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE,
                settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE,
                settings.SESSION_COOKIE_DOMAIN, settings.SESSION_COOKIE_PATH],
}))
"""
