"""From a provider's code to what it means: the shape that every channel's table shares."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from messaging.channels.base import Answer, Outcome


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code says about an envelope, with one line for staff (translated lazily)."""

    outcome: Outcome
    words: str | Promise
    gone: bool = False  # the address will never work again
    down: bool = False  # the whole channel is to pause
    slower: bool = False  # we are too fast


def answer(reference: str, code: str, meaning: Meaning) -> Answer:
    """Answer for one envelope by the meaning of its code."""
    return Answer(
        reference,
        meaning.outcome,
        code=code,
        address_gone=meaning.gone,
        channel_down=meaning.down,
        slower=meaning.slower,
    )


Codes = Mapping[str, Meaning]
