"""From a person's deliveries to what was sent to them, what became of it and why they were meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module.models import User
from messaging.models import Delivery, Letter, Message
from messaging.trace.explaining import why
from recipients.filtering import why_meant
from recipients.models import Recipient
from recipients.same_person.joining import all_of

Reason = Delivery.Reason


@dataclass(frozen=True, slots=True)
class Sent:
    """One message or letter by one channel. `opens`: whoever asks may open the delivery's own page."""

    pk: int
    at: datetime  # when it was ordered
    changed_at: datetime
    channel: str
    state: str
    state_label: str
    outcome: str
    title: str = field(repr=False)
    kind: str  # "alarm", "warning", "information", "letter"
    unit: str = ""
    why: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    opens: bool = False


def of(person: Recipient) -> QuerySet[Delivery]:
    """All of a person's deliveries, the newest first; with those of cards that were merged into theirs."""
    everything = Delivery.objects.filter(recipient__in=all_of(person))
    return everything.exclude(message__drill=True).order_by("-pk")  # which brought them nothing


def described(rows: Sequence[Delivery], person: Recipient, by: User | None = None) -> list[Sent]:
    """Each with its words; a handful of queries, however many rows and messages there are.

    `by` None is the person: they may read everything. Of a message of another unit a member of
    staff sees that there was one.
    """
    found = Message.objects.filter(pk__in={row.message_id for row in rows if row.message_id})
    messages = {one.pk: one for one in found.select_related("topic", "unit")}
    letters = Letter.objects.in_bulk({row.letter_id for row in rows if row.letter_id})
    reasons = _reasons(person, messages)
    return [
        _message(row, messages[row.message_id], reasons[row.message_id], by)
        if row.message_id
        else _letter(row, letters[row.letter_id])
        for row in rows
    ]


def _message(row: Delivery, message: Message, reason: str, by: User | None) -> Sent:
    own = by is None or by.scope is None or message.unit_id in by.scope
    words = why(row.channel, row.state, row.reason, row.code)
    return Sent(
        pk=row.pk,
        at=message.sent_at or message.created_at,
        changed_at=row.changed_at,
        channel=row.channel,
        state=row.state,
        state_label=str(row.get_state_display()),
        outcome=words,
        title=message.text.title if own else _("a message of another unit"),
        kind=message.klass,
        unit=message.unit.name,
        why=_why(row, message, reason) if own else "",
        text=_text(row.channel, message) if own else "",
        opens=by is not None and own and by.has_perm("messaging.view_delivery"),
    )


def _text(channel: str, message: Message) -> str:
    text = message.text
    return str(text.short if channel == "sms" else text.long or text.short)


def _letter(row: Delivery, letter: Letter) -> Sent:
    if letter.text is not None:
        title, reason = letter.text.subject, _("an answer or a notice about this account")
    else:
        title, reason = (
            _("validation code for the app"),
            _("the registration, or a wish for a code"),
        )
    return Sent(
        pk=row.pk,
        at=letter.created_at,
        changed_at=row.changed_at,
        channel=row.channel,
        state=row.state,
        state_label=str(row.get_state_display()),
        outcome=why(row.channel, row.state, row.reason, row.code),
        title=title,
        kind="letter",
        why=reason,
        text=(letter.text.long or letter.text.short) if letter.text is not None else "",
    )


def _reasons(person: Recipient, messages: Mapping[int, Message]) -> dict[int, str]:
    """For each message the condition that meant this person; as it was asked where it fits no more."""
    asked = [(one.audience.filter, _day(one)) for one in messages.values()]
    fitting = why_meant.words(person, asked)
    return {
        pk: words
        if words is not None
        else _("by the data of that day: %(words)s") % {"words": one.audience.words or "–"}
        for (pk, one), words in zip(messages.items(), fitting, strict=True)
    }


def _day(message: Message) -> date:
    return timezone.localdate(message.due_at or message.sent_at or message.created_at)


def _why(row: Delivery, message: Message, condition: str) -> str:
    """The condition of the list, and by what right it was sent."""
    return f"{condition} · {_basis(row, message)}"


def _basis(row: Delivery, message: Message) -> str:
    topic = message.topic
    if topic is not None and topic.mandatory:
        return _("sent by law, without a consent: %(law)s") % {"law": topic.legal_basis}
    if message.klass == Message.Klass.ALARM:
        return _("an alarm, sent by law without a consent")
    if topic is None or row.reason == Reason.NO_CONSENT:
        return _("no consent, so nothing was sent")
    return _("consent to the topic “%(topic)s”") % {"topic": topic.name}
