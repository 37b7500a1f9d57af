"""From the code of an audit action to words."""

from uuid import UUID

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from admin_module.audit.conversation_actions import (
    CONVERSATION_ACTIONS,
    CONVERSATION_PAGES,
    CONVERSATION_THINGS,
)
from admin_module.audit.message_actions import MESSAGE_ACTIONS
from admin_module.audit.report_actions import REPORT_ACTIONS, REPORT_PAGES, REPORT_THINGS
from admin_module.roles import label_of

register = template.Library()

# One for every action that the code records; tests/test_audit_words.py compares.
ACTIONS: dict[str, Promise] = {
    **CONVERSATION_ACTIONS,
    **REPORT_ACTIONS,
    **MESSAGE_ACTIONS,
    "access.exported": _("report on access exported"),
    "access.listed": _("report on access looked at"),
    "access.reviewed": _("access reviewed"),
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
    "consent.act_opened": _("proof of a consent looked at"),
    "consent.exported": _("register of consents exported"),
    "consent.listed": _("register of consents looked at"),
    "consent.scan_kept": _("scan of a signed form archived"),
    "consent.scan_opened": _("scan of a signed form opened"),
    "consent.scan_replaced": _("scan of a signed form replaced"),
    "consent.form_made": _("consent form made"),
    "consent.form_printed": _("consent form opened for printing"),
    "consent.form_received": _("signed consent form received"),
    "consent.granted": _("consent granted"),
    "consent.withdrawn": _("consent withdrawn"),
    "consent_text.added": _("new words of the consent"),
    "delivery.listed": _("deliveries with names looked at"),
    "delivery.resent": _("unknown delivery sent again"),
    "address.held": _("address held: messages come back"),
    "address.lifted": _("messages go to an address again"),
    "address.asked": _("person asked for a new address"),
    "address.exported": _("list of held addresses exported"),
    "delivery.settled": _("unknown delivery decided on"),
    "delivery.viewed": _("one person’s delivery looked at"),
    "document.issued": _("document on data protection issued"),
    "epuap.key_added": _("own certificate for ePUAP exchanged"),
    "epuap.key_removed": _("certificate for ePUAP removed"),
    "epuap.trusted": _("certificate of ePUAP added to the list"),
    "epuap.push_refused": _("document that ePUAP brought refused"),
    "delivery.receipt_downloaded": _("receipt of ePUAP (UPP) downloaded"),
    "epuap_document.done": _("document from ePUAP carried out"),
    "epuap_document.downloaded": _("document from ePUAP downloaded"),
    "epuap_document.idle": _("document from ePUAP put aside"),
    "epuap_document.listed": _("list of documents from ePUAP shown"),
    "epuap_document.opened": _("document from ePUAP opened"),
    "epuap_document.read_again": _("document from ePUAP to be read again"),
    "epuap_document.refused": _("document from ePUAP refused"),
    "epuap_document.review": _("document from ePUAP left to a clerk"),
    "epuap_form.changed": _("form of ePUAP changed"),
    "export.deleted": _("export deleted before its time"),
    "export.ended_by_erasure": _("export ended: somebody in it was erased"),
    "export.unreached_ordered": _("list of people whom a message cannot reach ordered"),
    "export.ordered": _("export of people ordered"),
    "duplicate.taken_back": _("told-apart pair put on the list again"),
    "duplicate.told_apart": _("two alike cards told apart"),
    "group.added": _("group made"),
    "group.changed": _("group changed"),
    "group.people_added": _("people added to a group"),
    "group.people_removed": _("people taken out of a group"),
    "group.removed": _("group removed"),
    "job.cancelled": _("long-running work cancelled"),
    "job.ended_by_erasure": _("long-running work ended: somebody in it was erased"),
    "job.ended": _("long-running work ended"),
    "job.file_exported": _("file that long-running work made downloaded"),
    "job.ordered": _("long-running work ordered"),
    "summary.posted": _("monthly summary of messages posted"),
    "summary.readers_changed": _("readers of the monthly summary changed"),
    "drill.held": _("monthly drill begun"),
    "drill.planned": _("monthly drill set"),
    "drill.refused": _("monthly drill not held"),
    "provider.recovered": _("provider works again"),
    "provider.reopened": _("provider let in again by staff"),
    "provider.rested": _("provider put to rest after faults"),
    "provider.switched_off": _("provider switched off by staff"),
    "recipient.address_matched": _("recipient’s address joined to the register"),
    "people_import.confirmed": _("import of people ordered"),
    "people_import.decided": _("difference of an import decided on"),
    "people_import.dropped": _("file of people given up"),
    "people_import.ended": _("import of people ended"),
    "people_import.planned": _("check of a file of people ordered"),
    "people_import.started": _("file of people uploaded"),
    "people_import.undo_ordered": _("import of people to be taken back"),
    "people_import.viewed": _("rows of a file of people looked at"),
    "recipient.activated": _("recipient activated"),
    "recipient.code_asked": _("new validation code ordered"),
    "recipient.code_printed": _("letter with a validation code printed"),
    "recipient.copy_deleted": _("copy of data deleted before its time"),
    "recipient.copy_downloaded": _("copy of data downloaded"),
    "recipient.copy_made": _("copy of data made"),
    "recipient.corrected": _("recipient’s data corrected"),
    "recipient.device_removed": _("recipient’s device with the app removed"),
    "recipient.device_rotated": _("token of a recipient’s device changed"),
    "recipient.device_unpaired": _("recipient’s device with the app disconnected"),
    "recipient.erased": _("recipient erased"),
    "recipient.erased_again": _("recipient erased again after a restore"),
    "recipient.labels_printed": _("address labels printed"),
    "recipient.imported": _("recipient registered from a file"),
    "recipient.lifted": _("restriction lifted"),
    "recipient.listed": _("list of recipients looked at"),
    "recipient.confirmation_printed": _("confirmation of an erasure printed"),
    "recipient.language_chosen": _("language of messages chosen"),
    "recipient.merged": _("another card merged into the recipient’s"),
    "recipient.merged_into": _("recipient’s card merged into another"),
    "recipient.opened": _("recipient’s card opened"),
    "recipient.paired": _("application connected with the account"),
    "recipient.registered": _("recipient registered"),
    "recipient.restricted": _("recipient restricted"),
    "recipient.resumed": _("recipient resumed"),
    "recipient.searched": _("recipients searched"),
    "recipient.shown_in_preview": _("recipient’s data shown in a preview"),
    "recipient.trace_opened": _("messages to a person, or who looked at them, looked at"),
    "recipient.suspended": _("recipient suspended"),
    "recipient.told_of_erasure": _("last letter about the erasure ended"),
    "request.answer_printed": _("answer to a request printed"),
    "request.closed": _("request of a person closed"),
    "request.extended": _("deadline of a request put off"),
    "request.listed": _("list of requests looked at"),
    "request.opened": _("request of a person taken down"),
    "recipient.taken_back": _("recipient of a mistaken import erased"),
    "sending.unlocked": _("sending unlocked after a restore"),
    "role.added": _("role added"),
    "role.changed": _("rights of a role changed"),
    "role.removed": _("role removed"),
    "role.renamed": _("role renamed"),
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
    "staff.proved": _("password typed again"),
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
    "unit.added": _("unit added"),
    "unit.changed": _("unit changed"),
    "unit.closed": _("unit closed"),
    "unit.reopened": _("unit opened again"),
}

