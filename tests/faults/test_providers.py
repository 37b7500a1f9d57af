"""Each provider down, slow, refusing, talking nonsense, then mended, under the dispatcher."""

from collections.abc import Iterator

import pytest

from tests.faults.conftest import PEOPLE
from tests.faults.installation import Installation, eventually

CHANNELS = ("email", "sms", "epuap", "push")
STRAIGHT: dict[str, object] = {
    "off": False,
    "delay_ms": 0,
    "refuse_temporary": 0,
    "throttle": 0,
    "nonsense": 0,
}
# The switch, and where it leads everybody: to wait for the next try, or to an end that says so.
FAULTS: dict[str, tuple[dict[str, object], set[str]]] = {
    "down": ({"off": True}, {"retry_wait", "unknown"}),
    "slow": ({"delay_ms": 2500}, {"unknown"}),
    "refusing": ({"refuse_temporary": 1}, {"retry_wait"}),
    "overrun": ({"throttle": 1}, {"retry_wait"}),
    # A mail behind the one that was answered with nonsense was not handed over: it waits.
    "nonsense": ({"nonsense": 1}, {"unknown", "retry_wait"}),
}
EVERYTHING = PEOPLE * len(CHANNELS)


@pytest.fixture(scope="module")
def running(small: Installation) -> Iterator[Installation]:
    with small.dispatcher():
        yield small


@pytest.mark.parametrize("fault", FAULTS)
def test_a_provider_fails_and_is_mended(running: Installation, fault: str) -> None:
    changes, expected = FAULTS[fault]
    for channel in CHANNELS:
        running.box.switch(channel, **STRAIGHT | changes)
    message = running.order(*CHANNELS)
    eventually(lambda: running.states(message).total() == EVERYTHING)
    eventually(lambda: running.states(message).keys() <= expected)
    for channel in CHANNELS:
        running.box.switch(channel, **STRAIGHT)

    def over() -> bool:
        running.time_passes()
        return running.ended(message)

    eventually(over)
    states = running.judge(message, EVERYTHING)
    assert states.keys() <= {"accepted", "delivered", "unknown"}
    if fault in {"refusing", "overrun"}:
        assert not states["unknown"]
