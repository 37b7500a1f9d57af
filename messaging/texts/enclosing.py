"""From what is attached to a message to what each channel says of it, and to the files ePUAP carries."""

import re

from django.template.defaultfilters import date as date_words
from django.utils import timezone

from messaging.channels.base import Enclosure
from messaging.models import Message, MessageAttachment

from . import attachments

PDF = "application/pdf"
# All files of one ePUAP document together: in base64 a third more, and ePUAP takes 5 MB.
EPUAP_BYTES = 3_500_000
MEGABYTE = 1_000_000
MARKS = re.compile(r"([\\`*_\[\](){}#+!<>|~&])")
# Ukrainian and English have no catalogue of their own: these are the words that go along with a text.
HEADING = {"pl": "Załączniki", "uk": "Додатки", "en": "Attachments"}
OPEN = {"pl": "Otwórz załączniki", "uk": "Відкрити додатки", "en": "Open the attachments"}
UNTIL = {
    "pl": "Odnośnik działa do",
    "uk": "Посилання діє до",
    "en": "The link works until",
}


def said_after(message: Message, language: str) -> str:
    """Markdown that follows the long text: names, sizes, the address and its end; empty without files."""
    link = attachments.link_of(message)
    if not link:
        return ""
    end = date_words(timezone.localtime(attachments.ends_at(message)), "d.m.Y")
    rows = [f"- {_escaped(row.name)} ({size_of(row)})" for row in attachments.files_of(message)]
    closing = f"[{OPEN[language]}]({link})  \n{UNTIL[language]} {end}."
    return "\n\n".join([f"\n\n**{HEADING[language]}**", "\n".join(rows), closing])


def fill_link(message: Message, text: str) -> str:
    """A short text with the address in place of {zalaczniki}, where somebody asked for it."""
    return text.replace("{zalaczniki}", attachments.link_of(message)) if "{z" in text else text


def for_epuap(message: Message) -> tuple[Enclosure, ...]:
    """PDF files as far as they fit into one document; the others are read at the address."""
    left, taken = EPUAP_BYTES, []
    for row in attachments.files_of(message):
        if row.media_type == PDF and row.size <= left:
            left -= row.size
            taken.append(Enclosure(row.name, row.media_type, row.read()))
    return tuple(taken)


def size_of(row: MessageAttachment) -> str:
    """With its kind, as people say it: "PDF, 1,2 MB"."""
    kind = {PDF: "PDF", "image/png": "PNG"}.get(row.media_type, "JPEG")
    if row.size < MEGABYTE:
        return f"{kind}, {max(1, round(row.size / 1000))} kB"
    return f"{kind}, {row.size / MEGABYTE:.1f} MB".replace(".", ",")


def _escaped(name: str) -> str:
    return MARKS.sub(r"\\\1", name)
