"""From an account of staff to words: its state, its roles."""

from collections.abc import Iterable

from django import template
from django.contrib.auth.models import Group
from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy

from admin_module.roles import label_of

from .icp_ui import state_pill

register = template.Library()
STATES = {
    "active": pgettext_lazy("account of staff", "active"),
    "invited": pgettext_lazy("account of staff", "invited"),
    "blocked": pgettext_lazy("account of staff", "blocked"),
}


@register.simple_tag
def staff_state(state: str) -> SafeString:
    """The pill of an account: active, invited or blocked."""
    return state_pill(state, str(STATES[state]))


@register.filter
def role_labels(groups: Iterable[Group]) -> str:
    """Roles in words, in the order of the alphabet."""
    return ", ".join(sorted(label_of(group.name) for group in groups))
