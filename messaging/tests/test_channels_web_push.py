"""The app in a browser: the common cases by Web Push, and what is its own."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from pytest_django import Settings

from messaging.channels import targets
from messaging.channels.base import Answer, Channel, ChannelError, Envelope, Hint, Outcome
from messaging.channels.push import vapid
from messaging.channels.push.channel import PushChannel
from messaging.channels.targets import Target
from messaging.tests.channel_cases import ChannelCases, closed_port
from messaging.tests.push_service import Rude, rude_service
from sandbox.testing import VAPID_KEY, Box, web_push

pytestmark = pytest.mark.dry
HINT = Hint("message", str(uuid4()), "https://icp.example/app/m/1")


class TestWebPush(ChannelCases):
    name = "push"
    make = PushChannel
    address = ""  # a browser's own
    extra = {"token": ""}
    wrong_credentials = {"vapid_key": "no-key"}
    unconfigured = {"vapid_key": ""}

    @pytest.fixture
    def box(self, running: Box, settings: Settings) -> Box:
        running.reset()
        self.running_box, self.settings = running, settings
        self.allow(running.http_url)
        return running

    @pytest.fixture
    def build(self, box: Box) -> Iterator[Callable[..., Channel]]:
        made: list[Channel] = []

        def build(**settings: object) -> Channel:
            config = {"timeout": 5, "window": 8, "streams": 2} | box.config("push") | self.extra
            made.append(PushChannel(config | settings))
            return made[-1]

        yield build
        for channel in made:
            channel.close()

    def allow(self, *services: str) -> None:
        push = self.settings.CHANNELS["push"] | {"webpush_services": list(services)}
        self.settings.CHANNELS = self.settings.CHANNELS | {"push": push}

    def browser(self, server_key: str = "") -> Target:
        made = web_push(self.running_box).subscribe(server_key)
        return targets.webpush(made["endpoint"], made["keys"]["p256dh"], made["keys"]["auth"])

    def elsewhere(self, port: int) -> Target:
        """A browser whose service is at another port."""
        given = targets.subscription(self.browser())
        service = f"http://127.0.0.1:{port}"
        self.allow(self.running_box.http_url, service)
        return targets.webpush(f"{service}/push/1", given.p256dh, given.auth)

    def envelopes(self, number: int, **changes: object) -> list[Envelope]:
        content = self.content(**changes)
        values = {"imie": "Łucja"}
        return [
            Envelope(uuid4().hex, self.browser().line, content, values) for _each in range(number)
        ]

    def shown(self, address: str) -> str:
        (target,) = targets.split(address)
        return targets.subscription(target).endpoint

    def to(self, target: Target, **changes: object) -> Envelope:
        return Envelope(uuid4().hex, target.line, self.content(**changes))

    def one(self, channel: Channel, target: Target, **changes: object) -> Answer:
        (answer,) = self.send(channel, [self.to(target, **changes)])
        return answer

    # --- What Firebase's tests ask in another way ----------------------------------------------------

    def test_nobody_listens(self, build: Callable[..., Channel]) -> None:
        channel = build()
        answer = self.one(channel, self.elsewhere(closed_port()))
        assert (answer.outcome, answer.code) == (Outcome.RETRY, "connect")
        assert not answer.channel_down

    def test_wrong_credentials_pause_the_channel(
        self, box: Box, build: Callable[..., Channel]
    ) -> None:
        """A key that is none pauses; another key than a browser's is that browser's matter."""
        answers = self.send(build(vapid_key="no-key"), self.envelopes(2))
        assert {a.code for a in answers} == {"not_configured"}
        assert all(a.channel_down for a in answers)

    def test_check_fails_in_words(self, build: Callable[..., Channel]) -> None:
        with pytest.raises(ChannelError, match=r"\w+ \w+"):
            build(vapid_key="no-key").check()

    # --- What travels ---------------------------------------------------------------------------------

    def test_the_browser_reads_what_the_worker_and_safari_understand(
        self, box: Box, channel: Channel
    ) -> None:
        target = self.browser(vapid.public_key(VAPID_KEY))
        answer = self.one(channel, target, hint=HINT, urgent=True)
        assert (answer.outcome, answer.code) == (Outcome.ACCEPTED, "WP201")
        (raw,) = box.raw("push")
        whole = json.loads(raw)["webpush"]
        told = json.loads(whole["payload"])
        assert told["web_push"] == 8030
        assert told["notification"]["navigate"] == HINT.link
        assert told["notification"]["lang"] == "pl"
        tag = HINT.uid.replace("-", "")
        assert told["notification"]["tag"] == tag
        assert (told["icp"]["kind"], told["icp"]["id"]) == ("message", HINT.uid)
        assert whole["headers"] == {
            "TTL": "86400",
            "Urgency": "high",
            "Topic": tag,
            "Content-Encoding": "aes128gcm",
        }

    def test_it_lives_as_long_as_it_matters(self, box: Box, channel: Channel) -> None:
        soon = datetime.now(UTC) + timedelta(hours=1)
        for until in (soon, soon - timedelta(days=1), soon + timedelta(days=400)):
            hint = Hint("message", str(uuid4()), "https://icp.example/", until)
            self.one(channel, self.browser(), hint=hint)
        lives = [int(json.loads(raw)["webpush"]["headers"]["TTL"]) for raw in box.raw("push")]
        assert 3590 < lives[0] <= 3600
        assert lives[1:] == [0, 28 * 86_400]

    def test_a_long_text_is_cut_to_what_every_service_takes(
        self, box: Box, channel: Channel
    ) -> None:
        answer = self.one(channel, self.browser(), text="Żółć " * 2000, subject="🚒" * 500)
        assert answer.outcome is Outcome.ACCEPTED
        (row,) = box.arrived("push")
        assert row["text"].endswith("Żółć…")
        assert row["subject"].endswith("🚒…")

    def test_what_is_still_too_long_does_not_leave(self, box: Box, channel: Channel) -> None:
        hint = Hint("message", str(uuid4()), "https://icp.example/" + "x" * 4000)
        answer = self.one(channel, self.browser(), hint=hint)
        assert (answer.outcome, answer.code) == (Outcome.REFUSED, "bad_content")
        assert not answer.address_gone
        assert box.arrived("push") == []

    # --- Dead in every way ------------------------------------------------------------------------------

    def test_a_browser_that_unsubscribed_is_gone(self, box: Box, channel: Channel) -> None:
        target = self.browser()
        web_push(box).unsubscribe({"endpoint": targets.subscription(target).endpoint})
        answer = self.one(channel, target)
        assert (answer.outcome, answer.code, answer.dead) == (
            Outcome.REFUSED,
            "WP410",
            (target.line,),
        )
        unknown = targets.webpush(
            f"{box.http_url}/webpush/never", *targets.subscription(target)[1:]
        )
        assert self.one(channel, unknown).code == "WP404"

    def test_keys_without_sense_are_gone(self, box: Box, channel: Channel) -> None:
        endpoint, _p256dh, auth = targets.subscription(self.browser())
        for wrong in ("", "AAAA", "!" * 87, "A" * 87, "ż"):
            answer = self.one(channel, targets.webpush(endpoint, wrong, auth))
            assert (answer.code, answer.address_gone) == ("bad_keys", True)
        assert self.one(channel, Target(targets.TargetKind.WEBPUSH, "no json")).code == "bad_keys"
        assert box.arrived("push") == []

    def test_an_earlier_key_is_dead_only_where_this_one_is_known_to_work(
        self, box: Box, channel: Channel
    ) -> None:
        earlier = self.browser(vapid.public_key(vapid.generate()))
        first = self.one(channel, earlier)
        assert (first.outcome, first.code, first.dead) == (Outcome.RETRY, "WP403", ())
        assert not first.channel_down
        self.one(channel, self.browser(vapid.public_key(VAPID_KEY)))
        second = self.one(channel, earlier)
        assert (second.outcome, second.dead) == (Outcome.REFUSED, (earlier.line,))

    # --- Services that misbehave ------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("way", "outcome", "code"),
        [
            (Rude.ELSEWHERE, Outcome.REFUSED, "WP3xx"),
            (Rude.GARBAGE, Outcome.UNKNOWN, "no_reply"),
            (Rude.TOO_LARGE, Outcome.REFUSED, "WP413"),
            (Rude.GATEWAY, Outcome.UNKNOWN, "WP504"),
            (Rude.SILENT, Outcome.UNKNOWN, "no_reply"),
            (Rude.DRIPPING, Outcome.UNKNOWN, "no_reply"),
            (Rude.ENDLESS, Outcome.ACCEPTED, "WP201"),
        ],
    )
    def test_a_rude_service_costs_one_answer(
        self, way: Rude, outcome: Outcome, code: str, build: Callable[..., Channel]
    ) -> None:
        with rude_service(way) as service:
            channel = build(timeout=1)
            begun = time.monotonic()
            envelope = self.to(self.elsewhere(service.port))
            (answer,) = self.send(channel, [envelope], soon=0.2)
            assert (answer.outcome, answer.code) == (outcome, code)
            assert time.monotonic() - begun < 30
            assert service.followed == 0

    def test_a_service_that_asks_for_rest_gets_it(self, build: Callable[..., Channel]) -> None:
        with rude_service(Rude.TOO_FAST) as service:
            channel, target = build(), self.elsewhere(service.port)
            answers = [self.one(channel, target) for _each in range(3)]
            assert {a.code for a in answers} == {"WP429"}
            assert {a.outcome for a in answers} == {Outcome.RETRY}
            assert service.asked == 1

    def test_connections_are_kept(self, build: Callable[..., Channel]) -> None:
        with rude_service(Rude.POLITE) as service:
            channel, target = build(window=1), self.elsewhere(service.port)
            self.send(channel, [self.to(target) for _each in range(10)])
            assert (service.asked, service.connections) == (10, 1)

    # --- Where it may go ----------------------------------------------------------------------------------

    def test_a_forged_browser_leads_nowhere(self, box: Box, channel: Channel) -> None:
        target = self.browser()
        self.allow()
        answer = self.one(channel, target)
        assert (answer.code, answer.dead) == ("bad_endpoint", (target.line,))
        assert box.arrived("push") == []

    def test_a_name_that_leads_into_the_network_is_not_connected_to(
        self, box: Box, channel: Channel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The address is looked at when the connection is made, whatever the name meant before."""
        self.settings.SANDBOX = self.settings.ALLOW_LOCAL_GATEWAYS = False
        monkeypatch.setattr("icp.outbound._look_up", lambda _host, _port: ["127.0.0.1"])
        answer = self.one(channel, self.browser())
        assert (answer.outcome, answer.code) == (Outcome.RETRY, "connect")
        assert box.arrived("push") == []
