"""From a short text to SMS parts and złoty: with Polish letters, and without them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from admin_module.configuration import Budgets, read
from messaging.channels.base import fill
from messaging.channels.sms_parts import ROOM, Parts, count, transliterate
from messaging.models import MessageText

from . import attachments, short_links
from .placeholders import longest_fills, placeholders_in


@dataclass(frozen=True, slots=True)
class SmsPrice:
    """Both ways to write one SMS, and what they cost for so many people. Money is in złoty, net."""

    as_written: Parts
    plain: Parts
    chosen: Parts
    people: int | None  # None: hidden because it is small
    part_price: Decimal
    personal: bool  # the counts are then the most that the longest filling can take

    @property
    def cost(self) -> Decimal | None:
        return self._cost(self.chosen.parts)

    @property
    def one(self) -> Decimal:
        """For one person, at most."""
        return self.part_price * self.chosen.parts

    @property
    def cost_as_written(self) -> Decimal | None:
        return self._cost(self.as_written.parts)

    @property
    def cost_plain(self) -> Decimal | None:
        return self._cost(self.plain.parts)

    @property
    def saving(self) -> Decimal | None:
        return self._cost(self.as_written.parts - self.plain.parts)

    @property
    def parts_total(self) -> int | None:
        return None if self.people is None else self.chosen.parts * self.people

    @property
    def room(self) -> int:
        """How many characters the parts now in use can hold."""
        single, joined = ROOM[self.chosen.encoding]
        return single if self.chosen.parts <= 1 else joined * self.chosen.parts

    def _cost(self, parts: int) -> Decimal | None:
        return None if self.people is None else self.part_price * parts * self.people


def part_price() -> Decimal:
    return read(Budgets).part_price


def dearest_price(texts: Iterable[MessageText], people: int | None) -> SmsPrice:
    """Of the same message in several languages, as if everybody read the one that takes most parts."""
    prices = [sms_price(text, people) for text in texts]
    return max(prices, key=lambda price: (price.chosen.parts, price is prices[0]))


def sms_price(text: MessageText, people: int | None) -> SmsPrice:
    """Count exactly; with placeholders, for the fillings that take the most parts."""
    names = placeholders_in(text.short)
    filled = (
        [fill(text.short, values) for values in longest_fills(names)] if names else [text.short]
    )
    tail, link = short_links.tail(text), {"zalaczniki": attachments.sample_link()}
    filled = [fill(one, link) + tail for one in filled]
    as_written = _most(filled)
    plain = _most([transliterate(one) for one in filled])
    return SmsPrice(
        as_written=as_written,
        plain=plain,
        chosen=plain if text.transliterate_sms else as_written,
        people=people,
        part_price=part_price(),
        personal=bool(names),
    )


def _most(texts: Sequence[str]) -> Parts:
    return max((count(text) for text in texts), key=lambda parts: (parts.parts, parts.units))
