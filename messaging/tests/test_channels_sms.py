"""SMS: the common cases, and what is Twilio's own."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from twilio.request_validator import RequestValidator

from messaging.channels.base import (
    BadCallback,
    Callback,
    Channel,
    Content,
    Envelope,
    News,
    Outcome,
    now,
)
from messaging.channels.sms import CODES, TwilioChannel
from messaging.tests.channel_cases import ChannelCases, outcomes
from sandbox.testing import Box, running_sandbox
from sandbox.world import Accounts

pytestmark = pytest.mark.dry

URL = "https://icp.zazolcin.example/callbacks/sms/"
REFERENCE = "0123456789abcdef0123456789abcdef"
ACCOUNT = Accounts().twilio_account
NEWS = {"MessageSid": "SM1", "AccountSid": ACCOUNT, "MessageStatus": "delivered", "To": "+48501"}


class TestSms(ChannelCases):
    name = "sms"
    make = TwilioChannel
    address = "+48501000{:03d}"
    extra = {"sender": "Zazolcin", "callback_url": "http://127.0.0.1:9/callbacks/sms/"}
    wrong_credentials = {"token": "wrong"}
    unconfigured = {"account": ""}

    def test_a_number_that_is_none_is_gone(self, channel: Channel) -> None:
        envelope = self.envelopes(1)[0]._replace(address="501")
        (answer,) = self.send(channel, [envelope])
        assert (answer.outcome, answer.code, answer.address_gone) == (
            Outcome.REFUSED,
            "21211",
            True,
        )

    def test_the_window_bounds_what_is_under_way(
        self, box: Box, build: Callable[..., Channel]
    ) -> None:
        box.switch("sms", delay_ms=500)
        begun = time.monotonic()
        answers = self.send(build(window=50), self.envelopes(100))
        assert outcomes(answers) == {Outcome.ACCEPTED: 100}
        assert 1.0 <= time.monotonic() - begun < 10  # two rounds of fifty, not a hundred of one

    @pytest.mark.parametrize(
        ("name", "shown"),
        [("Szkola 3", "Szkola 3"), ("", "Zazolcin"), ("Nazwa za dluga", "Zazolcin")],
        ids=["of the unit", "none", "refused"],
    )
    def test_the_units_name_is_shown_unless_the_provider_refuses_it(
        self, box: Box, channel: Channel, name: str, shown: str
    ) -> None:
        content = Content("k", "", "Nie ma wody.", sender_name=name)
        envelopes = [one._replace(content=content) for one in self.envelopes(3)]
        answers = self.send(channel, envelopes)
        assert outcomes(answers) == {Outcome.ACCEPTED: 3}
        assert not any(answer.channel_down for answer in answers)
        assert {row["details"]["From"] for row in box.arrived("sms")} == {shown}

    def test_what_is_left_is_told(self, channel: TwilioChannel) -> None:
        assert (channel.balance().amount, channel.balance().unit) == (Decimal("27.35"), "USD")

    def test_a_messaging_service_takes_the_senders_place(
        self, box: Box, build: Callable[..., Channel]
    ) -> None:
        answers = self.send(build(sender="MG" + "0" * 32), self.envelopes(1))
        assert outcomes(answers) == {Outcome.ACCEPTED: 1}
        assert box.arrived("sms")[0]["details"]["From"] == ""


def callback(fields: dict[str, str], signature: str | None = None, **headers: str) -> Callback:
    """Build a callback, properly signed unless told otherwise."""
    url = URL + REFERENCE
    token = Accounts().twilio_token
    signed = RequestValidator(token).compute_signature(url, fields)
    sent = {"x-twilio-signature": signed if signature is None else signature, **headers}
    return Callback(
        url, {name: value for name, value in sent.items() if value}, urlencode(fields).encode()
    )


@pytest.fixture
def sms() -> Iterator[TwilioChannel]:
    channel = TwilioChannel({"account": ACCOUNT, "token": Accounts().twilio_token, "sender": "ICP"})
    yield channel
    channel.close()


@pytest.mark.parametrize(
    ("status", "news"),
    [
        ("queued", News.ACCEPTED),
        ("sent", News.ACCEPTED),
        ("delivered", News.DELIVERED),
        ("undelivered", News.UNDELIVERED),
        ("failed", News.UNDELIVERED),
        ("read", News.READ),
    ],
)
def test_a_signed_callback_is_translated(sms: TwilioChannel, status: str, news: News) -> None:
    (update,) = sms.read_callback(callback({**NEWS, "MessageStatus": status, "ErrorCode": "30003"}))
    assert (update.reference, update.provider_id, update.news, update.code) == (
        REFERENCE,
        "SM1",
        news,
        "30003",
    )


def test_news_of_no_interest_is_no_update(sms: TwilioChannel) -> None:
    assert sms.read_callback(callback({**NEWS, "MessageStatus": "scheduled"})) == []


@pytest.mark.parametrize(
    "forged",
    [
        callback(NEWS, signature=""),
        callback(NEWS, signature="Zm9yZ2Vk"),
        callback({**NEWS, "AccountSid": "AC1"}),
        callback({name: value for name, value in NEWS.items() if name != "MessageSid"}),
        Callback(URL + "nobody", callback(NEWS).headers, callback(NEWS).body),
        Callback(URL + REFERENCE, callback(NEWS).headers, callback(NEWS).body + b"&x=1"),
        Callback(URL + REFERENCE, callback(NEWS).headers, b"\xff\xfe"),
        callback(NEWS, **{"x-twilio-webhooks-signature-settings": "algorithm=NONE"}),
    ],
    ids=["unsigned", "forged", "account", "no-sid", "url", "body", "bytes", "algorithm"],
)
def test_a_callback_that_proves_nothing_is_refused(sms: TwilioChannel, forged: Callback) -> None:
    with pytest.raises(BadCallback):
        sms.read_callback(forged)


def test_without_a_token_every_callback_is_refused() -> None:
    # An empty key would let anybody sign.
    channel = TwilioChannel({"account": ACCOUNT})
    signed = RequestValidator("").compute_signature(URL + REFERENCE, NEWS)
    forged = callback(NEWS, signature=signed)
    with pytest.raises(BadCallback):
        channel.read_callback(forged)


def test_every_code_is_explained() -> None:
    assert all(str(meaning.words).endswith((".", "?")) for meaning in CODES.values())


class Inbox(BaseHTTPRequestHandler):
    """ICP's callback address, in miniature."""

    server: HTTPServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        host = f"http://127.0.0.1:{self.server.server_port}"
        self.server.received.append(Callback(host + self.path, dict(self.headers), body))  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""


