"""From a panel of a room to its words on a conversation's card."""

from django import template
from django.template.context import RequestContext
from django.utils.safestring import SafeString

from conversations.register.card import Shown

register = template.Library()


@register.simple_tag(takes_context=True)
def panel(context: RequestContext, shown: Shown) -> SafeString:
    """Its template, with what fills it under its own names, beside those of the card."""
    engine = context.template.engine  # type: ignore[union-attr]  # a page is being rendered
    with context.push(**shown.context):
        return engine.get_template(shown.template).render(context)
