"""Requests that no browser sends are refused with a page, and nothing is half done."""

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from icp import web_security
from icp.web_security import BadRequest, RequestLimits
from tests import make

pytestmark = pytest.mark.django_db


def look(**request: object) -> None:
    limits = RequestLimits(lambda request: None)  # type: ignore[arg-type, return-value]
    made = RequestFactory().post("/", **request)  # type: ignore[arg-type]
    limits.process_view(made, look, (), {})


def json_of(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def test_json_may_not_be_deep() -> None:
    look(data=json_of(web_security.DEEPEST_JSON), content_type="application/json")
    with pytest.raises(BadRequest):
        look(data=json_of(web_security.DEEPEST_JSON + 1), content_type="application/json")
    with pytest.raises(BadRequest):
        look(data=b'{"a":' * 100_000, content_type="application/json")


def test_brackets_in_words_are_words() -> None:
    look(data=b'{"a": "' + b"[" * 1000 + b'\\"["}', content_type="application/json")


def test_a_request_too_large_is_refused_before_it_is_read(
    client: Client, settings: Settings
) -> None:
    settings.LARGEST_REQUEST = 1000
    response = client.post(reverse("sign-in"), {"login": "a" * 2000})
    assert response.status_code == 400
    assert "Tego żądania nie da się odczytać" in response.content.decode()


@pytest.mark.parametrize("length", ["-1", "1e9", "x"])
def test_a_length_that_is_no_number_is_refused(client: Client, length: str) -> None:
    response = client.post(reverse("sign-in"), {"login": "a"}, CONTENT_LENGTH=length)
    assert response.status_code == 400


def test_too_many_fields_are_refused(client: Client) -> None:
    response = client.post(reverse("sign-in"), {f"f{number}": "" for number in range(2001)})
    assert response.status_code == 400


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1@evil.example", "a b", "[::1", "%00"])
def test_another_host_is_refused(client: Client, host: str) -> None:
    response = client.get(reverse("sign-in"), HTTP_HOST=host)
    assert response.status_code == 400
    assert "evil" not in response.content.decode()


def test_a_forwarded_host_changes_no_link(client: Client) -> None:
    response = client.get("/", HTTP_X_FORWARDED_HOST="evil.example")
    assert response["Location"] == f"{reverse('sign-in')}?next=/"


@pytest.mark.parametrize(
    "headers", [{"HTTP_X_HTTP_METHOD_OVERRIDE": "POST"}, {"HTTP_X_METHOD_OVERRIDE": "DELETE"}]
)
def test_a_method_cannot_be_overridden(client: Client, headers: dict[str, str]) -> None:
    client.force_login(make.staff("editor"))
    response = client.get(reverse("sign-out") + "?_method=POST", **headers)  # type: ignore[arg-type]
    assert response.status_code == 405


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "DEBUG", "PROPFIND"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    assert client.generic(method, reverse("sign-in")).status_code in {400, 403, 405}


def test_a_form_without_its_token_changes_nothing() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make.staff("editor"))
    strict.get("/")
    assert strict.post(reverse("sign-out")).status_code == 403
    assert strict.get("/").status_code == 200  # still signed in
    forged = {"csrfmiddlewaretoken": "x" * 64}
    assert strict.post(reverse("sign-out"), forged).status_code == 403


@pytest.mark.parametrize("cookie", ["x" * 32, "../../../etc/passwd", "a" * 5000, "' OR 1=1 --", ""])
def test_a_forged_session_is_nobody(client: Client, settings: Settings, cookie: str) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    response = client.get("/")
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("sign-in"))


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://testserver@evil.example",
        "https://testserver.evil.example",
        "\t//evil.example",
        "/\t/evil.example",
        "//evil%E3%80%82example",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(client: Client, target: str) -> None:
    client.force_login(make.staff("editor"))
    response = client.get(reverse("sign-in"), {"next": target})
    assert response["Location"] == reverse("dashboard")
    page = Client().get(reverse("sign-in"), {"next": target}).content.decode()
    assert "evil" not in page
    assert "javascript:alert" not in page


@pytest.mark.parametrize(
    "path",
    [
        "/static/../icp/settings.py",
        "/static/..%2ficp/settings.py",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static//etc/passwd",
        "/static/..\\icp\\settings.py",
        "/podrecznik/../../icp/settings.py",
        "/zgody/..%2f..%2fetc%2fpasswd.pdf",
    ],
)
def test_no_path_leads_out_of_its_folder(client: Client, path: str) -> None:
    client.force_login(make.staff("administrator"))
    response = client.get(path)
    assert response.status_code in {400, 403, 404}
    assert b"SECRET_KEY" not in response.content
