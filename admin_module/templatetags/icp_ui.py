"""From values to the small pieces of a page: icons, pills, channels, bars, numbers, crumbs."""

import re
from collections.abc import Sequence
from functools import cache

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

register = template.Library()

NO_BREAK_SPACE = "\u00a0"
# A channel is always icon + name + hue; the hues stand in static/css/tokens.css.
CHANNELS = {
    "email": ("mail", _("E-mail")),
    "sms": ("message-square-text", _("SMS")),
    "epuap": ("landmark", _("ePUAP")),
    "push": ("smartphone", _("Mobile app")),
}
# Statuses of messages, deliveries, people and forms: (tone, icon). An unknown one stays grey.
STATES = {
    "draft": ("", "pencil"),
    "waiting_approval": ("warn", "hourglass"),
    "scheduled": ("moving", "calendar-clock"),
    "expanding": ("moving", "loader"),
    "sending": ("moving", "send"),
    "paused": ("warn", "circle-pause"),
    "sent": ("ok", "circle-check"),
    "sent_with_failures": ("warn", "triangle-alert"),
    "cancelled": ("", "ban"),
    "rejected": ("danger", "circle-x"),
    "expired": ("", "clock"),
    "queued": ("", "hourglass"),
    "submitting": ("moving", "loader"),
    "retry_wait": ("warn", "rotate-cw"),
    "accepted": ("moving", "send"),
    "delivered": ("ok", "circle-check"),
    "read": ("ok", "eye"),
    "undelivered": ("danger", "circle-x"),
    "failed": ("danger", "circle-x"),
    "suppressed": ("", "circle-minus"),
    "unknown": ("warn", "circle-question-mark"),
    "no_receipt": ("", "circle-dashed"),
    "pending": ("warn", "signature"),
    "active": ("ok", "circle-check"),
    "restricted": ("danger", "lock"),
    "suspended": ("warn", "circle-pause"),
    "erased": ("", "trash-2"),
    "merged": ("", "merge"),
    "invited": ("warn", "mail"),
    "blocked": ("danger", "lock"),
    "information": ("", "info"),
    "warning": ("warn", "triangle-alert"),
    "alarm": ("danger", "siren"),
}


@cache
def drawing(name: str) -> str:
    """Return the shapes inside a Lucide icon; raises ValueError where there is no such icon."""
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise ValueError(f"{name!r} is no name of an icon")
    path = settings.BASE_DIR / "static" / "icons" / f"{name}.svg"
    if not path.exists():
        raise ValueError(f"static/icons has no {name}.svg")
    text = path.read_text(encoding="utf-8")
    inner = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", text, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "", inner)


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """Inline one icon: hidden from screen readers, or an image with a name where `label` is given."""
    role = (
        format_html(' role="img" aria-label="{}"', label)
        if label
        else mark_safe(' aria-hidden="true"')
    )
    shapes = mark_safe(drawing(name))  # noqa: S308 our own file
    return format_html(
        '<svg class="icon{}{}" viewBox="0 0 24 24" focusable="false"{}>{}</svg>',
        " " if css else "",
        css,
        role,
        shapes,
    )


@register.simple_tag
def pill(text: str, tone: str = "", icon_name: str = "") -> SafeString:
    """Return a small rounded label; `tone` is "", ok, moving, warn or danger."""
    return format_html(
        '<span class="pill{}{}">{}{}</span>',
        " pill-" if tone else "",
        tone,
        icon(icon_name) if icon_name else "",
        text,
    )


@register.simple_tag
def state_pill(state: str, text: str) -> SafeString:
    """Return the pill of a status: its code gives tone and icon, `text` is its translated label."""
    tone, icon_name = STATES.get(str(state), ("", "circle"))
    return pill(text, tone, icon_name)


@register.simple_tag
def channel(kind: str) -> SafeString:
    """Return the badge of a channel: icon, name and hue together."""
    icon_name, name = CHANNELS[kind]
    return format_html(
        '<span class="channel channel-{}">{}<span>{}</span></span>', kind, icon(icon_name), name
    )


@register.filter
def channel_name(kind: str) -> str:
    """Return the name of a channel alone, for a sentence."""
    return str(CHANNELS[kind][1])


@register.filter
def channel_icon(kind: str) -> str:
    """Return the name of a channel's icon, for `{% icon %}` and the components."""
    return CHANNELS[kind][0]


@register.filter
def number(value: int | None) -> str:
    """Return 1048 as "1 048" with a no-break space; nothing known is a dash."""
    if value is None:
        return "–"
    return f"{value:,}".replace(",", NO_BREAK_SPACE)


@register.filter
def percent(value: int, total: int) -> str:
    """Return the share of `value` in `total`, rounded down so that 100% means every one."""
    return f"{value * 100 // total if total else 0}%"


def _rects(parts: Sequence[tuple[str, int]], total: int) -> SafeString:
    """Draw parts one after another; their widths are attributes, as the CSP forbids styles."""
    rows = []
    start = 0.0
    for tone, amount in parts:
        width = 100 * amount / total if total else 0
        if width:
            rows.append((f"{start:.3f}%", f"{width:.3f}%", tone))
        start += width
    shape = '<rect x="{}" y="0" width="{}" height="100%" class="tone-{}"></rect>'
    return format_html_join("", shape, rows)


@register.simple_tag
def svg_bar(value: int, total: int, tone: str = "primary", label: str = "") -> SafeString:
    """Return a bar filled to `value` of `total`; `tone` is a meaning or a channel."""
    said = label or f"{number(value)} / {number(total)}"
    rects = _rects([(tone, min(value, total))], total)
    return format_html('<svg class="bar" role="img" aria-label="{}">{}</svg>', said, rects)


@register.inclusion_tag("components/stacked_bar.html")
def stacked_bar(parts: Sequence[tuple[str, str, int]], label: str = "") -> dict[str, object]:
    """Return a large bar of (tone, words, number) parts and the legend that says the same."""
    total = sum(amount for _tone, _words, amount in parts)
    words = "; ".join(f"{said} {number(amount)}" for _tone, said, amount in parts)
    return {
        "parts": parts,
        "said": f"{label}: {words}" if label else words,
        "rects": _rects([(tone, amount) for tone, _words, amount in parts], total),
    }


@register.simple_tag
def crumb(label: str, url_name: str = "", *args: object) -> SafeString:
    """Return one step of the breadcrumb; without an address it is the page one stands on."""
    if url_name:
        step = format_html('<a href="{}">{}</a>', reverse(url_name, args=args), label)
    else:
        step = format_html('<span aria-current="page">{}</span>', label)
    return format_html("<li>{}{}</li>", icon("chevron-right", css="icon-small"), step)


@register.simple_tag
def form_errors(form: BaseForm) -> list[tuple[str, str]]:
    """Return (id of the field, sentence) of every error; the form's own have no field."""
    found = [("", str(error)) for error in form.non_field_errors()]
    for field in form:
        found += [(_first_input(field), f"{field.label}: {error}") for error in field.errors]
    return found


def _first_input(field: BoundField) -> str:
    """A group of radios or ticks has no input with the field's own id: its first choice has."""
    if field.use_fieldset and field.subwidgets:
        return field.subwidgets[0].id_for_label or field.auto_id
    return field.id_for_label or field.auto_id
