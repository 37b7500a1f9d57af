"""SMSAPI: the common cases, its key that settles lost answers, errors within HTTP 200, its reports."""

import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest

from messaging.channels.base import (
    BadCallback,
    Callback,
    Channel,
    ChannelError,
    Content,
    News,
    Outcome,
)
from messaging.channels.sms import SmsApiChannel
from messaging.channels.sms.smsapi import Reply
from messaging.channels.sms.smsapi_codes import CODES, REPEATED
from messaging.tests.channel_cases import ChannelCases, outcomes
from sandbox.testing import Box

pytestmark = pytest.mark.dry

REFERENCE = "0123456789abcdef0123456789abcdef"
BASE = "https://icp.zazolcin.example/callbacks/sms/smsapi/"


class TestSmsApi(ChannelCases):
    name = "smsapi"
    make = SmsApiChannel
    address = "+48501000{:03d}"
    extra = {"sender": "Zazolcin", "callback_url": "http://127.0.0.1:9/callbacks/sms/"}
    wrong_credentials = {"token": "wrong"}
    unconfigured = {"token": ""}
    settles_lost = True

    def test_a_lost_answer_is_asked_for_again_and_was_taken_once(
        self, box: Box, channel: Channel
    ) -> None:
        box.switch(self.name, drop_after_accept=1)
        answers = self.send(channel, self.envelopes(4))
        assert {(a.outcome, a.code) for a in answers} == {(Outcome.ACCEPTED, REPEATED)}
        assert len(box.arrived(self.name)) == 4

    def test_the_same_key_is_never_sent_twice(self, box: Box, channel: Channel) -> None:
        envelopes = self.envelopes(3)
        self.send(channel, envelopes)
        again = self.send(channel, envelopes)  # as after a worker was killed
        assert {(a.outcome, a.code) for a in again} == {(Outcome.ACCEPTED, REPEATED)}
        assert len(box.arrived(self.name)) == 3

    def test_an_empty_account_pauses_the_provider(self, box: Box, channel: Channel) -> None:
        box.switch(self.name, no_credit=True)
        (told,) = self.send(channel, self.envelopes(1))
        assert (told.outcome, told.code, told.channel_down) == (
            Outcome.RETRY,
            "smsapi:103",
            True,
        )

    def test_what_is_left_is_told(self, channel: SmsApiChannel) -> None:
        assert channel.balance().amount == Decimal("1234.5")

    def test_polish_letters_arrive_as_they_are(self, box: Box, channel: Channel) -> None:
        content = self.content(text="Zażółć gęślą jaźń – {imie}")
        (envelope,) = self.envelopes(1)
        self.send(channel, [envelope._replace(content=content)])
        assert box.arrived(self.name)[0]["text"] == "Zażółć gęślą jaźń – Łucja"

    @pytest.mark.parametrize(
        ("name", "shown"), [("Szkola 3", "Szkola 3"), ("Nazwa za dluga", "Zazolcin")]
    )
    def test_the_units_name_is_shown_unless_refused(
        self, box: Box, channel: Channel, name: str, shown: str
    ) -> None:
        content = Content("k", "", "Nie ma wody.", sender_name=name)
        answers = self.send(channel, [one._replace(content=content) for one in self.envelopes(2)])
        assert outcomes(answers) == {Outcome.ACCEPTED: 2}
        assert {row["details"]["From"] for row in box.arrived(self.name)} == {shown}

    def test_a_number_that_is_none_is_gone(self, channel: Channel) -> None:
        (told,) = self.send(channel, [self.envelopes(1)[0]._replace(address="501")])
        assert (told.outcome, told.code, told.address_gone) == (
            Outcome.REFUSED,
            "smsapi:13",
            True,
        )

    def test_news_that_did_not_come_are_looked_up(
        self, box: Box, build: Callable[..., SmsApiChannel]
    ) -> None:
        channel = build()
        box.switch(self.name, undelivered=0.5, silent=True)
        envelopes = self.envelopes(4)
        ids = [a.provider_id for a in self.send(channel, envelopes)]
        found = channel.look_up([*ids, "no such"])
        assert {update.reference for update in found} == {e.reference for e in envelopes}
        told = [update.news for update in found]
        assert (told.count(News.UNDELIVERED), told.count(News.DELIVERED)) == (2, 2)

    def test_an_outage_after_a_lost_answer_stays_unknown(
        self, build: Callable[..., SmsApiChannel], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        channel = build()
        replies = iter([Reply(200, None), Reply(200, {"error": 103}), Reply(200, {"error": 201})])

        async def request(*_words: object, **_more: object) -> Reply:
            return next(replies)

        monkeypatch.setattr(channel, "_request", request)
        (told,) = self.send(channel, self.envelopes(1))
        assert (told.outcome, told.channel_down) == (Outcome.UNKNOWN, False)


@pytest.fixture
def smsapi() -> Iterator[SmsApiChannel]:
    channel = SmsApiChannel({"token": "t", "callback_from": ["192.0.2.0/24"]})
    yield channel
    channel.close()


def report(secret: str, sender: str = "192.0.2.7", **fields: str) -> Callback:
    told = {"MsgId": "1", "status": "404", "idx": REFERENCE} | fields
    return Callback(f"{BASE}{secret}/?{urlencode(told)}", {}, b"", sender)


@pytest.mark.parametrize(
    ("status", "news"),
    [
        ("403", News.ACCEPTED),
        ("404", News.DELIVERED),
        ("405", News.UNDELIVERED),
        ("402", News.UNDELIVERED),
        ("407", News.UNDELIVERED),
    ],
)
def test_a_report_is_translated(smsapi: SmsApiChannel, status: str, news: News) -> None:
    (update,) = smsapi.read_callback(report(smsapi.secret, status=status))
    assert (update.reference, update.provider_id, update.news) == (REFERENCE, "1", news)
    assert update.code == f"smsapi:{status}"


def test_several_reports_come_at_once_also_by_post(smsapi: SmsApiChannel) -> None:
    other = "f" * 32
    body = urlencode({"MsgId": "1,2", "status": "404,405", "idx": f"{REFERENCE},{other}"}).encode()
    posted = Callback(f"{BASE}{smsapi.secret}/", {}, body, "192.0.2.7")
    told = [(u.reference, u.news) for u in smsapi.read_callback(posted)]
    assert told == [(REFERENCE, News.DELIVERED), (other, News.UNDELIVERED)]


def test_news_of_no_interest_is_no_update(smsapi: SmsApiChannel) -> None:
    assert smsapi.read_callback(report(smsapi.secret, status="408")) == []


@pytest.mark.parametrize(
    "spoil",
    [
        {"secret": "0" * 32},
        {"secret": "ż"},
        {"sender": "203.0.113.9"},
        {"sender": "nonsense"},
        {"MsgId": ""},
        {"idx": "a,b"},
    ],
    ids=["secret", "letters", "network", "no-address", "no-id", "uneven"],
)
def test_a_report_that_proves_nothing_is_refused(
    smsapi: SmsApiChannel, spoil: dict[str, Any]
) -> None:
    with pytest.raises(BadCallback):
        smsapi.read_callback(report(**({"secret": smsapi.secret} | spoil)))


def test_without_a_token_every_report_is_refused() -> None:
    channel = SmsApiChannel({})
    with pytest.raises(BadCallback):
        channel.read_callback(report(channel.secret))


def test_a_new_token_gives_a_new_address() -> None:
    assert SmsApiChannel({"token": "a"}).secret != SmsApiChannel({"token": "b"}).secret


def test_every_code_is_explained() -> None:
    assert all(str(meaning.words).endswith(".") for meaning in CODES.values())


def test_words_of_a_wrong_account_carry_the_code(smsapi: SmsApiChannel) -> None:
    begun = time.monotonic()
    channel = SmsApiChannel({"token": "t", "base_url": "http://127.0.0.1:9", "timeout": 2})
    with pytest.raises(ChannelError) as told:
        channel.check()
    channel.close()
    assert told.value.code == "connect"
    assert time.monotonic() - begun < 30
