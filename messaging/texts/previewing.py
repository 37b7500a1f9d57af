"""From a draft to what one person would read on each channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.html import escape

from admin_module import audit
from admin_module.configuration import Municipality, SmsGateway, read
from admin_module.models import User
from messaging.channels.base import fill
from messaging.models import Message, MessageText
from recipients.filtering import audience
from recipients.models import CONTACT_KINDS, Address, Identity, Recipient, Sex

from . import enclosing
from .formatting import to_html
from .rendering import content_for, names_on, text_for, values_for
from .variants import POLISH

EXAMPLE = Identity("Anna", "Przykładowa", date(1960, 5, 12), Sex.FEMALE)


@dataclass(frozen=True, slots=True)
class Reader:
    """Through whose eyes the preview looks."""

    identity: Identity
    address: Address
    invented: bool

    @property
    def name(self) -> str:
        return f"{self.identity.first_name} {self.identity.last_name}"


@dataclass(frozen=True, slots=True)
class Preview:
    channel: str
    title: str
    text: str
    html: str  # of the body only: a page's policy forbids the letter's own styles
    sender: str
    language: str = POLISH
    opened: str = ""  # push: the title that is read in the app, once the notice was touched


def invented_reader() -> Reader:
    town = read(Municipality).town
    address = Address(street="ul. Sportowa", house="12", town=town)
    return Reader(EXAMPLE, address, invented=True)


def reader_from(filter_: Mapping[str, Any], *, by: User) -> Reader:
    """A real person of this audience (the first who is active); that they were shown is recorded."""
    if filter_:
        ids = audience.resolve(audience.parse(filter_), timezone.localdate())
        mine = Recipient.objects.visible_to(by).active().order_by("pk")
        person = mine.filter(pk__in=_first_of(ids.tolist(), by)).first()
        if person is not None and person.identity is not None and person.address is not None:
            audit.record("recipient.shown_in_preview", person, by=by)
            return Reader(person.identity, person.address, invented=False)
    return invented_reader()


def _first_of(ids: list[int], by: User) -> list[int]:
    """A handful of the audience; of a municipal unit's staff only people of that unit."""
    if by.scope is None:
        return ids[:200]
    own = set(Recipient.objects.visible_to(by).values_list("pk", flat=True))
    return [pk for pk in ids if pk in own][:200]


def previews(message: Message, reader: Reader, language: str = POLISH) -> list[Preview]:
    """One preview for every channel, chosen or not, as somebody who reads `language` gets it."""
    return [_preview(message, channel, reader, language) for channel in CONTACT_KINDS]


def what_goes_out(message: Message) -> list[Preview]:
    """Chosen channels only, in every language that the message has; Polish first."""
    reader = invented_reader()
    return [
        one
        for language in message.languages
        for one in previews(message, reader, language)
        if one.channel in message.channels and one.language == language
    ]


def _long(message: Message, text: MessageText, channel: str, language: str) -> str:
    if channel == "sms":
        return ""
    if channel == "push":
        return text.long or text.short
    return text.long + enclosing.said_after(message, language)


def _preview(message: Message, channel: str, reader: Reader, language: str) -> Preview:
    content = content_for(message, channel, language)
    text, in_app = text_for(message, language), channel == "push"
    # What is read in the app is filled there; the notice itself never is.
    names = names_on(text, "email") if in_app else names_on(text, channel)
    values = values_for(
        names,
        reader.identity,
        reader.address,
        plain=channel == "sms" and text.transliterate_sms,
        language=content.language,
    )
    escaped = {name: escape(value) for name, value in values.items()}
    return Preview(
        channel=channel,
        title=fill(content.subject, values),
        text=fill(content.text, values),
        html=fill(to_html(_long(message, text, channel, content.language)), escaped),
        language=content.language,
        sender=content.sender_name or read(SmsGateway).sender,
        opened=fill(text.title, values) if in_app else "",
    )
