"""From the code of an audit action to words."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()

ACTIONS: dict[str, Promise] = {
    "audit.exported": _("audit log exported"),
    "audit.verified": _("audit log verified"),
    "consent.form_made": _("consent form printed"),
    "consent.form_received": _("signed consent form received"),
    "consent.granted": _("consent granted"),
    "consent.withdrawn": _("consent withdrawn"),
    "message.approved": _("message approved"),
    "message.cancelled": _("sending cancelled"),
    "message.changed": _("message changed"),
    "message.created": _("message created"),
    "message.expanded": _("list of deliveries prepared"),
    "message.expired": _("message expired"),
    "message.finished": _("sending finished"),
    "message.paused": _("sending paused"),
    "message.rejected": _("message rejected"),
    "message.resumed": _("sending resumed"),
    "message.returned": _("message returned for correction"),
    "message.sent": _("message ordered to be sent"),
    "message.submitted": _("message sent for approval"),
    "recipient.activated": _("recipient activated"),
    "recipient.corrected": _("recipient’s data corrected"),
    "recipient.erased": _("recipient erased"),
    "recipient.lifted": _("restriction lifted"),
    "recipient.opened": _("recipient’s card opened"),
    "recipient.registered": _("recipient registered"),
    "recipient.restricted": _("recipient restricted"),
    "recipient.resumed": _("recipient resumed"),
    "recipient.searched": _("recipients searched"),
    "recipient.shown_in_preview": _("recipient’s data shown in a preview"),
    "recipient.suspended": _("recipient suspended"),
    "staff.added": _("member of staff added"),
    "staff.sign_in_failed": _("failed sign-in"),
    "staff.signed_in": _("signed in"),
    "staff.signed_out": _("signed out"),
}


@register.filter
def action_words(action: str) -> str:
    """What was done, in words; an action without words is shown by its code."""
    return str(ACTIONS.get(action, action))
