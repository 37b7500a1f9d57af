"""From a message that was wrong, or whose reason has passed, to the draft that says so.

The words of a member of staff come first, the old text is quoted under them; audience, class, topic and
channels are those of the first message, and nothing that is typed can widen them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import User
from messaging.models import Audience, Message, MessageText, Variants
from messaging.texts import attachments
from messaging.texts.variants import text_for
from recipients.models import CONTACT_KINDS

from . import braking, drafting, follow_ups, sending
from .follow_ups import Kind, root_of

LONGEST_TITLE, LONGEST_TEXT = 150, 20_000
# Said to residents in the language they read, whatever language the member of staff works in.
_SAID = {
    "pl": {
        Kind.CORRECTION: (
            "Sprostowanie",
            "To jest sprostowanie wiadomości z {at}, która brzmiała:",
        ),
        Kind.CALL_OFF: ("Odwołanie", "To jest odwołanie wiadomości z {at}, która brzmiała:"),
    },
    "uk": {
        Kind.CORRECTION: ("Виправлення", "Це виправлення повідомлення від {at}, яке звучало так:"),
        Kind.CALL_OFF: ("Скасування", "Це скасування повідомлення від {at}, яке звучало так:"),
    },
    "en": {
        Kind.CORRECTION: ("Correction", "This corrects the message of {at}, which read:"),
        Kind.CALL_OFF: ("Called off", "This calls off the message of {at}, which read:"),
    },
}
_LANGUAGES = ("uk", "en")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a member of staff asks for. `words`: what is right, or why it is called off, by language."""

    kind: str
    words: Mapping[str, str] = field(default_factory=dict)
    with_unknown: bool = True
    cancel_rest: bool = True
    with_files: bool = False  # of the message that is corrected; a call-off carries none
    form_key: UUID | None = None


class CannotFollow(sending.CannotSend):
    """There is nothing to put right; `str` is a sentence for staff."""


def may_follow(message: Message) -> bool:
    """Whether anything of it went out."""
    return message.begun_at is not None or message.cursor > 0


def check(message: Message) -> None:
    """Raises CannotFollow for what never began to go out."""
    if not may_follow(message):
        raise CannotFollow(_("Nothing of this message went out, so there is nothing to put right."))


def follow(message: Message, wish: Wish, *, by: User) -> tuple[Message, attachments.Taken]:
    """Make the draft of a correction or a call-off, and cancel what of the family still waits, if asked;
    with what became of the files."""
    check(message)
    draft, taken = drafted(message, wish, by=by), attachments.Taken()
    with transaction.atomic():
        made = drafting.save(draft, by=by, revision=0)
        if made is draft:
            if wish.with_files and wish.kind == Kind.CORRECTION:
                taken = attachments.take_along(message, made, by=by)
            detail: dict[str, object] = {"kind": wish.kind, "with": made.pk}
            audit.record("message.followed", root_of(message), by=by, detail=detail)
    if wish.cancel_rest:
        cancel_rest(message, by=by)
    return made, taken


def cancel_rest(message: Message, *, by: User) -> None:
    """Cancel whatever of the family still goes out; what ended meanwhile needs it no more."""
    for one in follow_ups.family(message):
        if one.status in follow_ups.UNDER_WAY:
            try:
                braking.cancel(one, by=by)
            except sending.AlreadyDone:
                continue


def drafted(message: Message, wish: Wish, *, by: User) -> Message:
    """The draft, not saved yet; it quotes the message that was looked at."""
    root = root_of(message)
    told = {code: texts(message, wish, code) for code in _LANGUAGES if wish.words.get(code)}
    return Message(
        author=by,
        unit=by.unit,
        klass=root.klass,
        topic=root.topic,
        channels=[kind for kind in CONTACT_KINDS if kind in root.channels],
        text=texts(message, wish, "pl"),
        variants=Variants(**told),
        audience=Audience({}, words_for(root)),
        public=root.public,
        follows=root,
        follow_kind=wish.kind,
        with_unknown=wish.with_unknown,
        drill=root.drill,
        form_key=wish.form_key,
    )


def words_for(root: Message) -> str:
    return _("people whom the message “%(title)s” reached") % {"title": root.text.title}


def texts(message: Message, wish: Wish, language: str) -> MessageText:
    """What a follow-up says in one language."""
    old, words = text_for(message, language), wish.words.get(language, "").strip()
    name, quoting = _SAID[language][Kind(wish.kind)]
    at = timezone.localtime(message.sent_at or message.created_at)
    since = quoting.format(at=formats.date_format(at, "d.m.Y, H:i"))
    subject = _bare(old.title)
    short = f"{name}: {words or subject}"
    if words and wish.kind == Kind.CALL_OFF:
        short = f"{name}: {subject}. {words}"
    long = f"{words}\n\n" if words else ""
    quoted = "\n".join(f"> {line}".rstrip() for line in (old.long or old.short).splitlines())
    return MessageText(
        title=f"{name}: {subject}"[:LONGEST_TITLE],
        short=short,
        long=f"{long}**{since}**\n\n{quoted}"[:LONGEST_TEXT],
        transliterate_sms=old.transliterate_sms,
        sender_name=old.sender_name,
        reply_to=old.reply_to,
    )


def _bare(title: str) -> str:
    """A title without the words that an earlier follow-up put before it."""
    for kinds in _SAID.values():
        for name, _quoting in kinds.values():
            title = title.removeprefix(f"{name}: ")
    return title


def at_once(message: Message, *, by: User) -> bool:
    """Whether this call-off may go out without a second person: of an alarm, by whoever is on duty."""
    off = message.follow_kind == Kind.CALL_OFF and message.klass == Message.Klass.ALARM
    return off and by.has_perms(["messaging.send_alarm", "messaging.send_message"])


def hold(message: Message) -> None:
    """Put back what a follow-up has of the first message, whatever a form says."""
    root = root_of(message)
    message.klass, message.topic = root.klass, root.topic
    message.channels = [kind for kind in message.chosen_channels if kind in root.channels]
    message.audience = Audience({}, words_for(root))


def unsaved(posted: Mapping[str, str], *, by: User) -> Message | None:
    """A follow-up as it stands on a screen that is not saved, for counting and previews; or None."""
    key = posted.get("follows", "")
    root = Message.objects.visible_to(by).filter(pk=key).first() if key.isdigit() else None
    if root is None:
        return None
    unknown = posted.get("follows_unknown") == "1"
    return Message(author=by, unit=by.unit, follows=root, with_unknown=unknown, drill=root.drill)
