"""From two versions of a template to what the later one changed, part by part."""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from admin_module.templatetags.icp_ui import channel_name
from messaging.ledger import escalating
from messaging.models import MessageText, TemplateVersion
from messaging.texts.differences import Piece, differences
from messaging.texts.variants import PARTS
from recipients.models import Language


@dataclass(frozen=True, slots=True)
class Change:
    """One part that differs: its name, its language, and the words that went and came."""

    name: str
    language: str
    pieces: list[Piece]


def changes_between(old: TemplateVersion, new: TemplateVersion) -> list[Change]:
    """Only what differs, in the order of the screen."""
    before, after = _parts(old), _parts(new)
    return [
        Change(name, language, differences(before[name, language], words))
        for (name, language), words in after.items()
        if before[name, language] != words
    ]


def _parts(version: TemplateVersion) -> dict[tuple[str, str], str]:
    plan = escalating.read(version.escalation)
    found = {
        (_("Kind of message"), ""): capfirst(version.get_klass_display()),
        (_("Topic of the consent"), ""): str(version.topic or ""),
        (_("Channels"), ""): ", ".join(channel_name(kind) for kind in version.channels),
        (_("SMS after minutes"), ""): str(plan.after_minutes) if plan else "",
        (_("Sender's name"), ""): version.text.sender_name,
        (_("Address for replies"), ""): version.text.reply_to,
        (_("SMS without Polish letters"), ""): (
            _("yes") if version.text.transliterate_sms else _("no")
        ),
        (_("Address that proves the SMS"), ""): _("yes") if version.text.proof_link else _("no"),
    }
    names = {"title": _("Title"), "short": _("Short version"), "long": _("Full version")}
    for code, label in Language.choices:
        text = version.text if code == Language.PL else version.variants.of(code) or MessageText()
        for part in PARTS:
            found[f"{names[part]} – {label}", code] = getattr(text, part)
    return found
