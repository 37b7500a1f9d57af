"""What every channel must pass, over real sockets to a sandbox of its own.

Inherit, name the channel, say how an address looks: `class TestSms(ChannelCases): …`. A new channel
that passes these keeps the promises the engine builds on (messaging/channels/base.py).
"""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Protocol
from uuid import uuid4

import pytest

from messaging.channels.base import (
    Answer,
    BadCallback,
    Callback,
    Channel,
    ChannelError,
    Content,
    Envelope,
    Outcome,
    now,
)
from sandbox.testing import Box, running_sandbox
from sandbox.world import Accounts

SOON = 30.0
TEXT = "Dzień dobry {imie}, w środę nie będzie wody. Zażółć gęślą jaźń."


def closed_port() -> int:
    """Find a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def outcomes(answers: Sequence[Answer]) -> Counter[Outcome]:
    """Count the outcomes."""
    return Counter(answer.outcome for answer in answers)


class Maker(Protocol):
    """What builds a channel: its class."""

    def __call__(self, config: Mapping[str, Any], /) -> Channel: ...


class ChannelCases:
    """The common cases; `make` builds the channel from its settings."""

    name: ClassVar[str]
    make: ClassVar[Maker]
    address: ClassVar[str]  # a valid one, with {} where the number goes
    accounts: ClassVar[Accounts] = Accounts()
    extra: ClassVar[dict[str, object]] = {}  # settings that the sandbox does not give
    wrong_credentials: ClassVar[dict[str, object]]
    unconfigured: ClassVar[dict[str, object]]
    # The provider knows our key again: a lost answer is asked for once more and settled.
    settles_lost: ClassVar[bool] = False

    def at_closed_port(self) -> dict[str, object]:
        """Give settings that point where nobody listens."""
        return {"base_url": f"http://127.0.0.1:{closed_port()}"}

    @pytest.fixture(scope="class")
    @classmethod
    def running(cls) -> Iterator[Box]:
        with running_sandbox(cls.accounts) as box:
            yield box

    @pytest.fixture
    def box(self, running: Box) -> Box:
        running.reset()
        return running

    @pytest.fixture
    def build(self, box: Box) -> Iterator[Callable[..., Channel]]:
        made: list[Channel] = []

        def build(**settings: object) -> Channel:
            config: dict[str, object] = {"timeout": 5, "window": 8, "streams": 2, "rate": 0}
            channel = type(self).make(config | self.extra | box.config(self.name) | settings)
            made.append(channel)
            return channel

        yield build
        for channel in made:
            channel.close()

    @pytest.fixture
    def channel(self, build: Callable[..., Channel]) -> Channel:
        return build()

    def content(self, **changes: Any) -> Content:
        given: dict[str, Any] = {"key": uuid4().hex, "subject": "Przerwa w wodzie", "text": TEXT}
        return Content(**(given | changes))

    def envelopes(self, number: int, **changes: Any) -> list[Envelope]:
        content = self.content(**changes)
        return [
            Envelope(uuid4().hex, self.address.format(n), content, {"imie": "Łucja"})
            for n in range(number)
        ]

    def shown(self, address: str) -> str:
        """What the sandbox knows an address by."""
        return address

    def send(
        self, channel: Channel, envelopes: Sequence[Envelope], soon: float = SOON
    ) -> list[Answer]:
        """Send and check the first promise: one answer for each envelope."""
        answers = list(channel.send(envelopes, deadline=now() + soon))
        assert Counter(a.reference for a in answers) == Counter(e.reference for e in envelopes)
        return answers

    # --- What arrives -----------------------------------------------------------------------------

    def test_each_envelope_arrives_once_with_its_text(self, box: Box, channel: Channel) -> None:
        envelopes = self.envelopes(20)
        answers = self.send(channel, envelopes)
        assert set(outcomes(answers)) <= {Outcome.ACCEPTED, Outcome.DELIVERED}
        arrived = box.arrived(self.name)
        assert sorted(row["reference"] for row in arrived) == sorted(e.reference for e in envelopes)
        assert all("Dzień dobry Łucja, w środę" in row["text"] for row in arrived)
        assert {row["address"] for row in arrived} == {self.shown(e.address) for e in envelopes}

    def test_accepted_ones_carry_the_providers_id(self, channel: Channel) -> None:
        answers = self.send(channel, self.envelopes(3))
        assert len({a.provider_id for a in answers} - {""}) == 3

    def test_nothing_to_send(self, channel: Channel) -> None:
        assert self.send(channel, []) == []

    def test_several_threads_send_at_once(self, box: Box, channel: Channel) -> None:
        answers: list[Answer] = []
        threads = [
            threading.Thread(target=lambda: answers.extend(self.send(channel, self.envelopes(15))))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(answers) == 60
        assert set(outcomes(answers)) <= {Outcome.ACCEPTED, Outcome.DELIVERED}
        assert len({row["reference"] for row in box.arrived(self.name, texts=False)}) == 60

    # --- Refusals ---------------------------------------------------------------------------------

    def test_a_refusal_that_may_pass(self, box: Box, channel: Channel) -> None:
        box.switch(self.name, refuse_temporary=1)
        answers = self.send(channel, self.envelopes(3))
        assert outcomes(answers) == {Outcome.RETRY: 3}
        assert all(a.code and not a.channel_down and not a.address_gone for a in answers)
        assert box.arrived(self.name) == []

    def test_a_refusal_for_good(self, box: Box, channel: Channel) -> None:
        box.switch(self.name, refuse_permanent=1)
        answers = self.send(channel, self.envelopes(3))
        assert outcomes(answers) == {Outcome.REFUSED: 3}
        assert not any(a.channel_down for a in answers)
        assert box.arrived(self.name) == []

    def test_one_refusal_costs_nobody_else(self, box: Box, channel: Channel) -> None:
        box.switch(self.name, refuse_permanent=0.25)
        answers = self.send(channel, self.envelopes(20))
        assert outcomes(answers)[Outcome.REFUSED] == 5
        assert len(box.arrived(self.name, texts=False)) == 15

    def test_too_fast_means_retry_and_narrows_the_channel(self, box: Box, channel: Channel) -> None:
        before = channel.pacer.allowed  # type: ignore[attr-defined]
        box.switch(self.name, throttle=1)
        answers = self.send(channel, self.envelopes(2))
        assert outcomes(answers) == {Outcome.RETRY: 2}
        assert channel.pacer.allowed <= max(1, before // 2 + 1)  # type: ignore[attr-defined]

    # --- What cannot be known ---------------------------------------------------------------------

    def test_a_lost_answer_is_unknown_and_never_sent_again(
        self, box: Box, channel: Channel
    ) -> None:
        box.switch(self.name, drop_after_accept=0.25)
        envelopes = self.envelopes(20)
        answers = self.send(channel, envelopes)
        assert outcomes(answers)[Outcome.UNKNOWN] == (0 if self.settles_lost else 5)
        arrived = Counter(row["reference"] for row in box.arrived(self.name, texts=False))
        assert arrived == Counter(e.reference for e in envelopes)

    def test_a_late_answer_is_unknown(self, box: Box, build: Callable[..., Channel]) -> None:
        box.switch(self.name, delay_ms=1500)
        answers = self.send(build(timeout=0.5), self.envelopes(1))
        assert outcomes(answers) == {Outcome.UNKNOWN: 1}
        assert len(box.wait_for(self.name, 1)) == 1  # it did arrive, after all

    def test_an_answer_without_sense_is_unknown(self, box: Box, channel: Channel) -> None:
        box.switch(self.name, nonsense=1)
        answers = self.send(channel, self.envelopes(2))
        settled = Outcome.ACCEPTED if self.settles_lost else Outcome.UNKNOWN
        assert outcomes(answers) == {settled: 2}
        assert len(box.arrived(self.name, texts=False)) == 2

    # --- What never left --------------------------------------------------------------------------

    def test_nobody_listens(self, build: Callable[..., Channel]) -> None:
        answers = self.send(build(**self.at_closed_port()), self.envelopes(3))
        assert outcomes(answers) == {Outcome.RETRY: 3}
        assert not any(a.channel_down for a in answers)

    def test_a_passed_deadline_sends_nothing(self, box: Box, channel: Channel) -> None:
        answers = self.send(channel, self.envelopes(5), soon=-1)
        assert outcomes(answers) == {Outcome.NOT_SENT: 5}
        assert box.arrived(self.name) == []

    def test_a_deadline_in_the_middle_stops_the_rest(
        self, box: Box, build: Callable[..., Channel]
    ) -> None:
        box.switch(self.name, delay_ms=100)
        answers = self.send(build(window=1, streams=1), self.envelopes(20), soon=0.55)
        found = outcomes(answers)
        assert found[Outcome.NOT_SENT] > 5
        assert found[Outcome.UNKNOWN] == 0
        assert len(box.arrived(self.name, texts=False)) == 20 - found[Outcome.NOT_SENT]

    def test_the_rate_limit_is_obeyed(self, build: Callable[..., Channel]) -> None:
        begun = time.monotonic()
        self.send(build(rate=20), self.envelopes(12))
        assert time.monotonic() - begun >= 0.45  # twelve at 20 a second, two of them at once

    # --- The channel itself -----------------------------------------------------------------------

    def test_wrong_credentials_pause_the_channel(
        self, box: Box, build: Callable[..., Channel]
    ) -> None:
        answers = self.send(build(**self.wrong_credentials), self.envelopes(2))
        assert outcomes(answers) == {Outcome.RETRY: 2}
        assert all(a.channel_down for a in answers)
        assert box.arrived(self.name) == []

    def test_without_settings_the_channel_pauses(self, build: Callable[..., Channel]) -> None:
        channel = build(**self.unconfigured)
        answers = self.send(channel, self.envelopes(2))
        assert outcomes(answers) == {Outcome.RETRY: 2}
        assert all(a.channel_down for a in answers)
        with pytest.raises(ChannelError):
            channel.check()

    def test_a_caller_that_stops_listening_breaks_nothing(self, channel: Channel) -> None:
        answers = iter(channel.send(self.envelopes(10), deadline=now() + SOON))
        next(answers)
        answers.close()  # type: ignore[attr-defined]
        again = self.send(channel, self.envelopes(3))
        assert set(outcomes(again)) <= {Outcome.ACCEPTED, Outcome.DELIVERED}

    def test_closing_in_the_middle_leaves_nobody_without_an_answer(
        self, box: Box, build: Callable[..., Channel]
    ) -> None:
        box.switch(self.name, delay_ms=100)
        channel, envelopes = build(window=2, streams=1), self.envelopes(12)
        answers: list[Answer] = []
        thread = threading.Thread(target=lambda: answers.extend(self.send(channel, envelopes)))
        thread.start()
        time.sleep(0.25)
        channel.close()
        thread.join(SOON)
        assert len(answers) == 12
        found = outcomes(answers)
        assert set(found) <= {
            Outcome.ACCEPTED,
            Outcome.DELIVERED,
            Outcome.NOT_SENT,
            Outcome.UNKNOWN,
        }
        arrived = {row["reference"] for row in box.arrived(self.name, texts=False)}
        kept = {a.reference for a in answers if a.outcome is Outcome.NOT_SENT}
        assert not arrived & kept

    def test_it_works_again_after_an_outage(self, box: Box, channel: Channel) -> None:
        self.send(channel, self.envelopes(2))
        box.switch(self.name, off=True)
        time.sleep(0.1)
        lost = self.send(channel, self.envelopes(2))
        assert not {Outcome.ACCEPTED, Outcome.DELIVERED, Outcome.REFUSED} & set(outcomes(lost))
        box.switch(self.name, off=False)
        time.sleep(0.1)
        again = self.send(channel, self.envelopes(2))
        assert set(outcomes(again)) <= {Outcome.ACCEPTED, Outcome.DELIVERED}

    def test_check_says_what_answered(self, box: Box, channel: Channel) -> None:
        assert channel.check()
        assert box.arrived(self.name) == []

    def test_check_fails_in_words(self, build: Callable[..., Channel]) -> None:
        for settings in (self.at_closed_port(), self.wrong_credentials):
            with pytest.raises(ChannelError, match=r"\w+ \w+"):
                build(**settings).check()

    def test_nothing_personal_is_logged_or_shown(
        self, box: Box, channel: Channel, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(0)
        box.switch(self.name, refuse_permanent=0.3, drop_after_accept=0.3, nonsense=0.3)
        envelopes = self.envelopes(10)
        shown = repr(envelopes) + repr(self.send(channel, envelopes)) + caplog.text
        for secret in (*(e.address for e in envelopes), "Łucja", "nie będzie wody"):
            assert secret not in shown

    def test_an_unsigned_callback_is_refused(self, channel: Channel) -> None:
        forged = Callback("https://icp.example/callbacks/x/" + "0" * 32, {}, b"MessageStatus=read")
        with pytest.raises(BadCallback):
            channel.read_callback(forged)
