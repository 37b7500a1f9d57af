"""From what waits for somebody to the few words that a push service may carry about it.

Google, Apple, Mozilla and Microsoft carry a push, and a locked screen shows it: so it says who writes
and that something waits, never what. Only what everybody may read anyway travels with its words.
"""

from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from admin_module.configuration import Municipality, read
from messaging.channels.base import Content, Hint
from messaging.models import Letter, Message

from . import enclosing
from .variants import POLISH, language_for, text_for

# Ukrainian has no catalogue: these are the words of the server that a device shows.
REPORT_NEWS = {
    "pl": "Jest nowa wiadomość o Twoim zgłoszeniu",
    "uk": "Є новина щодо вашого звернення",
    "en": "There is news about your report",
}

NEW_ALARM = {"uk": "Нова тривога", "en": "A new alarm"}
NEW_MESSAGE = {"uk": "У вас нове повідомлення", "en": "You have a new message"}


def about_message(message: Message, language: str = POLISH) -> Content:
    """A person's message: its title and short text only where everybody may read them."""
    text, alarm = text_for(message, language), message.klass == Message.Klass.ALARM
    sender = text.sender_name or message.unit.name
    if message.public:
        language = language_for(message, language)
        title, words = text.title, enclosing.fill_link(message, text.short)
    else:
        title, words = sender, _something_new(language, alarm=alarm)
    link = f"{settings.PUBLIC_URL}/app/m/{message.uid}"
    return Content(
        key=f"{message.uid.hex}:{message.revision}:push:{language}",
        subject=title,
        text=words,
        sender_name=sender,
        urgent=alarm,
        language=language,
        hint=Hint("message", str(message.uid), link, message.expires_at),
    )


def _something_new(language: str, *, alarm: bool) -> str:
    polish = _("A new alarm") if alarm else _("You have a new message")
    return (NEW_ALARM if alarm else NEW_MESSAGE).get(language, polish)


def about_announcement(message: Message, language: str = POLISH) -> Content:
    """The same for a device that nobody paired, which finds it among what everybody may read."""
    said, text = about_message(message, language), text_for(message, language)
    hint = Hint(
        "announcement", str(message.uid), said.hint.link if said.hint else "", message.ends_at
    )
    return Content(
        key=said.key,
        subject=text.title,
        text=enclosing.fill_link(message, text.short),
        sender_name=said.sender_name,
        urgent=said.urgent,
        language=said.language,
        hint=hint,
    )


def about_letter(letter: Letter) -> Content:
    """A service letter; its words go by the ways that carry words."""
    link = f"{settings.PUBLIC_URL}/app/"
    return Content(
        key=letter.uid.hex,
        subject=read(Municipality).name,
        text=_("You have a new message"),
        hint=Hint("letter", str(letter.uid), link, letter.expires_at),
    )


def about_report(uid: UUID, language: str) -> Content:
    """A report whose state or words changed."""
    return Content(
        key=uid.hex,
        subject=read(Municipality).name,
        text=REPORT_NEWS.get(language, REPORT_NEWS["pl"]),
        language=language,
        hint=Hint("report", str(uid), f"{settings.PUBLIC_URL}/app/r/{uid}"),
    )
