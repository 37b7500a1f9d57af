"""From a filter to the numbers beside it: how many people, by which channels, who is left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from admin_module.models import User
from recipients.filtering import audience
from recipients.models import CONTACT_KINDS

# A count of a few would tell the age or the address of one person to staff who see no cards.
FEW = 5


@dataclass(frozen=True, slots=True)
class ChannelReach:
    kind: str
    number: int | None
    skipped: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Reach:
    """What the page says of a filter; a number that is None is hidden because it is small."""

    people: int | None
    nobody: int | None
    channels: tuple[ChannelReach, ...]
    words: str

    @property
    def chosen(self) -> tuple[ChannelReach, ...]:
        return self.channels

    @property
    def skip_rows(self) -> list[tuple[str, list[int | None]]]:
        return skip_rows(self.channels)


def skip_rows(channels: Any) -> list[tuple[str, list[int | None]]]:
    """Rows of the table who is skipped and why: (reason, people per channel)."""
    reasons = dict.fromkeys(reason for channel in channels for reason in channel.skipped)
    rows = [(reason, [one.skipped.get(reason) for one in channels]) for reason in reasons]
    return [(reason, numbers) for reason, numbers in rows if any(n != 0 for n in numbers)]


def sees_all_numbers(by: User) -> bool:
    """Whether small numbers may be told: only to staff who may open the cards of the whole town."""
    return by.has_perm("recipients.view_recipient") and by.scope is None


def reach(filter_: Mapping[str, Any], *, by: User) -> Reach:
    """Count without opening anybody's data and without a topic; raises `audience.BadFilter`."""
    if not filter_:
        nobody = tuple(ChannelReach(kind, 0, {}) for kind in CONTACT_KINDS)
        return Reach(0, 0, nobody, "")
    parsed = audience.parse(filter_)
    below = 0 if sees_all_numbers(by) else FEW
    count = audience.count(parsed, topic_bit=None, mask_below=below)
    channels = tuple(
        ChannelReach(kind, count.reachable_by_kind[kind], _without_consents(count.skipped[kind]))
        for kind in CONTACT_KINDS
    )
    return Reach(count.people, count.nobody, channels, audience.describe(parsed))


def _without_consents(skipped: Mapping[str, int | None]) -> Mapping[str, int | None]:
    """A group has no topic yet: whether people agree is seen when a message is written."""
    return {reason: number for reason, number in skipped.items() if reason != "no_consent"}
