"""From a draft to what would happen if it were sent now: people, channels, parts and złoty."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from admin_module.models import User
from messaging.models import Message
from messaging.pricing import SmsPrice, sms_price
from recipients import audience
from recipients.models import CONTACT_KINDS

FREE = Decimal(0)
# From this many people on, writing to nine in ten of all counts as writing to the whole town.
TOWN_FROM = 100
TOWN_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class ChannelOutlook:
    """One channel; `number` people would get the message there, whether it is chosen or not."""

    kind: str
    chosen: bool
    number: int
    cost: Decimal
    skipped: tuple[tuple[str, int], ...]  # (reason, people), the most frequent first

    @property
    def left_out(self) -> int:
        return sum(number for _reason, number in self.skipped)


@dataclass(frozen=True, slots=True)
class Outlook:
    people: int
    nobody: int  # of these people, how many no chosen channel reaches
    channels: tuple[ChannelOutlook, ...]
    sms: SmsPrice
    words: str
    whole_town: bool

    @property
    def chosen(self) -> tuple[ChannelOutlook, ...]:
        return tuple(channel for channel in self.channels if channel.chosen)

    @property
    def total(self) -> int:
        return sum(channel.number for channel in self.chosen)

    @property
    def sms_chosen(self) -> bool:
        return any(channel.kind == "sms" for channel in self.chosen)

    @property
    def cost(self) -> Decimal:
        return sum((channel.cost for channel in self.chosen), FREE)

    @property
    def reached(self) -> int:
        return self.people - self.nobody

    @property
    def skip_reasons(self) -> list[tuple[str, list[int]]]:
        """Rows of the table who is skipped and why: (reason, people per chosen channel)."""
        per_channel = [dict(channel.skipped) for channel in self.chosen]
        totals: dict[str, int] = {}
        for skipped in per_channel:
            for reason, number in skipped.items():
                totals[reason] = totals.get(reason, 0) + number
        order = sorted(totals, key=lambda reason: -totals[reason])
        return [(reason, [skipped.get(reason, 0) for skipped in per_channel]) for reason in order]


def look_ahead(message: Message, filter_: Mapping[str, Any], *, by: User) -> Outlook:
    """Count without opening anybody's data; raises `audience.BadFilter`."""
    if not filter_:
        return _outlook(message, audience.AudienceCount(0, {}, {}, 0), "", whole_town=False)
    on = timezone.localdate(message.due_at)
    parsed = audience.parse(filter_)
    counted = _count(message, parsed, on, message.chosen_channels)
    return _outlook(
        message, counted, audience.describe(parsed), whole_town=_whole_town(filter_, counted.people, on)
    )


def _count(
    message: Message, parsed: audience.Filter, on: date, kinds: list[str]
) -> audience.AudienceCount:
    topic = message.topic
    return audience.count(
        parsed,
        topic_bit=topic.bit if topic else None,
        mandatory=message.klass == Message.Klass.ALARM or bool(topic and topic.mandatory),
        kinds=CONTACT_KINDS,
        on=on,
    )


def _outlook(
    message: Message, counted: audience.AudienceCount, words: str, *, whole_town: bool
) -> Outlook:
    chosen = message.chosen_channels
    price = sms_price(message.text, counted.reachable_by_kind.get("sms", 0))
    channels = tuple(
        ChannelOutlook(
            kind=kind,
            chosen=kind in chosen,
            number=counted.reachable_by_kind.get(kind, 0),
            cost=price.cost if kind == "sms" else FREE,
            skipped=tuple(
                sorted(counted.skipped.get(kind, {}).items(), key=lambda pair: -pair[1])
            ),
        )
        for kind in CONTACT_KINDS
    )
    return Outlook(counted.people, counted.nobody, channels, price, words, whole_town)


def _whole_town(filter_: Mapping[str, Any], people: int, on: date) -> bool:
    """Everyone, or a filter that leaves hardly anybody out ("from 0 to 130 years")."""
    if filter_ == {"everyone": True}:
        return True
    if people < TOWN_FROM:
        return False
    everybody = len(audience.resolve(audience.parse({"everyone": True}), on))
    return people >= everybody * TOWN_SHARE
