"""From the kind of a message to its rules in this office, as its writer reads them before a word is written."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from admin_module.configuration import QuietHours, read
from messaging.models import Message

from . import approving

Klass = Message.Klass


@dataclass(frozen=True, slots=True)
class Rule:
    icon: str
    words: str


def rules_of(message: Message) -> list[Rule]:
    """Who must agree, whom it reaches, when it waits, what it may cost, and what must be filled in."""
    return [
        Rule("user-check", _approval(message)),
        Rule("shield-check", _consent(message)),
        Rule("moon", _night(message)),
        Rule("wallet", _budget(message)),
        Rule("list-checks", _needed(message)),
    ]


def _approval(message: Message) -> str:
    if message.klass == Klass.ALARM:
        return _(
            "A second person approves it. At night, alone, its author may send it with a reason; that is recorded and looked at afterwards."
        )
    if approving.needs_approval(message):
        return _("A second person approves it before anything goes out.")
    return _("It goes out without a second person.")


def _consent(message: Message) -> str:
    if message.klass == Klass.ALARM:
        return _(
            "Nobody’s consent is needed: a threat to life is reason enough (GDPR, article 6(1)(d)). It overtakes everything else."
        )
    if message.topic is not None and message.topic.mandatory:
        return _("The law makes this topic mandatory: it reaches also those who did not agree.")
    return _("It reaches those who agreed to the topic on the channel.")


def _night(message: Message) -> str:
    hours = read(QuietHours)
    waits = {Klass.INFORMATION: hours.information, Klass.WARNING: hours.warning}
    if message.klass == Klass.ALARM:
        return _("Quiet hours do not hold it up.")
    if not (hours.enabled and waits[Klass(message.klass)]):
        return _("It goes out at any hour.")
    return _("From %(begin)s to %(end)s it waits.") % {
        "begin": f"{hours.begin:%H:%M}",
        "end": f"{hours.end:%H:%M}",
    }


def _budget(message: Message) -> str:
    return {
        Klass.ALARM: _("The SMS budget does not stop it; what it takes is shown."),
        Klass.WARNING: _("Over the SMS budget it asks for a tick."),
        Klass.INFORMATION: _("Over the SMS budget it does not go out by SMS."),
    }[Klass(message.klass)]


def _needed(message: Message) -> str:
    if message.klass == Klass.ALARM:
        return _(
            "Needed: a title, a text for each channel, whom. A topic only if the law makes it mandatory."
        )
    return _("Needed: a title, a topic, a text for each channel, whom.")
