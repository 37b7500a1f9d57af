"""E-mail by a provider's API: the common cases, and webhooks that anymail verifies."""

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest

from messaging.channels.base import BadCallback, Callback, Channel, News, Outcome
from messaging.channels.email.esp import QUESTIONS, SERVICES, TITLES, EspChannel
from messaging.channels.email.esp_codes import CODES
from messaging.tests.channel_cases import ChannelCases
from sandbox.testing import Box

pytestmark = pytest.mark.dry

SENDER = '"Urząd Miejski, sekretariat" <icp@zazolcin.example>'
REFERENCE = "0123456789abcdef0123456789abcdef"


class TestEsp(ChannelCases):
    name = "esp"
    make = EspChannel
    address = "osoba{:03d}@example.com"
    extra = {"sender": SENDER}
    wrong_credentials = {"key": "wrong"}
    unconfigured = {"key": ""}

    def test_the_mail_has_both_texts_and_the_way_out(self, box: Box, channel: Channel) -> None:
        content = self.content(
            html="<p>{imie}</p>", sender_name="Szkoła nr 3", reply_to="szkola@zazolcin.example"
        )
        envelope = self.envelopes(1)[0]._replace(
            content=content,
            values={"imie": "Łucja <Ż>"},
            unsubscribe_url="https://icp.example/w/abc",
        )
        self.send(channel, [envelope])
        mail = json.loads(box.raw("esp")[0])
        assert mail["htmlContent"] == "<p>Łucja &lt;Ż&gt;</p>"
        assert mail["sender"] == {"name": "Szkoła nr 3", "email": "icp@zazolcin.example"}
        assert mail["replyTo"]["email"] == "szkola@zazolcin.example"
        assert mail["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_an_empty_account_pauses_the_provider(self, box: Box, channel: Channel) -> None:
        box.switch(self.name, no_credit=True)
        (told,) = self.send(channel, self.envelopes(1))
        assert (told.outcome, told.code, told.channel_down) == (Outcome.RETRY, "esp:402", True)

    def test_what_is_no_address_never_leaves(self, box: Box, channel: Channel) -> None:
        (told,) = self.send(channel, [self.envelopes(1)[0]._replace(address="nikt\n@x")])
        assert (told.outcome, told.code) == (Outcome.REFUSED, "bad_address")
        assert not box.arrived("esp")


def proof(secret: str = "s") -> dict[str, str]:  # noqa: S107 - of nothing
    pair = b64encode(f"icp:{secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}", "Content-Type": "application/json"}


def posted(event: str, headers: dict[str, str] | None = None, **more: Any) -> Callback:
    custom = json.dumps({"reference": REFERENCE})
    told = {
        "event": event,
        "message-id": "<1@esp>",
        "email": "x@example",
        "X-Mailin-custom": custom,
    }
    return Callback(
        "https://icp.example/callbacks/email/esp/",
        proof() if headers is None else headers,
        json.dumps(told | more).encode(),
    )


@pytest.fixture
def esp() -> Iterator[EspChannel]:
    channel = EspChannel({"service": "brevo", "key": "k", "webhook_secret": "s", "sender": SENDER})
    yield channel
    channel.close()


@pytest.mark.parametrize(
    ("event", "news"),
    [
        ("request", News.ACCEPTED),
        ("delivered", News.DELIVERED),
        ("hard_bounce", News.UNDELIVERED),
        ("blocked", News.UNDELIVERED),
    ],
)
def test_a_webhook_is_translated(esp: EspChannel, event: str, news: News) -> None:
    (update,) = esp.read_callback(posted(event))
    assert (update.reference, update.provider_id, update.news) == (REFERENCE, "<1@esp>", news)


@pytest.mark.parametrize("event", ["opened", "click", "spam", "unsubscribe", "nobody knows"])
def test_who_reads_what_is_not_listened_to(esp: EspChannel, event: str) -> None:
    assert esp.read_callback(posted(event)) == []


def test_somebody_elses_mail_is_no_news(esp: EspChannel) -> None:
    theirs: dict[str, Any] = {"X-Mailin-custom": "{}"}
    assert esp.read_callback(posted("delivered", **theirs)) == []


@pytest.mark.parametrize(
    "forged",
    [
        posted("delivered", headers={}),
        posted("delivered", headers=proof("wrong")),
        Callback("https://x/", proof(), b"not json"),
        Callback("https://x/", proof(), b"[1]"),
        Callback("https://x/", proof(), b"\xff"),
        Callback("https://x/", proof(), b" " * 300_000),
    ],
    ids=["unsigned", "wrong", "words", "list", "bytes", "long"],
)
def test_a_webhook_that_proves_nothing_is_refused(esp: EspChannel, forged: Callback) -> None:
    with pytest.raises(BadCallback):
        esp.read_callback(forged)


def test_without_a_secret_nobody_may_post() -> None:
    with pytest.raises(BadCallback):
        EspChannel({"service": "brevo", "key": "k"}).read_callback(posted("delivered"))


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_service_can_be_made_and_refuses_the_unproven(service: str) -> None:
    channel = EspChannel({"service": service, "key": "k", "webhook_secret": "s", "sender": SENDER})
    assert channel.configured
    assert channel._backend().api_url.startswith("https://")
    unproven = Callback("https://x/", {"Content-Type": "application/json"}, b"{}")
    with pytest.raises(BadCallback):
        channel.read_callback(unproven)
    assert service in TITLES
    assert service in QUESTIONS


def test_every_code_is_explained() -> None:
    assert all(str(meaning.words).endswith(".") for meaning in CODES.values())
