"""From a report's state to its pill, as every page of reports shows it."""

from django import template
from django.utils.safestring import SafeString

from admin_module.templatetags.icp_ui import pill
from reports.models import Report, State, Visibility

register = template.Library()

# State → (tone, icon): the same on the list, the page, the map's legend.
STATES: dict[str, tuple[str, str]] = {
    State.RECEIVED: ("moving", "inbox"),
    State.AWAITING: ("", "hourglass"),
    State.ACCEPTED: ("moving", "user-check"),
    State.NEEDS_INFO: ("warn", "circle-question-mark"),
    State.SCHEDULED: ("moving", "calendar-clock"),
    State.IN_PROGRESS: ("moving", "play"),
    State.FORWARDED: ("warn", "send"),
    State.RESOLVED: ("ok", "circle-check-big"),
    State.REJECTED: ("", "ban"),
    State.DUPLICATE: ("", "merge"),
    State.DISPUTED: ("danger", "gavel"),
    State.WITHDRAWN: ("", "undo-2"),
}
SEEN: dict[str, tuple[str, str]] = {
    Visibility.PRIVATE: ("", "lock"),
    Visibility.PENDING: ("warn", "hourglass"),
    Visibility.PUBLIC: ("ok", "eye"),
    Visibility.HIDDEN: ("", "eye-off"),
}


@register.simple_tag
def report_pill(report: Report) -> SafeString:
    """The pill of a report's state."""
    tone, icon_name = STATES[report.state]
    return pill(report.get_state_display(), tone, icon_name)


@register.simple_tag
def visibility_pill(report: Report) -> SafeString:
    """The pill that says who sees a report."""
    tone, icon_name = SEEN[report.visibility]
    return pill(report.get_visibility_display(), tone, icon_name)
