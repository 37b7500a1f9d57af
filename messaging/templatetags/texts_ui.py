"""From texts and files of a message to small pieces of its pages."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from messaging.models import MessageAttachment
from messaging.texts import enclosing
from messaging.texts.formatting import to_html
from messaging.texts.placeholders import OF_MESSAGE, PLACEHOLDERS
from recipients.models import Language

register = template.Library()
KNOWN = re.compile(r"\{(?:" + "|".join([*PLACEHOLDERS, *OF_MESSAGE]) + r")\}")


@register.filter
def file_icon(media_type: str) -> str:
    """Return the icon of a kind of file."""
    return "image" if media_type.startswith("image/") else "file-text"


@register.filter
def file_size(row: MessageAttachment) -> str:
    """Return "PDF, 1,2 MB"."""
    return enclosing.size_of(row)


@register.filter
def language_label(code: str) -> str:
    """Return "ukraiński"."""
    return str(Language(code).label)


@register.filter
def markdown(source: str) -> SafeString:
    """Return limited Markdown as safe HTML."""
    return mark_safe(to_html(source))  # noqa: S308 cleaned by nh3


@register.filter
def placeholders(text: str) -> SafeString:
    """Mark the names in braces that are filled in for each person."""
    return mark_safe(KNOWN.sub(r'<span class="slot">\g<0></span>', conditional_escape(text)))  # noqa: S308
