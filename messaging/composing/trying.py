"""From a draft, saved or not, to the same words in one's own mailbox, or with people who agreed to try messages.

A test goes as a service letter, marked [TEST]: it is in no audience, no statistics and no budget. The
app shows no letters, so it is seen in the preview only.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import User
from messaging.channels.base import fill
from messaging.correspondence import letters
from messaging.models import LetterText, Message, MessageText
from messaging.texts import enclosing
from messaging.texts.placeholders import placeholders_in, values_for
from messaging.texts.previewing import EXAMPLE, invented_reader
from messaging.texts.rendering import sms_text
from messaging.texts.variants import text_for
from recipients.filtering import audience, filters
from recipients.models import Address, Identity, Language, Recipient, RecipientGroup

MARK = "[TEST]"
MOST = 20  # people


class CannotTry(Exception):
    """Why no test went out; `str` is a sentence for staff."""


def groups_for(by: User) -> Sequence[RecipientGroup]:
    """The groups of people who agreed to it, as far as `by` may see them."""
    return list(RecipientGroup.objects.visible_to(by).filter(for_tests=True).order_by("name"))


def to_self(message: Message, *, by: User) -> None:
    """By e-mail to the address that `by` signs in with; what the SMS would say stands below."""
    _refuse_empty(message)
    reader = invented_reader()
    text = _filled(message, Language.PL, EXAMPLE, reader.address)
    below = _("The SMS:\n\n%(text)s") % {"text": text.short} if text.short else ""
    long = "\n\n---\n\n".join(part for part in (text.long, below) if part)
    with transaction.atomic():
        letters.post_to_staff(by, LetterText(text.subject, text.short, long))
        _record(message, by, {"people": 1})


def to_group(message: Message, group: RecipientGroup, *, by: User) -> int:
    """To everybody of the group whose account is active, by the chosen channels; returns how many."""
    _refuse_empty(message)
    ids = audience.resolve(filters.Groups((group.pk,))).tolist()
    if len(ids) > MOST:
        raise CannotTry(
            _("A test goes to at most %(n)s people. Choose a smaller group.") % {"n": MOST}
        )
    people = list(Recipient.objects.visible_to(by).active().filter(pk__in=ids))
    kinds = [kind for kind in message.chosen_channels if kind in letters.LETTER_KINDS]
    reached = 0
    with transaction.atomic():
        for person in people:
            text = _filled(message, person.language, person.identity, person.address)
            letter = letters.post(person, text, kinds=kinds)
            reached += letter.deliveries.exists()
        _record(message, by, {"people": reached, "group": group.pk})
    if not reached:
        raise CannotTry(_("Nobody in this group has an address for the chosen channels."))
    return reached


def _refuse_empty(message: Message) -> None:
    text = message.text
    if not text.title or not (text.short or text.long):
        raise CannotTry(_("Write a title and a text first: then there is something to try."))


def _filled(
    message: Message, language: str, identity: Identity | None, address: Address | None
) -> LetterText:
    text = text_for(message, language)
    names = placeholders_in(f"{text.title}\n{text.short}\n{text.long}")
    values = values_for(names, identity, address, language=language)
    plain = values_for(names, identity, address, plain=text.transliterate_sms, language=language)
    after = enclosing.said_after(message, language) if message.pk else ""
    return LetterText(
        subject=f"{MARK} {fill(text.title, values)}",
        short=f"{MARK} {fill(_short(message, text), plain)}" if text.short else "",
        long=fill(_long(text) + after, values),
    )


def _short(message: Message, text: MessageText) -> str:
    """A draft that is saved may have files, whose address an SMS can carry."""
    return enclosing.fill_link(message, sms_text(text)) if message.pk else sms_text(text)


def _long(text: MessageText) -> str:
    return text.long or text.short


def _record(message: Message, by: User, detail: dict[str, object]) -> None:
    audit.record(
        "message.tested", message if message.pk else "messaging.message", by=by, detail=detail
    )
