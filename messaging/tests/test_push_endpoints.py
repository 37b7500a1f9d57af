"""Which addresses a browser may hand over, and what a contact point of the app keeps of them."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from messaging.channels import targets
from messaging.channels.push.endpoints import LONGEST, BadEndpoint, allowed, origin

pytestmark = pytest.mark.dry
GOOD = [
    "https://fcm.googleapis.com/fcm/send/dX1:APA91b",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAAAB",
    "https://web.push.apple.com/QGuQyavXut",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%3d%3d",
    "https://fcm.googleapis.com:443/fcm/send/a",
]
BAD = [
    "",
    "fcm.googleapis.com/fcm/send/a",
    "http://fcm.googleapis.com/fcm/send/a",
    "https://fcm.googleapis.com",
    "https://fcm.googleapis.com/",
    "https://fcm.googleapis.com:8443/fcm/send/a",
    "https://fcm.googleapis.com:port/a",
    "https://user:pass@fcm.googleapis.com/fcm/send/a",
    "https://fcm.googleapis.com@127.0.0.1/a",
    "https://fcm.googleapis.com.evil.example/a",
    "https://evil-notify.windows.com/a",
    "https://notify.windows.com.evil.example/a",
    "https://evilnotify.windows.com/a",
    "https://127.0.0.1/a",
    "https://[::1]/a",
    "https://169.254.169.254/latest/meta-data",
    "https://localhost/a",
    "file:///etc/passwd",
    "gopher://fcm.googleapis.com/a",
    "https://fcm.googleapis.com\\@127.0.0.1/a",
    "https://fcm.googleapis.com /a",
    "https://fcm.googleapis.com/a\r\nHost: evil",
    "https://fcm.googleapis.com/ż",
    "https://fcm.googleapis.com/" + "a" * LONGEST,
    "//fcm.googleapis.com/a",
]


@pytest.mark.parametrize("endpoint", GOOD)
def test_services_of_browsers_are_posted_to(endpoint: str) -> None:
    allowed(endpoint)


@pytest.mark.parametrize("endpoint", BAD)
def test_nothing_else_is(endpoint: str) -> None:
    with pytest.raises(BadEndpoint) as refused:
        allowed(endpoint)
    assert str(refused.value.words)


@given(st.text(max_size=80))
def test_whatever_is_handed_over_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadEndpoint):
        allowed(text)


def test_a_setting_adds_a_service_and_only_exactly_it(settings: Settings) -> None:
    push = settings.CHANNELS["push"] | {"webpush_services": ["http://127.0.0.1:8100"]}
    settings.CHANNELS = settings.CHANNELS | {"push": push}
    allowed("http://127.0.0.1:8100/webpush/a")
    for other in ("http://127.0.0.1:81/a", "https://127.0.0.1:8100/a", "http://127.0.0.1:81000/a"):
        with pytest.raises(BadEndpoint):
            allowed(other)


def test_who_signs_for_whom() -> None:
    assert origin("https://fcm.googleapis.com/fcm/send/a?b") == "https://fcm.googleapis.com"


TOKENS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=200)
WAYS = st.one_of(TOKENS.map(targets.fcm), st.builds(targets.webpush, TOKENS, TOKENS, TOKENS))


@given(st.lists(WAYS, max_size=10))
def test_what_is_joined_is_split_again(ways: list[targets.Target]) -> None:
    owner = uuid4()
    text = targets.join(ways, owner=owner)
    again = targets.split(text)
    assert set(again) == {*ways, targets.app(owner)}
    assert targets.join(reversed(again), owner=owner) == text
    for one in again:
        if one.kind is targets.TargetKind.WEBPUSH:
            assert targets.webpush(*targets.subscription(one)) == one
        assert repr(one) == f"Target({one.kind})"


def test_older_rows_hold_a_token_of_firebase() -> None:
    assert targets.split("dX1:APA91b") == [targets.fcm("dX1:APA91b")]
    assert [one.kind for one in targets.split("app")] == [targets.TargetKind.APP]
    assert targets.split("") == []


@pytest.mark.parametrize("value", ["", "[]", "{}", '{"endpoint":1,"p256dh":"a","auth":"b"}', "1"])
def test_a_subscription_without_sense_is_refused(value: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's or ours
        targets.subscription(targets.Target(targets.TargetKind.WEBPUSH, value))
