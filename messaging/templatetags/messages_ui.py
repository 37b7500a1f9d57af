"""From a message's numbers to small pieces of its pages: money, reasons, the bar of SMS parts."""

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from admin_module.templatetags.icp_ui import NO_BREAK_SPACE
from messaging.hours.moments import TWICE, words_of
from messaging.models import Delivery
from messaging.texts.pricing import SmsPrice
from recipients.models import Language

register = template.Library()
MOST_DRAWN = 10
MINUTES = 60


@register.filter
def zloty(amount: Decimal | None) -> str:
    """Return 127.96 as "127,96 zł" with no-break spaces; nothing known is a dash."""
    if amount is None:
        return "–"
    rounded = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    words = f"{rounded:,}".replace(",", NO_BREAK_SPACE).replace(".", ",")
    return f"{words}{NO_BREAK_SPACE}zł"


@register.filter
def sms_parts(number: int) -> str:
    """Return 1234 as "1 234 parts"."""
    shown = f"{number:,}".replace(",", NO_BREAK_SPACE)
    return ngettext("%(n)s part", "%(n)s parts", number) % {"n": shown}


@register.filter
def reason_label(reason: str) -> str:
    """Return why somebody is left out, in words."""
    return str(Delivery.Reason(reason).label) if reason in Delivery.Reason.values else reason


@register.simple_tag
def sms_bar(price: SmsPrice) -> SafeString:
    """Draw one box for each SMS part; the last one is filled as far as it is used."""
    parts = min(max(price.chosen.parts, 1), MOST_DRAWN)
    room = price.room / max(price.chosen.parts, 1)
    last = min(1.0, max(0.0, (price.chosen.units - room * (parts - 1)) / room))
    boxes = [(26 * n, 24) for n in range(parts)]
    fills = [(26 * n, 24 if n < parts - 1 else round(24 * last, 1)) for n in range(parts)]
    box = '<rect class="tone-waiting" x="{}" y="0" width="{}" height="8" rx="2"></rect>'
    fill = '<rect class="tone-sms" x="{}" y="0" width="{}" height="8" rx="2"></rect>'
    width = 26 * parts - 2
    return format_html(
        '<svg class="parts" width="{}" height="8" viewBox="0 0 {} 8" aria-hidden="true">{}{}</svg>',
        width,
        width,
        format_html_join("", box, boxes),
        format_html_join("", fill, fills),
    )


OUTCOMES: dict[str, tuple[str, Promise]] = {
    "accepted": ("send", _("The provider took it")),
    "delivered": ("circle-check", _("Delivered, with the provider's proof")),
    "retry": ("rotate-cw", _("Refused for the moment; it will be tried again")),
    "refused": ("circle-x", _("Refused for good")),
    "not_sent": ("undo-2", _("Nothing left ICP; it went back into the queue")),
    "unknown": ("circle-question-mark", _("Handed over, and no answer came")),
    "resent": ("rotate-cw", _("A member of staff had it sent once more")),
    "news:accepted": ("send", _("News: the provider has it")),
    "news:delivered": ("circle-check", _("News: delivered")),
    "news:undelivered": ("circle-x", _("News: it could not be delivered")),
    "news:read": ("eye", _("News: opened")),
}


@register.filter
def outcome_words(outcome: str) -> str:
    """Return what an attempt's outcome means."""
    return str(OUTCOMES[outcome][1]) if outcome in OUTCOMES else outcome


@register.filter
def outcome_icon(outcome: str) -> str:
    """Return the icon of an attempt's outcome."""
    return OUTCOMES[outcome][0] if outcome in OUTCOMES else "circle-dot"


@register.filter
def language_name(code: str) -> str:
    """Return "uk" as the language's name."""
    return str(Language(code).label) if code in Language.values else code


@register.filter
def asks_which(moment: BoundField) -> bool:
    """Whether a field's hour comes twice and the page must ask which one is meant."""
    return bool(moment.form.has_error(moment.name, TWICE))


@register.filter
def moment(at: datetime | None) -> str:
    """Return a day and an hour in words; in an hour that comes twice also which of the two."""
    return words_of(at) if at else "–"


@register.filter
def rough(time: timedelta) -> str:
    """Return how long something may still take, no more exact than it can be known."""
    minutes = int(time.total_seconds() // 60)
    if minutes < 1:
        return str(_("less than a minute"))
    if minutes < MINUTES:
        return ngettext("about %(n)d minute", "about %(n)d minutes", minutes) % {"n": minutes}
    hours = round(minutes / MINUTES)
    return ngettext("about %(n)d hour", "about %(n)d hours", hours) % {"n": hours}
