"""From a message to the parts that a second person reads, and from two readings to what changed between them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module.templatetags.icp_ui import CHANNELS
from messaging.hours.moments import words_of
from messaging.models import Message, MessageText, Shown
from messaging.texts.differences import Piece, differences
from messaging.texts.variants import POLISH
from recipients.models import Language

# In the order of the page. A part in another language is "title.uk".
LABELS: dict[str, Promise] = {
    "klass": gettext_lazy("Kind of message"),
    "follows": gettext_lazy("Follows"),
    "title": gettext_lazy("Title"),
    "short": gettext_lazy("Short version"),
    "long": gettext_lazy("Full version"),
    "sender": gettext_lazy("Sender and replies"),
    "attachments": gettext_lazy("Attachments"),
    "channels": gettext_lazy("Channels"),
    "escalation": gettext_lazy("The app first, SMS later"),
    "topic": gettext_lazy("Topic of the consent"),
    "audience": gettext_lazy("To whom"),
    "due": gettext_lazy("When"),
    "expires": gettext_lazy("Do not send after"),
    "public": gettext_lazy("Published for everybody"),
    "template": gettext_lazy("Template"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One part that differs; the pieces spell both wordings."""

    label: str
    pieces: tuple[Piece, ...]


def shown(message: Message) -> Shown:
    """Every part in words, the empty ones left out."""
    parts = {**_texts(message), **_settings(message)}
    return Shown({name: words for name, words in parts.items() if words})


def _texts(message: Message) -> dict[str, str]:
    """What was written in each language; what stands in Polish there is not said twice."""
    found: dict[str, str] = {}
    for language in message.languages:
        own = message.variants.of(language) if language != POLISH else None
        text, end = own or message.text, "" if language == POLISH else f".{language}"
        found |= {f"title{end}": text.title, f"short{end}": _short(text), f"long{end}": text.long}
    return found


def _short(text: MessageText) -> str:
    if not text.short or not text.transliterate_sms:
        return text.short
    return _("%(text)s (SMS without Polish letters)") % {"text": text.short}


def _settings(message: Message) -> dict[str, str]:
    text = message.text
    names = message.attachments.order_by("place")
    minutes = message.escalation.get("after_minutes") if message.escalation else None
    version = message.template_version
    first = message.follows
    return {
        "klass": str(capfirst(message.get_klass_display())),
        "follows": f"{message.get_follow_kind_display()}: {first.text.title}" if first else "",
        "sender": " ".join(filter(None, (text.sender_name, text.reply_to))),
        "attachments": "\n".join(str(one.name) for one in names),
        "channels": ", ".join(str(CHANNELS[kind][1]) for kind in message.chosen_channels),
        "escalation": _("SMS after %(n)s minutes") % {"n": minutes} if minutes else "",
        "topic": str(message.topic or ""),
        "audience": message.audience.words,
        "due": words_of(message.due_at) if message.due_at else _("at once"),
        "expires": words_of(message.expires_at) if message.expires_at else "",
        "public": _("yes") if message.public else "",
        "template": _("%(name)s, version %(number)s")
        % {"name": version.template.name, "number": version.number}
        if version
        else "",
    }


def changes(before: Shown, after: Shown) -> list[Change]:
    """The parts that differ, in the order of the page."""
    names = sorted({*before.parts, *after.parts}, key=_place)
    return [
        Change(label_of(name), tuple(differences(was, now)))
        for name in names
        if (was := before.parts.get(name, "")) != (now := after.parts.get(name, ""))
    ]


def _place(name: str) -> tuple[int, str]:
    part, _dot, language = name.partition(".")
    order = list(LABELS)
    return (order.index(part) if part in order else len(order)), language


def label_of(name: str) -> str:
    """What a part is called, with its language."""
    part, _dot, language = name.partition(".")
    label = str(LABELS.get(part, part))
    return f"{label} – {Language(language).label}" if language in Language.values else label
