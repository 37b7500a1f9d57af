"""From a message to what it says on one channel."""

from django.template.loader import render_to_string

from admin_module.configuration import Municipality, Notices, read
from messaging.channels.base import Content, fill
from messaging.channels.sms_parts import transliterate
from messaging.models import Message, MessageText

from . import enclosing, short_links
from .formatting import to_html, to_text
from .hint_texts import about_message
from .placeholders import (
    PLACEHOLDERS,
    district_names,
    is_personal,
    longest_fills,
    needs_of,
    placeholders_in,
    values_for,
)
from .variants import POLISH, language_for, text_for

__all__ = [
    "PLACEHOLDERS",
    "content_for",
    "district_names",
    "is_personal",
    "longest_fills",
    "names_on",
    "needs_of",
    "placeholders_in",
    "text_for",
    "texts_on",
    "values_for",
]
LONG_CHANNELS = ("email", "epuap")


def texts_on(text: MessageText, channel: str) -> str:
    """Everything a channel sends that may hold placeholders."""
    if channel == "sms":
        return text.short
    if channel == "push":
        return ""  # a hint: nothing of it is filled with a person's data
    return f"{text.title}\n{text.long}"


def names_on(text: MessageText, channel: str) -> set[str]:
    """The placeholders that must be filled per person on this channel."""
    return placeholders_in(texts_on(text, channel))


def content_for(message: Message, channel: str, language: str = POLISH) -> Content:
    """What all envelopes of this message on this channel share, to readers of one language."""
    if channel == "push":
        return about_message(message, language)
    language = language_for(message, language)
    text = text_for(message, language)
    title, html = text.title, ""
    if channel == "sms":
        short = enclosing.fill_link(message, sms_text(text))
        title, body = "", short_links.with_tail(message, text, short, language)
    else:
        long = text.long + enclosing.said_after(message, language)
        body = to_text(long)
        if channel == "email":
            html = frame(title, to_html(long), sender(message, channel), language)
    return Content(
        key=f"{message.uid.hex}:{message.revision}:{channel}:{language}",
        subject=title,
        text=body,
        html=html,
        sender_name=sender(message, channel),
        reply_to=text.reply_to or message.unit.reply_to,
        urgent=message.klass == Message.Klass.ALARM,
        language=language,
    )


def sms_text(text: MessageText) -> str:
    return transliterate(text.short) if text.transliterate_sms else text.short


def sender(message: Message, channel: str) -> str:
    """Who speaks: on a phone the unit's short name, which the provider knows; else in full."""
    if channel == "sms":
        return message.unit.speaks_as()
    return message.text.sender_name or message.unit.name


def frame(title: str, body: str, sender_name: str, language: str = POLISH) -> str:
    """The whole HTML of an e-mail; `body` is already sanitized."""
    municipality = read(Municipality)
    return render_to_string(
        "messaging/mail/mail.html",
        {
            "title": title,
            "language": language,
            "body": body,
            "sender_name": sender_name or municipality.name,
            "municipality": municipality,
            "footer": _footer(municipality),
        },
    )


def _footer(municipality: Municipality) -> str:
    """The office's own words under an e-mail, filled; empty where it has none."""
    values = {
        "urzad": municipality.name,
        "adres": municipality.address,
        "telefon": municipality.phone,
        "strona": municipality.website,
    }
    return fill(read(Notices).mail_footer, values)
