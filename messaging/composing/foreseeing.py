"""From a draft to how far it would reach, district by district, and to the list of whom it would not."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from admin_module.models import User
from messaging.models import Message
from recipients.filter_editor.showing import FEW, sees_all_numbers
from recipients.filtering import audience, forecast
from recipients.models import Asked


@dataclass(frozen=True, slots=True)
class Line:
    """One district; of a bar `most` is the whole length. A number that is None is hidden."""

    name: str
    people: int | None
    channels: Sequence[tuple[str, int | None]]
    nobody: int | None


def by_district(message: Message, *, by: User) -> list[Line]:
    """For the chosen channels; nothing where nobody is chosen, or a follow-up has its people already."""
    if not message.audience.filter or message.follows_id is not None:
        return []
    kinds = message.chosen_channels
    rows = forecast.by_district(
        audience.parse(message.audience.filter),
        topic_bit=topic_bit(message),
        kinds=kinds,
        on=timezone.localdate(message.due_at),
        mask_below=0 if sees_all_numbers(by) else FEW,
    )
    return [
        Line(row.name, row.people, [(kind, row.by_kind[kind]) for kind in kinds], row.nobody)
        for row in rows
    ]


def topic_bit(message: Message) -> int | None:
    """Whose consent is asked for; None where nobody's is: of an alarm, and of a mandatory topic."""
    topic = message.topic
    free = message.klass == Message.Klass.ALARM or topic is None or topic.mandatory
    return None if free or topic is None else topic.bit


def asked_of(message: Message) -> Asked:
    """What a list of people whom the message cannot reach asks for."""
    bit = topic_bit(message)
    return Asked(
        dict(message.audience.filter), -1 if bit is None else bit, tuple(message.chosen_channels)
    )
