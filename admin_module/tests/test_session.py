"""A session ends after a while without work; a page that polls by itself is not work."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module import session
from admin_module.models import StaffSession
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "styl"


@pytest.fixture
def clerk_client(client: Client) -> Client:
    client.force_login(make.staff("administrator"))
    return client


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    then = timezone.now() + by

    def now() -> datetime:
        return then

    monkeypatch.setattr("django.utils.timezone.now", now)


def test_a_page_tells_when_the_session_ends(clerk_client: Client) -> None:
    html = clerk_client.get(reverse(PAGE)).content.decode()
    ends = clerk_client.session[session.ENDS]
    assert f'data-ends="{ends}"' in html
    left = ends - timezone.now().timestamp()
    assert settings.SESSION_COOKIE_AGE - 60 < left <= settings.SESSION_COOKIE_AGE


def test_work_pushes_the_end_back_once_a_minute(
    clerk_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk_client.get(reverse(PAGE))
    first = clerk_client.session[session.ENDS]
    clerk_client.get(reverse(PAGE))
    assert clerk_client.session[session.ENDS] == first
    later(monkeypatch, timedelta(minutes=2))
    clerk_client.get(reverse(PAGE), headers={"HX-Request": "true"})
    assert clerk_client.session[session.ENDS] == first
    clerk_client.get(reverse(PAGE))
    assert clerk_client.session[session.ENDS] > first


def test_the_warning_can_ask_for_more_time(
    clerk_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk_client.get(reverse(PAGE))
    first = clerk_client.session[session.ENDS]
    later(monkeypatch, timedelta(seconds=settings.SESSION_COOKIE_AGE - 100))
    answer = clerk_client.post(reverse("session-extend"))
    assert int(answer.content) > first
    assert clerk_client.get(reverse("session-extend")).status_code == 405


def test_twelve_hours_are_the_end_however_much_somebody_works(
    clerk_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk_client.get(reverse(PAGE))
    StaffSession.objects.update(started_at=timezone.now() - timedelta(hours=11, minutes=59))
    assert clerk_client.get(reverse(PAGE)).status_code == 200
    StaffSession.objects.update(started_at=timezone.now() - timedelta(hours=12, minutes=1))
    assert clerk_client.get(reverse(PAGE)).status_code == 302


def test_a_stranger_cannot_extend_anything(client: Client) -> None:
    assert client.post(reverse("session-extend")).status_code == 302
    assert session.ENDS not in client.session


def test_two_first_requests_of_a_session_share_one_seat(clerk_client: Client) -> None:
    """The second read the session before the first had written its seat into it."""
    before = dict(clerk_client.session)
    clerk_client.get(reverse(PAGE))
    store = clerk_client.session
    store.clear()
    store.update(before)
    store.save()
    assert clerk_client.get(reverse(PAGE)).status_code == 200
    assert StaffSession.objects.count() == 1