@pytest.fixture
def inbox() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Inbox)
    server.received = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_stand_ins_news_pass_and_its_forgeries_do_not(inbox: HTTPServer) -> None:
    with running_sandbox() as box:
        box.switch("sms", forge_callbacks=True, repeat_callbacks=True, undelivered=0.5)
        url = f"http://127.0.0.1:{inbox.server_port}/callbacks/sms/"
        channel = TwilioChannel({**box.config("sms"), "sender": "ICP", "callback_url": url})
        content = Content("k", "", "Nie ma wody.")
        envelopes = [Envelope(uuid4().hex, f"+4850100000{n}", content) for n in range(2)]
        list(channel.send(envelopes, deadline=now() + 10))
        received: list[Callback] = inbox.received  # type: ignore[attr-defined]
        end = time.monotonic() + 10
        while len(received) < 12 and time.monotonic() < end:
            time.sleep(0.05)
        good, forged = _sorted_out(channel, received)
        channel.close()
    assert forged == 4
    assert Counter(good) == {
        (envelopes[0].reference, News.ACCEPTED): 2,
        (envelopes[0].reference, News.DELIVERED): 2,
        (envelopes[1].reference, News.ACCEPTED): 2,
        (envelopes[1].reference, News.UNDELIVERED): 2,
    }


def _sorted_out(
    channel: TwilioChannel, received: list[Callback]
) -> tuple[list[tuple[str, News]], int]:
    good: list[tuple[str, News]] = []
    forged = 0
    for each in received:
        try:
            good += [(update.reference, update.news) for update in channel.read_callback(each)]
        except BadCallback:
            forged += 1
    return good, forged
