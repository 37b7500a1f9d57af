"""From a draft to what would happen if it were sent now: people, channels, parts and złoty."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from admin_module.models import User
from messaging.hours.quieting import quiet_until
from messaging.ledger import escalating
from messaging.models import Message
from messaging.steps import follow_ups
from messaging.texts.pricing import SmsPrice, dearest_price
from messaging.texts.variants import texts_of
from recipients.filter_editor.showing import FEW, sees_all_numbers, skip_rows
from recipients.filtering import audience
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
    number: int | None
    cost: Decimal | None
    skipped: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What staff see; a number that is None is hidden because it is small."""

    people: int | None
    nobody: int | None  # of these people, how many no chosen channel reaches
    channels: tuple[ChannelOutlook, ...]
    sms: SmsPrice
    words: str
    whole_town: bool
    expected: int  # the number of people, never hidden: for the engine, not for a page
    reaches_anybody: bool
    sms_people: int = 0  # like `expected`
    quiet_until: datetime | None = None
    spared_at_most: int | None = None  # SMS, if everybody who has the app opens it in time

    @property
    def saved_at_most(self) -> Decimal | None:
        """In złoty, where the app goes first."""
        if self.spared_at_most is None:
            return None
        return self.sms.part_price * self.sms.chosen.parts * self.spared_at_most

    @property
    def chosen(self) -> tuple[ChannelOutlook, ...]:
        return tuple(channel for channel in self.channels if channel.chosen)

    @property
    def total(self) -> int | None:
        return _sum(channel.number for channel in self.chosen)

    @property
    def sms_chosen(self) -> bool:
        return any(channel.kind == "sms" for channel in self.chosen)

    @property
    def cost(self) -> Decimal | None:
        return self.sms.cost if self.sms_chosen else FREE

    @property
    def skip_rows(self) -> list[tuple[str, list[int | None]]]:
        """Rows of the table who is skipped and why: (reason, people per chosen channel)."""
        return skip_rows(self.chosen)


def look_ahead(message: Message, filter_: Mapping[str, Any], *, by: User) -> Outlook:
    """Count without opening anybody's data; raises `audience.BadFilter`."""
    if message.follows_id is not None:
        return _of_follow_up(message, by=by)
    if not filter_:
        nobody = audience.AudienceCount(0, dict.fromkeys(CONTACT_KINDS, 0))
        return _outlook(message, nobody, nobody, words="", whole_town=False)
    parsed = audience.parse(filter_)
    on = timezone.localdate(message.due_at)
    exact = _count(message, parsed, on)
    shown = exact if sees_all_numbers(by) else exact.masked(FEW)
    whole_town = _is_whole_town(parsed, exact.people or 0, on)
    outlook = _outlook(
        message, exact, shown, words=audience.describe(parsed), whole_town=whole_town
    )
    if escalating.plan_of(message) is None:
        return outlook
    both = _with_both(message, parsed, on, exact)
    hidden = both < FEW and not sees_all_numbers(by)
    return replace(outlook, spared_at_most=None if hidden else both)


def _with_both(
    message: Message, parsed: audience.Filter, on: date, exact: audience.AudienceCount
) -> int:
    """People with the app who would get the SMS, too: each channel's, less those of either."""
    pair = (escalating.FIRST, escalating.THEN)
    either = (exact.people or 0) - (_count_of(message, parsed, on, pair).nobody or 0)
    return sum(exact.reachable_by_kind[kind] or 0 for kind in pair) - either


def _of_follow_up(message: Message, *, by: User) -> Outlook:
    """Whom what it follows reached, by the channels that worked for them."""
    found = follow_ups.reach(message)
    exact = audience.AudienceCount(
        found.people, found.by_channel, found.left_out, found.people - found.anybody
    )
    shown = exact if sees_all_numbers(by) else exact.masked(FEW)
    return _outlook(message, exact, shown, words=message.audience.words, whole_town=False)


def _count(message: Message, parsed: audience.Filter, on: date) -> audience.AudienceCount:
    """All kinds of contact by number; "nobody" by the chosen ones."""
    everywhere = _count_of(message, parsed, on, CONTACT_KINDS)
    return audience.AudienceCount(
        everywhere.people,
        everywhere.reachable_by_kind,
        everywhere.skipped,
        _count_of(message, parsed, on, message.chosen_channels).nobody,
    )


def _count_of(
    message: Message, parsed: audience.Filter, on: date, kinds: Collection[str]
) -> audience.AudienceCount:
    topic = message.topic
    return audience.count(
        parsed,
        topic_bit=topic.bit if topic else None,
        mandatory=message.klass == Message.Klass.ALARM or bool(topic and topic.mandatory),
        kinds=kinds,
        on=on,
    )


def _outlook(
    message: Message,
    exact: audience.AudienceCount,
    shown: audience.AudienceCount,
    *,
    words: str,
    whole_town: bool,
) -> Outlook:
    price = dearest_price((text for _l, text in texts_of(message)), shown.reachable_by_kind["sms"])
    channels = tuple(
        ChannelOutlook(
            kind=kind,
            chosen=kind in message.channels,
            number=shown.reachable_by_kind[kind],
            cost=price.cost if kind == "sms" else FREE,
            skipped=shown.skipped.get(kind, {}),
        )
        for kind in CONTACT_KINDS
    )
    return Outlook(
        people=shown.people,
        nobody=shown.nobody,
        channels=channels,
        sms=price,
        words=words,
        whole_town=whole_town,
        expected=exact.people or 0,
        sms_people=exact.reachable_by_kind["sms"] or 0,
        quiet_until=quiet_until(message.klass, message.due_at or timezone.now()),
        reaches_anybody=any(exact.reachable_by_kind[kind] for kind in message.chosen_channels),
    )


def _is_whole_town(parsed: audience.Filter, people: int, on: date) -> bool:
    """Everyone, or a filter that leaves hardly anybody out ("from 0 to 130 years")."""
    if audience.is_everyone(parsed):
        return True
    if people < TOWN_FROM:
        return False
    everybody = len(audience.resolve(audience.parse({"everyone": True}), on))
    return people >= everybody * TOWN_SHARE


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = list(numbers)
    return None if None in known else sum(number or 0 for number in known)
