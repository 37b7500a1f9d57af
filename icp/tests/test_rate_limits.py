"""Who asks too often waits; good news is never held up; a broken cache holds up nobody."""

import os
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from icp import rate_limits
from icp.rate_limits import LIMITS, Limit, limited
from tests import make

pytestmark = pytest.mark.django_db


def stop(monkeypatch: pytest.MonkeyPatch, at: float) -> None:
    """The clock of rate limits stands."""
    monkeypatch.setattr("icp.rate_limits.time", SimpleNamespace(time=lambda: at))


@pytest.fixture(autouse=True)
def _clock(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RATE_LIMITS = True
    monkeypatch.setitem(LIMITS, "search", Limit(3, 60))
    monkeypatch.setitem(LIMITS, "callback", Limit(2, 60, refusals_only=True))
    stop(monkeypatch, 1_000_000_000)  # 20 s before the minute


def answering(name: str, status: int) -> Callable[[HttpRequest], HttpResponse]:
    return limited(name)(lambda request: HttpResponse(status=status))


def ask(
    view: Callable[[HttpRequest], HttpResponse], computer: str = "198.51.100.1"
) -> HttpResponse:
    return view(RequestFactory().get("/", REMOTE_ADDR=computer))


def test_one_request_too_many_waits() -> None:
    view = answering("search", 200)
    assert [ask(view).status_code for _time in range(4)] == [200, 200, 200, 429]
    refused = ask(view)
    assert refused["Retry-After"] == "20"
    assert "Za dużo żądań" in refused.content.decode()
    assert ask(view, "198.51.100.2").status_code == 200


def test_the_next_minute_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    view = answering("search", 200)
    assert [ask(view).status_code for _time in range(4)][-1] == 429
    stop(monkeypatch, 1_000_000_021)
    assert ask(view).status_code == 200


def test_looking_at_a_form_is_not_sending_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "upload", Limit(1, 60, posts_only=True))
    view = answering("upload", 200)
    assert {ask(view).status_code for _time in range(5)} == {200}
    post = RequestFactory().post("/", REMOTE_ADDR="198.51.100.1")
    assert [view(post).status_code for _time in range(2)] == [200, 429]


def test_good_news_is_never_held_up() -> None:
    assert {ask(answering("callback", 200)).status_code for _time in range(9)} == {200}


def test_refusals_are_counted_also_when_they_are_raised() -> None:
    view = answering("callback", 400)
    assert [ask(view).status_code for _time in range(3)] == [400, 400, 429]

    @limited("callback")
    def raising(request: HttpRequest) -> HttpResponse:
        raise Http404

    for _time in range(2):
        with pytest.raises(Http404):
            ask(raising, "198.51.100.3")
    assert ask(raising, "198.51.100.3").status_code == 429


def test_a_broken_cache_lets_everybody_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ConnectionError

    for call in ("add", "incr", "get"):
        monkeypatch.setattr(cache, call, broken)
    for name in ("search", "callback"):
        view = answering(name, 200)
        assert {ask(view).status_code for _time in range(9)} == {200}


def test_no_computer_and_no_person_stands_in_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[str] = []

    def incr(key: str) -> int:
        keys.append(key)
        return 1

    monkeypatch.setattr(cache, "incr", incr)
    ask(answering("search", 200), "198.51.100.77")
    assert keys
    assert "198.51.100.77" not in keys[0]


def test_limits_can_be_switched_off(settings: Settings) -> None:
    settings.RATE_LIMITS = False
    assert {ask(answering("search", 200)).status_code for _time in range(9)} == {200}


def test_guessing_links_out_of_a_mail_ends_soon(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = reverse("unsubscribe", args=["zgaduje"])
    limit = LIMITS["unsubscribe"].requests
    answers = [client.get(address).status_code for _time in range(limit + 1)]
    assert answers == [404] * limit + [429]


def test_a_clerk_may_search_but_not_copy_the_register(client: Client) -> None:
    client.force_login(make.staff("recipients_clerk"))
    address = reverse("recipient-search")
    answers = [client.post(address, {"q": "Kowalska"}).status_code for _time in range(4)]
    assert answers == [200, 200, 200, 429]


@pytest.mark.celery
def test_redis_counts_several_windows_in_one_question(settings: Settings) -> None:
    redis = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": redis, "LOCATION": os.environ["ICP_TEST_REDIS"]}}
    who = uuid.uuid4().hex
    asked = [("read", who, 3600), ("read", f"{who}-network", 86_400)]
    assert rate_limits.tally_all(asked) == [1, 1]
    assert rate_limits.tally_all(asked) == [2, 2]
    assert rate_limits.tally(*asked[0]) == 3
    assert rate_limits.tallied(*asked[0]) == 3
    assert rate_limits.tallied(*asked[1]) == 2
    backend: Any = caches["default"]
    client = backend._cache.get_client(None)
    lasting = {client.ttl(key) for key in client.keys(f"*{who}*")}
    assert {round(seconds, -2) for seconds in lasting} == {3600, 86_400}
