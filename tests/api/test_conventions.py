"""What every endpoint keeps to, over endpoints that do nothing else."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from admin_module import configuration
from icp.api import cursors, limits, strict, versions
from icp.api.handling import pointed
from icp.api.problems import MEDIA_TYPE, PROBLEMS, Problem
from recipients.contacts import devices
from recipients.models import Device
from tests import make
from tests.api import endpoints as places

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.endpoints")]
PLACES, SECRET = "/api/v1/places", "/api/v1/secret"


@pytest.fixture
def token() -> str:
    return devices.enroll(platform="web")[1]


def bearer(token: str, **more: str) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {token}", **more}}


def problem(response: Any, slug: str) -> dict[str, Any]:
    """The members of a refusal, once its form is as RFC 9457 and this API want it."""
    assert response["Content-Type"] == MEDIA_TYPE, response.content
    said: dict[str, Any] = json.loads(response.content)
    assert said["type"].endswith(f"/problems/{slug}"), said
    assert (said["status"], response.status_code) == (PROBLEMS[slug].status,) * 2
    assert said["title"]
    assert said["detail"]
    assert said["trace_id"] == response["X-Request-ID"]
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    return said


def test_whatever_django_refuses_is_a_problem_too(client: Client) -> None:
    problem(client.get("/api/v1/nie-ma"), "not-found")
    problem(client.get("/api/v1/places?x=%00"), "malformed")
    problem(client.get("/api/v1/%00"), "not-found")
    not_allowed = client.delete(PLACES)
    problem(not_allowed, "method-not-allowed")
    assert not_allowed["Allow"] == "POST, GET, HEAD"
    problem(client.options(PLACES), "method-not-allowed")


def test_a_body_that_cannot_be_read(client: Client, token: str) -> None:
    key = {"Idempotency-Key": "klucz-pierwszy"}

    def post(body: str, kind: str = "application/json") -> Any:
        return client.post(PLACES, body, content_type=kind, **bearer(token, **key))

    problem(post("{"), "malformed")
    problem(post("[" * 60 + "]" * 60), "malformed")
    problem(post('{"name": "x"}', "text/plain"), "media-type")
    problem(post("name=x", "application/x-www-form-urlencoded"), "media-type")
    problem(post('{"name": "' + "x" * 3_000_000 + '"}'), "too-large")
    problem(post("\xff".encode("latin-1").decode("latin-1"), "application/json"), "malformed")


def test_each_wrong_value_is_pointed_at(client: Client, token: str) -> None:
    sent = {"name": "x" * 41, "houses": [1, "dwa", True]}
    response = client.post(PLACES, sent, "application/json", **bearer(token))
    errors = problem(response, "invalid")["errors"]
    assert {row["pointer"] for row in errors} == {"#/houses/1", "#/houses/2"}
    sent["houses"] = []
    response = client.post(PLACES, sent, "application/json", **bearer(token))
    [error] = problem(response, "invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("#/name", "max_length")
    response = client.get(PLACES, {"limit": "0"})
    [error] = problem(response, "invalid")["errors"]
    assert error["parameter"] == "limit"
    assert "x" * 41 not in response.content.decode()


@pytest.mark.parametrize(
    ("sent", "where"),
    [
        ({"name": 5}, "#/name"),
        ({"name": "x", "wanted": "yes"}, "#/wanted"),
        ({"name": "x", "wanted": 1}, "#/wanted"),
        ({"name": "x", "houses": ["1"]}, "#/houses/0"),
        ({"name": "x", "houses": {"0": 1}}, "#/houses"),
        ([], "#"),
        ("x", "#"),
    ],
)
def test_types_are_taken_at_their_word(sent: object, where: str) -> None:
    assert next(strict.errors(places.PlaceSerializer(), sent))["pointer"] == where


def test_pointers_escape_what_names_hold() -> None:
    assert [row["pointer"] for row in pointed({"a/b~c": ["x"], "non_field_errors": ["y"]})] == [
        "#/a~1b~0c",
        "#",
    ]


def test_who_may_ask(client: Client, token: str) -> None:
    nobody = client.get(SECRET)
    problem(nobody, "unauthenticated")
    assert nobody["WWW-Authenticate"].startswith("Bearer")
    problem(client.get(SECRET, **bearer("icp1_x_y")), "unauthenticated")
    problem(client.get(SECRET, headers={"Authorization": "Basic eDp5"}), "unauthenticated")
    problem(client.get(SECRET, **bearer(token)), "not-paired")
    person = make.recipient()
    device = devices.of_token(token)
    assert device is not None
    Device.objects.filter(pk=device.pk).update(recipient=person, paired_at=device.created_at)
    assert client.get(SECRET, **bearer(token)).json() == {"of": person.pk}


def test_a_cookie_of_staff_opens_nothing_and_none_is_set(client: Client) -> None:
    client.force_login(make.staff("administrator"))
    response = client.get(SECRET)
    problem(response, "unauthenticated")
    assert "Cookie" not in client.get(PLACES)["Vary"]


def test_a_failure_of_ours_says_nothing_but_a_number(client: Client, token: str) -> None:
    client.raise_request_exception = False
    sent = {"name": "wcale"}
    key = {"Idempotency-Key": "klucz-pierwszy"}
    response = client.post(PLACES, sent, "application/json", **bearer(token, **key))
    problem(response, "server-error")
    assert b"48031512349" not in response.content


def test_what_has_not_changed_does_not_travel(client: Client, token: str) -> None:
    first = client.get(PLACES)
    assert first["Cache-Control"].startswith("public, max-age=30")
    assert first["Vary"] == "Authorization, Accept-Language"
    assert not first["ETag"].startswith("W/")
    for known in (first["ETag"], f"W/{first['ETag']}", f'"x", {first["ETag"]}', "*"):
        again = client.get(PLACES, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
    other = client.get(PLACES, headers={"If-None-Match": '"x"'})
    assert other.content == first.content
    assert other["Content-Type"] == "application/json"


def test_anybody_may_read_from_other_pages_what_anybody_may_read(
    client: Client, token: str
) -> None:
    assert client.get(PLACES)["Access-Control-Allow-Origin"] == "*"
    assert client.get(PLACES)["Cross-Origin-Resource-Policy"] == "cross-origin"
    closed = client.get(SECRET, **bearer(token))
    assert "Access-Control-Allow-Origin" not in closed
    assert closed["Cross-Origin-Resource-Policy"] == "same-origin"


def test_limits_are_told_and_held(client: Client, token: str, settings: Settings) -> None:
    first = client.get(SECRET, **bearer(token))
    assert '"write-device-60";q=60;w=60' in first["RateLimit-Policy"]
    assert first["RateLimit"].startswith('"write-device-60";r=59;t=')
    for _more in range(59):
        last = client.get(SECRET, **bearer(token))
    problem(last, "not-paired")
    refused = client.get(SECRET, **bearer(token))
    problem(refused, "too-many-requests")
    assert 0 < int(refused["Retry-After"]) <= 60
    # Another device behind the same address goes on; without limits everybody does.
    problem(client.get(SECRET, **bearer(devices.enroll(platform="web")[1])), "not-paired")
    settings.RATE_LIMITS = False
    problem(client.get(SECRET, **bearer(token)), "not-paired")


def test_a_network_is_counted_as_one(client: Client) -> None:
    most = limits.LIMITS["public"][0].requests
    for _more in range(most):
        client.get(PLACES, REMOTE_ADDR="203.0.113.9")
    problem(client.get(PLACES, REMOTE_ADDR="203.0.113.200"), "too-many-requests")
    assert client.get(PLACES, REMOTE_ADDR="203.0.114.9").status_code == 200
    cache.clear()


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:0:1ff::1", "2001:db8:0:100::/56"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("unix", "unix"),
    ],
)
def test_prefixes(address: str, prefix: str) -> None:
    assert limits.prefix_of(address) == prefix


def test_a_cursor_comes_back_whole_or_not_at_all() -> None:
    made = cursors.make("messages", {"after": 7})
    assert cursors.read("messages", made) == {"after": 7}
    changed = [
        made[:-1] + ("A" if made[-1] != "A" else "B"),
        made[1:],
        made + "AAAA",
        "",
        "ż",
        "=" * 9,
    ]
    for text in (*changed, cursors.make("reports", {"after": 7}), "x" * 100_000):
        with pytest.raises(Problem) as refused:
            cursors.read("messages", text)
        assert refused.value.slug == "cursor-invalid"


def test_an_old_app_is_told_to_update(client: Client) -> None:
    section = configuration.ResidentApps(least_web="1.2", least_android="3.0.1")
    configuration.write(section, by=make.clerk(), revision=0)

    def asked(said: str) -> Any:
        return client.get(PLACES, headers={"ICP-Client": said})

    for said in ("web/1.2.0", "web/1.10", "android/3.0.1", "ios/0.1", "watch/0.0.1"):
        assert asked(said).status_code == 200, said
    for said, least in (("web/1.1.9", "1.2"), ("android/3.0.0", "3.0.1"), ("web/0", "1.2")):
        assert problem(asked(said), "client-too-old")["min_client_version"] == least
    for said in ("web", "web/", "web/1.2.3.4", "Web/1", "web/1.2.3 (iPhone)", "", "web/999999"):
        problem(asked(said), "client-header")


def test_an_endpoint_that_goes_says_when(client: Client) -> None:
    response = client.get("/api/v1/old")
    since = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    assert response["Deprecation"] == f"@{since}"
    assert response["Sunset"] == "Fri, 01 Jan 2027 00:00:00 GMT"
    assert response["Link"] == '<https://icp.example/nowe>; rel="deprecation"; type="text/html"'


def test_every_kind_of_problem_has_a_page_in_polish(client: Client) -> None:
    for slug, kind in PROBLEMS.items():
        page = client.get(reverse("problem", args=[slug]))
        assert page.status_code == 200
        assert str(kind.title) in page.content.decode()
        assert 400 <= kind.status < 600
    assert client.get(reverse("problem", args=["nie-ma"])).status_code == 404


def test_numbers_of_versions() -> None:
    assert versions.numbers("1.2") == (1, 2, 0)