# Looks at personal data, of residents and of staff, that change nothing: accountability (RODO
# art. 5 § 2, KRI). tests/test_reads.py looks at every page for names that were shown unrecorded.
READS = frozenset(
    {
        "access.exported",
        "access.listed",
        "audit.exported",
        "consent.act_opened",
        "consent.exported",
        "consent.form_printed",
        "consent.listed",
        "consent.scan_opened",
        "delivery.listed",
        "delivery.receipt_downloaded",
        "epuap_document.downloaded",
        "epuap_document.listed",
        "epuap_document.opened",
        "delivery.viewed",
        "job.file_exported",
        "message.deliveries_exported",
        "people_import.viewed",
        "recipient.copy_downloaded",
        "recipient.copy_made",
        "recipient.listed",
        "recipient.opened",
        "recipient.searched",
        "recipient.shown_in_preview",
        "recipient.trace_opened",
        "request.listed",
        "staff.listed",
        "staff.opened",
        "staff.searched",
    }
)

# What the first part of a code stands for.
THINGS: dict[str, Promise] = {
    **CONVERSATION_THINGS,
    **REPORT_THINGS,
    "access": _("access"),
    "address": _("addresses"),
    "audit": _("audit log"),
    "backup": _("backups"),
    "budget": _("budgets"),
    "channel": _("channels"),
    "configuration": _("settings"),
    "consent": _("consents"),
    "consent_text": _("words of the consent"),
    "delivery": _("deliveries"),
    "document": _("documents"),
    "drill": _("drills"),
    "duplicate": _("duplicates"),
    "epuap": _("ePUAP"),
    "epuap_document": _("documents from ePUAP"),
    "epuap_form": _("forms of ePUAP"),
    "export": _("exports"),
    "group": _("groups"),
    "job": _("long-running work"),
    "message": _("messages"),
    "people_import": _("imports of people"),
    "provider": _("providers"),
    "recipient": _("recipients"),
    "request": _("requests of persons"),
    "role": _("roles"),
    "sending": _("sending"),
    "staff": _("staff"),
    "summary": _("monthly summary"),
    "template": _("templates"),
    "template_folder": _("folders of templates"),
    "topic": _("topics"),
    "town": _("synthetic town"),
    "unit": _("units"),
}

