"""From the counters of a message to its SMS parts and złoty: promised, spent, waiting, and spared.

Money is net, at today's price of a part. A part is spent when its SMS was handed over, whatever became of
it afterwards; what was refused costs nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from messaging.ledger import counting, escalating
from messaging.ledger.escalating import Escalation
from messaging.models import Counter, Delivery, Message
from messaging.texts.pricing import part_price, sms_price

from . import budgeting

S = Delivery.State
Numbers = dict[tuple[str, str], int]  # (channel, state as counted) → deliveries


@dataclass(frozen=True, slots=True)
class Sum:
    """SMS parts, and what they cost."""

    parts: int
    price: Decimal

    @property
    def cost(self) -> Decimal:
        return self.price * self.parts


@dataclass(frozen=True, slots=True)
class Steps:
    """How far an escalation has come: people told by the app, those of them who opened it, SMS that
    wait for their time (`due`), SMS that went out."""

    plan: Escalation
    told: int
    opened: int
    waiting: int
    sent: int
    due: datetime | None

    @property
    def left(self) -> timedelta | None:
        """Until the SMS go out; None where that time has come, or nothing waits."""
        if self.due is None or not self.waiting:
            return None
        left = self.due - timezone.now()
        return left if left > timedelta(0) else None


@dataclass(frozen=True, slots=True)
class Spending:
    """Of one message with SMS; `limit` is its own, in parts."""

    promised: Sum
    spent: Sum
    waiting: Sum
    spared: Sum
    plain: Sum  # spared by writing without Polish letters, so far
    limit: int | None
    steps: Steps | None

    @property
    def saved(self) -> Sum:
        return Sum(self.spared.parts + self.plain.parts, self.spared.price)


def spending_of(message: Message) -> Spending | None:
    """None for a message without SMS, and before its list is made."""
    if "sms" not in message.channels or not message.sms_parts:
        return None
    numbers = _numbers(message)
    price, parts = part_price(), message.sms_parts
    handed_over = _handed_over(numbers, "sms")
    waiting = numbers.get(("sms", counting.WAITING), 0)
    spared = numbers.get(("sms", counting.SPARED), 0)
    return Spending(
        promised=Sum(message.sms_planned, price),
        spent=Sum(parts * handed_over, price),
        waiting=Sum(parts * waiting, price),
        spared=Sum(parts * spared, price),
        plain=Sum(_parts_saved_by_plain_letters(message) * handed_over, price),
        limit=budgeting.limit_of(message),
        steps=_steps(message, numbers, handed_over, waiting),
    )


def _numbers(message: Message) -> Numbers:
    numbers: Numbers = {}
    rows = Counter.objects.filter(message=message, channel__in=("sms", escalating.FIRST))
    for channel, state, number in rows.values_list("channel", "state", "number"):
        numbers[channel, state] = numbers.get((channel, state), 0) + number
    return numbers


def _handed_over(numbers: Numbers, channel: str) -> int:
    free = (*budgeting.NOT_PAID, counting.WAITING)
    return sum(n for (kind, state), n in numbers.items() if kind == channel and state not in free)


def _parts_saved_by_plain_letters(message: Message) -> int:
    """Of each SMS."""
    text = message.text
    if not text.transliterate_sms:
        return 0
    price = sms_price(text, None)
    return max(0, price.as_written.parts - price.plain.parts)


def _steps(message: Message, numbers: Numbers, sent: int, waiting: int) -> Steps | None:
    plan = escalating.plan_of(message)
    if plan is None:
        return None
    opened = [S.READ, S.DELIVERED] if plan.until == escalating.DELIVERED else [S.READ]
    return Steps(
        plan=plan,
        told=_handed_over(numbers, plan.first),
        opened=sum(numbers.get((plan.first, state), 0) for state in opened),
        waiting=waiting,
        sent=sent,
        due=message.escalates_at,
    )
