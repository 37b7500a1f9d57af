"""From what is ticked and typed beside the button to what is still missing before it may be pressed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from messaging.composing.outlook import TOWN_FROM, Outlook
from messaging.models import Message


@dataclass(frozen=True, slots=True)
class Missing:
    """One sentence, and the id of the field that mends it."""

    words: str
    field: str = ""


def word_for(outlook: Outlook) -> str:
    """What has to be typed before a message goes to the whole town: how many people that is.

    Whoever types the number has read it. Of a town that is only beginning, a word.
    """
    if not outlook.whole_town:
        return ""
    if outlook.people is None or outlook.people < TOWN_FROM:
        return _("EVERYBODY")
    return f"{outlook.people:,}".replace(",", "\N{NO-BREAK SPACE}")


def what_is_missing(
    typed: Mapping[str, str], message: Message, context: Mapping[str, Any]
) -> Missing | None:
    """The first thing. The page may be old: what it promised must still be true."""
    if typed.get("revision") != str(message.revision):
        return Missing(
            _("Somebody changed the message meanwhile. Look at it once more before sending.")
        )
    if not context["outlook"].reaches_anybody:
        return Missing(
            _("Nobody would get this message. Change the audience, the topic or the channels.")
        )
    return _unconfirmed(typed, context)


def _unconfirmed(typed: Mapping[str, str], context: Mapping[str, Any]) -> Missing | None:
    word = context["word"]
    if word and _plain(typed.get("confirmation", "")) != _plain(word):
        sentence = _("This goes to the whole town. Type %(word)s to confirm.") % {"word": word}
        return Missing(sentence, "id_confirmation")
    if context["asks_budget"] and not typed.get("over_budget"):
        return Missing(
            _("This is more than the SMS budget holds. Tick that it is to go out nevertheless."),
            "id_over_budget",
        )
    if context["asks_again"] and not typed.get("same_text"):
        return Missing(
            _("The very same text went out within the last hour. Tick that it is to go once more."),
            "id_same_text",
        )
    return None


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
