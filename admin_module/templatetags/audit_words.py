"""From the code of an audit action to words."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module.roles import label_of

register = template.Library()

# One for every action that the code records; tests/test_audit_words.py compares.
ACTIONS: dict[str, Promise] = {
    "audit.exported": _("audit log exported"),
    "audit.segments_dropped": _("old months of the audit log dropped"),
    "audit.verified": _("audit log verified"),
    "backup.made": _("backup made"),
    "backup.restored": _("backup restored"),
    "budget.exceeded": _("SMS budget exceeded"),
    "channel.paused": _("channel paused"),
    "channel.reopened": _("channel opened again"),
    "configuration.changed": _("settings changed"),
    "configuration.tested": _("connection of a gateway tested"),
    "consent.form_made": _("consent form made"),
    "consent.form_printed": _("consent form opened for printing"),
    "consent.form_received": _("signed consent form received"),
    "consent.granted": _("consent granted"),
    "consent.withdrawn": _("consent withdrawn"),
    "consent_text.added": _("new words of the consent"),
    "delivery.listed": _("deliveries with names looked at"),
    "delivery.resent": _("unknown delivery sent again"),
    "delivery.settled": _("unknown delivery decided on"),
    "delivery.viewed": _("one person’s delivery looked at"),
    "epuap.key_added": _("own certificate for ePUAP exchanged"),
    "epuap.key_removed": _("certificate for ePUAP removed"),
    "epuap.trusted": _("certificate of ePUAP added to the list"),
    "epuap_form.changed": _("form of ePUAP changed"),
    "job.cancelled": _("long-running work cancelled"),
    "job.ended": _("long-running work ended"),
    "job.lines_exported": _("wrong lines of an import downloaded"),
    "job.ordered": _("long-running work ordered"),
    "message.approved": _("message approved"),
    "message.asks": _("sending stopped and asks"),
    "message.cancelled": _("sending cancelled"),
    "message.changed": _("message changed"),
    "message.count_confirmed": _("number of people confirmed"),
    "message.created": _("message created"),
    "message.expanded": _("list of deliveries prepared"),
    "message.expired": _("message expired"),
    "message.finished": _("sending finished"),
    "message.paused": _("sending paused"),
    "message.rejected": _("message rejected"),
    "message.resumed": _("sending resumed"),
    "message.returned": _("message returned for correction"),
    "message.scheduled": _("message scheduled"),
    "message.sent": _("message ordered to be sent"),
    "message.sent_alone": _("alarm sent without a second person"),
    "message.sent_late": _("message sent after all, although late"),
    "message.started": _("sending started"),
    "message.submitted": _("message sent for approval"),
    "recipient.activated": _("recipient activated"),
    "recipient.corrected": _("recipient’s data corrected"),
    "recipient.erased": _("recipient erased"),
    "recipient.erased_again": _("recipient erased again after a restore"),
    "recipient.lifted": _("restriction lifted"),
    "recipient.listed": _("list of recipients looked at"),
    "recipient.opened": _("recipient’s card opened"),
    "recipient.registered": _("recipient registered"),
    "recipient.restricted": _("recipient restricted"),
    "recipient.resumed": _("recipient resumed"),
    "recipient.searched": _("recipients searched"),
    "recipient.shown_in_preview": _("recipient’s data shown in a preview"),
    "recipient.suspended": _("recipient suspended"),
    "sending.unlocked": _("sending unlocked after a restore"),
    "message.handed_over": _("message handed over to a colleague"),
    "staff.added": _("member of staff added"),
    "staff.blocked": _("account of staff blocked"),
    "staff.changed": _("account of staff changed"),
    "staff.factor_added": _("second factor added"),
    "staff.factor_removed": _("second factor removed"),
    "staff.factors_reset": _("second factors taken away"),
    "staff.invited": _("member of staff invited"),
    "staff.link_refused": _("link to set a password refused"),
    "staff.link_revoked": _("link to set a password taken back"),
    "staff.link_sent": _("link to set a password sent"),
    "staff.listed": _("list of staff looked at"),
    "staff.lock_lifted": _("lock after wrong passwords lifted"),
    "staff.opened": _("card of staff opened"),
    "staff.password_reset": _("password made void"),
    "staff.password_set": _("password set"),
    "staff.recovery_codes_made": _("recovery codes made"),
    "staff.roles_changed": _("roles of staff changed"),
    "staff.searched": _("staff searched"),
    "staff.second_factor_refused": _("second factor refused"),
    "staff.second_factor_shown": _("second factor accepted"),
    "staff.session_refused": _("ended session refused"),
    "staff.sessions_ended": _("sessions ended"),
    "staff.sign_in_failed": _("failed sign-in"),
    "staff.signed_in": _("signed in"),
    "staff.signed_out": _("signed out"),
    "staff.unblocked": _("account of staff unblocked"),
    "topic.added": _("topic opened"),
    "topic.changed": _("topic changed"),
    "topic.closed": _("topic closed"),
    "topic.moved": _("topic moved on the list"),
    "topic.reopened": _("topic opened again"),
    "town.loaded": _("synthetic town loaded"),
}


@register.filter
def action_words(action: str) -> str:
    """What was done, in words; an action without words is shown by its code."""
    return str(ACTIONS.get(action, action))


@register.filter
def role_words(roles: str) -> str:
    """The roles of an entry, in words."""
    return ", ".join(label_of(role) for role in roles.split(",") if role)
