"""From texts and files of a message to small pieces of its pages."""

from django import template

from messaging import enclosing
from messaging.models import MessageAttachment

register = template.Library()


@register.filter
def file_icon(media_type: str) -> str:
    """Return the icon of a kind of file."""
    return "image" if media_type.startswith("image/") else "file-text"


@register.filter
def file_size(row: MessageAttachment) -> str:
    """Return "PDF, 1,2 MB"."""
    return enclosing.size_of(row)
