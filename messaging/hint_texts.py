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

# Ukrainian has no catalogue: these are the only words of the server that a device shows.
REPORT_NEWS = {
    "pl": "Jest nowa wiadomość o Twoim zgłoszeniu",
    "uk": "Є новина щодо вашого звернення",
    "en": "There is news about your report",
}


def about_message(message: Message) -> Content:
    """A person's message: its title and short text only where everybody may read them."""
    text, alarm = message.text, message.klass == Message.Klass.ALARM
    sender = text.sender_name or message.unit.name
    if message.public:
        title, words = text.title, text.short
    else:
        title, words = sender, _("A new alarm") if alarm else _("You have a new message")
    link = f"{settings.PUBLIC_URL}/app/m/{message.uid}"
    return Content(
        key=f"{message.uid.hex}:{message.revision}:push",
        subject=title,
        text=words,
        sender_name=sender,
        urgent=alarm,
        hint=Hint("message", str(message.uid), link, message.expires_at),
    )


def about_announcement(message: Message) -> Content:
    """The same for a device that nobody paired, which finds it among what everybody may read."""
    said = about_message(message)
    hint = Hint(
        "announcement", str(message.uid), said.hint.link if said.hint else "", message.ends_at
    )
    return Content(
        key=said.key,
        subject=message.text.title,
        text=message.text.short,
        sender_name=said.sender_name,
        urgent=said.urgent,
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
