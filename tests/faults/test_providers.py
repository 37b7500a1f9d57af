"""Each provider down, slow, refusing, talking nonsense, then mended; the dispatcher on SQLite."""

import pytest

from sandbox.testing import Box
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
# The switch, and where it leads everybody: waiting for the next try, or an end that asks.
FAULTS: dict[str, tuple[dict[str, object], set[str]]] = {
    "down": ({"off": True}, {"retry_wait", "queued", "unknown"}),
    "slow": ({"delay_ms": 5000}, {"unknown"}),
    "refusing": ({"refuse_temporary": 1}, {"retry_wait"}),
    "overrun": ({"throttle": 1}, {"retry_wait", "queued"}),
    "nonsense": ({"nonsense": 1}, {"unknown"}),
}


def switch_all(box: Box, changes: dict[str, object]) -> None:
    for channel in CHANNELS:
        box.switch(channel, **changes)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_provider_fails_and_is_mended(small: Installation, fault: str) -> None:
    changes, expected = FAULTS[fault]
    switch_all(small.box, changes)
    message = small.order(*CHANNELS)
    with small.dispatcher():
        eventually(lambda: len(small.deliveries(message)) == PEOPLE * len(CHANNELS))
        eventually(lambda: small.states(message).keys() <= expected)
        switch_all(small.box, STRAIGHT)

        def over() -> bool:
            small.time_passes()
            return small.ended(message)

        eventually(over)
    print(fault, small.states(message))
    states = small.judge(message, PEOPLE * len(CHANNELS))
    assert states.keys() <= {"accepted", "delivered", "unknown"}