# Pages about a thing: by "app.model", the name of an address that takes its number.
PAGES = {
    **CONVERSATION_PAGES,
    **REPORT_PAGES,
    "admin_module.unit": "unit-edit",
    "admin_module.user": "staff-card",
    "consents.topic": "topic-edit",
    "messaging.delivery": "delivery-detail",
    "messaging.message": "message-progress",
    "messaging.messagetemplate": "template-card",
    "recipients.job": "job",
    "recipients.peopleimport": "people-import-page",
    "recipients.epuapdocument": "epuap-document",
    "recipients.recipient": "recipient-card",
    "recipients.recipientgroup": "group-card",
}
SHOWN = 5  # of a long list of numbers
SHORT = 8  # signs of a request's number, as on a page of an error


@register.filter
def action_words(action: str) -> str:
    """What was done, in words; an action without words is shown by its code."""
    return str(ACTIONS.get(action, action))


@register.filter
def role_words(roles: str) -> str:
    """The roles of an entry, in words."""
    return ", ".join(label_of(role) for role in roles.split(",") if role)


@register.filter
def thing_words(thing: str) -> str:
    """What the first part of a code stands for, with a capital."""
    return capfirst(str(THINGS.get(thing, thing)))


@register.filter
def subject_url(subject: str) -> str:
    """The page about what an entry is about; nothing where there is none."""
    model, _colon, number = subject.partition(":")
    if model not in PAGES or not number.isdecimal():
        return ""
    try:
        return reverse(PAGES[model], args=[int(number)])
    except NoReverseMatch:
        return ""


@register.filter
def detail_words(value: object) -> str:
    """A value of an entry's detail; of a long list its length and its first members."""
    if not isinstance(value, list):
        return str(value)
    first = ", ".join(str(one) for one in value[:SHOWN])
    return first if len(value) <= SHOWN else f"{len(value)} ({first}…)"


@register.filter
def reason_words(reason: str) -> str:
    """A reason's code; of free words, which stand sealed beside the thing, only that there are."""
    return gettext("given in words, sealed") if reason.startswith("mac:") else reason


@register.filter
def short_request(request_id: UUID) -> str:
    """The beginning of a request's number, as pages of errors show it."""
    return request_id.hex[:SHORT]
