"""From the counters of a span of days to lines of numbers by whatever somebody asks; no delivery is counted here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module.models import User
from admin_module.templatetags.icp_ui import channel_name
from messaging.budget.budgeting import NOT_PAID
from messaging.ledger import counting
from messaging.ledger.progress import GROUP_OF_STATE
from messaging.models import Counter, DistrictFigure, Message
from messaging.texts.pricing import part_price

COLUMNS = ("handed_over", "delivered", "failed", "unknown", "waiting", "spared", "left_out")
HANDED_OVER = frozenset({"delivered", "accepted", "no_receipt"})
TABLES: dict[str, Promise] = {
    "channel": gettext_lazy("Channel"),
    "topic": gettext_lazy("Topic"),
    "klass": gettext_lazy("Kind of message"),
    "unit": gettext_lazy("Unit"),
    "district": gettext_lazy("District"),
    "month": gettext_lazy("Month"),
    "weekday": gettext_lazy("Day of the week"),
    "hour": gettext_lazy("Hour"),
}
HEADS: dict[str, Promise] = {
    "messages": gettext_lazy("Messages"),
    "to_send": gettext_lazy("to be sent"),
    "handed_over": gettext_lazy("handed over"),
    "delivered": gettext_lazy("confirmed"),
    "failed": gettext_lazy("not delivered"),
    "unknown": gettext_lazy("unknown"),
    "spared": gettext_lazy("spared"),
    "left_out": gettext_lazy("left out"),
    "sms_parts": gettext_lazy("SMS parts"),
    "cost": gettext_lazy("Cost in PLN, net"),
}
WEEKDAYS = (
    gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"), gettext_lazy("Friday"), gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """From the first day to the last, both with them."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Span":
        """As many days just before."""
        last = self.first - timedelta(days=1)
        return Span(last - timedelta(days=self.days - 1), last)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The first moment, and the first that is past it, by the clock in the town."""
        begin = timezone.make_aware(datetime.combine(self.first, time()))
        end = timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time()))
        return begin, end


@dataclass(slots=True)
class Line:
    """One row of a table. `messages` are ids, so that a message on two channels counts once."""

    name: str
    messages: set[int] = field(default_factory=set)
    handed_over: int = 0
    delivered: int = 0
    failed: int = 0
    unknown: int = 0
    waiting: int = 0
    spared: int = 0
    left_out: int = 0
    sms_parts: int = 0
    cost: Decimal = Decimal(0)

    @property
    def to_send(self) -> int:
        return self.handed_over + self.failed + self.unknown + self.waiting

    def number(self, column: str) -> int | Decimal:
        if column == "messages":
            return len(self.messages)
        value: int | Decimal = getattr(self, column)
        return value


@dataclass(frozen=True, slots=True)
class Fact:
    """What one counter says, with what is known of its message."""

    message: int
    channel: str
    state: str  # as counted
    number: int
    klass: str
    topic: str
    unit: str
    at: datetime  # local
    parts: int
    price: Decimal


def seen(user: User, span: Span, wanted: dict[str, Any] | None = None) -> Any:
    """The messages that went out in these days, as far as they are `user`'s to see; no exercises."""
    begin, end = span.moments
    rows = Message.objects.visible_to(user).real()
    return rows.filter(sent_at__isnull=False, due_at__gte=begin, due_at__lt=end, **(wanted or {}))


def facts(messages: Any) -> list[Fact]:
    """One query for the messages, one for their counters: some rows for each message, never more."""
    price = part_price()
    known = {
        row[0]: row
        for row in messages.order_by().values_list(
            "pk", "klass", "topic__name", "unit__name", "due_at", "sms_parts", "account__part_price"
        )
    }
    counted = Counter.objects.filter(message__in=messages.order_by().values("pk"))
    rows = counted.values_list("message", "channel", "state").annotate(number=Sum("number"))
    found = []
    for pk, channel, state, number in rows.order_by():
        if number and pk in known:
            _pk, klass, topic, unit, due_at, parts, paid = known[pk]
            at = timezone.localtime(due_at)
            found.append(
                Fact(pk, channel, state, number, klass, topic or "", unit, at, parts, paid or price)
            )
    return found


def total(found: Iterable[Fact]) -> Line:
    line = Line(str(_("together")))
    for fact in found:
        add(line, fact)
    return line


def table(found: Iterable[Fact], by: str) -> list[Line]:
    """A line for each value of a key of TABLES (the district excepted: `by_district`)."""
    lines: dict[object, Line] = {}
    for fact in found:
        key, name = _KEYS[by](fact)
        add(lines.setdefault(key, Line(name)), fact)
    if by in {"month", "weekday", "hour"}:
        return [lines[key] for key in sorted(lines)]  # type: ignore[type-var]  # of one kind
    return sorted(lines.values(), key=lambda line: (-line.to_send, line.name))


def add(line: Line, fact: Fact) -> None:
    """Count what a counter says into a line."""
    group = GROUP_OF_STATE[fact.state]
    line.messages.add(fact.message)
    if group in HANDED_OVER:
        line.handed_over += fact.number
    if group in COLUMNS:
        setattr(line, group, getattr(line, group) + fact.number)
    if fact.channel == "sms" and fact.state not in (*NOT_PAID, counting.WAITING):
        line.sms_parts += fact.parts * fact.number
        line.cost += fact.price * fact.parts * fact.number


def _month(fact: Fact) -> tuple[object, str]:
    day = fact.at.date().replace(day=1)
    return day, formats.date_format(day, "F Y")


_KEYS: dict[str, Callable[[Fact], tuple[object, str]]] = {
    "channel": lambda fact: (fact.channel, channel_name(fact.channel)),
    "topic": lambda fact: (fact.topic, fact.topic or str(_("without a topic"))),
    "klass": lambda fact: (fact.klass, str(Message.Klass(fact.klass).label)),
    "unit": lambda fact: (fact.unit, fact.unit),
    "month": _month,
    "weekday": lambda fact: (fact.at.weekday(), str(WEEKDAYS[fact.at.weekday()])),
    "hour": lambda fact: (fact.at.hour, f"{fact.at.hour:02}:00–{fact.at.hour:02}:59"),
}


def by_district(messages: Any) -> list[Line]:
    """From what the nights counted; a message of today is not in it yet."""
    sums = {name: Sum(name) for name in (*COLUMNS, "sms_parts")}
    rows = DistrictFigure.objects.filter(message__in=messages.order_by().values("pk"))
    lines: dict[str, Line] = {}
    grouped = rows.values_list("district__name", "message", "message__account__part_price")
    for name, message, price, *numbers in grouped.annotate(**sums).order_by():
        line = lines.setdefault(name or "", Line(name or str(_("not in the register"))))
        line.messages.add(message)
        for column, number in zip((*COLUMNS, "sms_parts"), numbers, strict=True):
            setattr(line, column, getattr(line, column) + number)
        line.cost += price * numbers[-1]
    return sorted(lines.values(), key=lambda line: (line.name == "", line.name))
