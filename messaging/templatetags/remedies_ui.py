"""From a message or a delivery that is in trouble to the link that says what to do."""

from django import template
from django.urls import reverse

from messaging.models import Delivery, Message
from messaging.trace import remedies

register = template.Library()


@register.filter
def remedy(thing: Message | Delivery) -> str:
    """Return the address of the part of the handbook; empty where nothing is wrong."""
    if isinstance(thing, Message):
        anchor = remedies.of_message(thing)
    else:
        anchor = remedies.of_delivery(thing.state, thing.reason)
    return f"{reverse('handbook-page', args=[remedies.CHAPTER])}#{anchor}" if anchor else ""
