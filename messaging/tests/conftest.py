"""What the tests of the engine share: channels that answer as told, and people to write to."""

from collections.abc import Callable

import pytest

from messaging import channels
from messaging.tests.fakes import FakeChannel, Rule, accept

Fake = Callable[..., FakeChannel]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """`fake("sms", rule)` stands in for a channel for the length of a test."""

    def stand_in(name: str = "email", rule: Rule = accept, *, window: int = 10) -> FakeChannel:
        channel = FakeChannel(name, rule, window=window)
        monkeypatch.setitem(channels._made, name, channels.Made(channel))
        return channel

    return stand_in
