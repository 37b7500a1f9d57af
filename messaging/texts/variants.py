"""From a message and a reader's language to the text that the reader gets."""

import re
from collections.abc import Iterable
from dataclasses import replace

from messaging.models import Message, MessageText
from recipients.models import Recipient

POLISH = "pl"
PARTS = ("title", "short", "long")
CYRILLIC = re.compile("[\u0400-\u04ff]")


def text_for(message: Message, language: str) -> MessageText:
    """The words in this language; what nobody wrote in it stands in Polish."""
    return in_language(message.text, message.variants and message.variants.of(language))


def in_language(polish: MessageText, variant: MessageText | None) -> MessageText:
    """A variant completed from the Polish text: sender, replies, and every part that is empty."""
    if variant is None:
        return polish
    written = {name: text for name in PARTS if (text := getattr(variant, name))}
    # Only words of the Latin script can do without their marks.
    plain = polish.transliterate_sms and not CYRILLIC.search(variant.short)
    return replace(polish, **written, transliterate_sms=plain)


def texts_of(message: Message) -> list[tuple[str, MessageText]]:
    """Every language of a message with its words, Polish first."""
    return [(language, text_for(message, language)) for language in message.languages]


def language_for(message: Message, reads: str) -> str:
    """The language in which somebody who reads `reads` gets this message."""
    return reads if reads in message.languages else POLISH


def languages_of(people: Iterable[int]) -> dict[int, str]:
    """What each of these people reads; opened in bulk."""
    rows = Recipient.objects.filter(pk__in=set(people)).opened("language")
    return {pk: language or POLISH for pk, language in rows}
