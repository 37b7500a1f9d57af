"""From a role of the office to its permissions: what a new ICP starts with."""

from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import SeededPermission


@dataclass(frozen=True, slots=True)
class Role:
    label: str | Promise
    permissions: frozenset[str]


def _role(label: str | Promise, *permissions: str) -> Role:
    return Role(label, frozenset({"admin_module.open_dashboard", *permissions}))


READ_PEOPLE = (
    "recipients.view_recipient",
    "recipients.view_contactpoint",
    "recipients.view_recipientgroup",
    "recipients.view_rightsrequest",
    "consents.view_consent",
    "consents.view_consentform",
    "consents.view_scan",
    "consents.view_topic",
)
READ_MESSAGES = (
    "messaging.view_message",
    "messaging.view_delivery",
    "messaging.view_attempt",
    "consents.view_topic",
)
PROVE_MESSAGES = ("messaging.make_evidence", "messaging.export_message")
READ_SETTINGS = ("admin_module.view_configurationversion",)
READ_DOCUMENTS = ("admin_module.view_document",)
READ_ACCESS = ("admin_module.view_accessreview",)
READ_AUDIT = (
    "admin_module.view_auditentry",
    "admin_module.verify_audit",
    "admin_module.export_audit",
)
KEEP_PEOPLE = (
    *READ_PEOPLE,
    "recipients.register_recipient",
    "recipients.import_recipient",
    "recipients.change_recipient",
    "recipients.restrict_recipient",
    "recipients.print_labels",
    "recipients.view_coverage",
    "recipients.add_rightsrequest",
    "recipients.change_rightsrequest",
    "recipients.erase_recipient",
    "recipients.print_code",
    "recipients.remove_device",
    "recipients.copy_recipient",
    "recipients.trace_recipient",
    "recipients.view_export",
    "recipients.export_recipient",
    "recipients.list_unreached",
    "recipients.review_epuap",
    "recipients.add_recipientgroup",
    "recipients.change_recipientgroup",
    "recipients.delete_recipientgroup",
    "recipients.join_recipients",
    "recipients.view_suppressedaddress",
    "recipients.lift_suppression",
    "consents.add_consent",
    "consents.add_consentform",
    "consents.change_consentform",
)
WRITE_MESSAGES = (
    *READ_MESSAGES,
    "messaging.add_message",
    "messaging.change_message",
    "messaging.delete_message",
    "messaging.send_message",
    "messaging.manage_templates",
    "recipients.view_recipientgroup",
    "recipients.add_recipientgroup",  # saves the audience of a message
    "recipients.view_coverage",
)
HANDLE_REPORTS = (
    "reports.view_report",
    "reports.handle_report",
    "reports.assign_report",
    "reports.moderate_report",
    "reports.see_reporter",
    "reports.export_report",
)
# Order 308/18 of Szczecin, § 2–5 and 7; docs/order-308-18.md has the matrix.
TALK = (
    "conversations.handle_chat",
    "conversations.register_call",
    "conversations.view_own_conversation",
)
HEAR = (
    "conversations.view_conversation",
    "conversations.view_own_conversation",
    "conversations.view_line",
    "conversations.view_retention",
    "conversations.unmask_number",
    "conversations.listen_conversation",
    "conversations.view_accessrequest",
    "conversations.register_accessrequest",
    "conversations.run_listening",
)
OVERSEE = (
    "conversations.view_conversation",
    "conversations.view_own_conversation",
    "conversations.view_line",
    "conversations.view_retention",
    "conversations.view_accessrequest",
)

ROLES: dict[str, Role] = {
    "administrator": _role(
        _("administrator"),
        "recipients.import_addresses",
        "recipients.view_export",
        "recipients.manage_exports",
        *READ_AUDIT,
        *READ_SETTINGS,
        *READ_DOCUMENTS,
        "admin_module.change_configurationversion",
        *READ_MESSAGES,
        "admin_module.view_user",
        "admin_module.add_user",
        "admin_module.change_user",
        "admin_module.view_unit",
        "admin_module.add_unit",
        "admin_module.change_unit",
        "auth.view_group",
        "auth.change_group",
        *READ_ACCESS,
        "admin_module.add_accessreview",
        "admin_module.reopen_channel",
        "consents.add_topic",
        "consents.change_topic",
        "consents.add_consenttext",
        "consents.view_consenttext",
        "messaging.manage_epuap",
        "messaging.export_message",
        "messaging.choose_readers",
        "reports.manage_open311",
        "reports.view_report",
        "reports.manage_reports",
        "conversations.view_conversation",
        "conversations.view_own_conversation",
        "conversations.break_glass",
        "conversations.view_line",
        "conversations.manage_line",
        "conversations.manage_chat",
        "conversations.manage_exchange",
        "conversations.view_retention",
    ),
    "recipients_clerk": _role(_("recipients’ clerk"), *KEEP_PEOPLE),
    "editor": _role(_("editor"), *WRITE_MESSAGES),
    "approver": _role(_("approver"), *READ_MESSAGES, "messaging.approve_message"),
    "duty_officer": _role(
        _("duty officer"),
        *PROVE_MESSAGES,
        *WRITE_MESSAGES,
        "recipients.list_unreached",
        "messaging.send_alarm",
        "admin_module.reopen_channel",
    ),
    "reports_handler": _role(_("reports’ handler"), *HANDLE_REPORTS),
    "unit_manager": _role(
        _("unit manager"),
        *WRITE_MESSAGES,
        *PROVE_MESSAGES,
        "messaging.choose_readers",
        *HANDLE_REPORTS,
        *READ_ACCESS,
        "conversations.view_accessrequest",
        "conversations.opine_as_unit",
        "messaging.approve_message",
        "admin_module.view_user",
        "admin_module.view_unit",
        "admin_module.add_accessreview",
    ),
    "data_protection_officer": _role(
        _("data protection officer"),
        "recipients.view_coverage",
        "reports.view_report",
        *READ_PEOPLE,
        "recipients.trace_recipient",
        "recipients.view_export",
        "recipients.manage_exports",
        "consents.export_consent",
        *READ_MESSAGES,
        *PROVE_MESSAGES,
        "messaging.export_delivery",
        *READ_AUDIT,
        *READ_SETTINGS,
        *READ_DOCUMENTS,
        "admin_module.complete_document",
        *READ_ACCESS,
        "auth.view_group",
        "admin_module.add_accessreview",
        "consents.view_consenttext",
        *OVERSEE,
        "conversations.opine_as_officer",
        "conversations.opine_legalbasis",
        "conversations.propose_hold",
        "conversations.coapprove_purge",
        "conversations.supervise_conversation",
    ),
    "auditor": _role(
        _("auditor"),
        *READ_MESSAGES,
        *PROVE_MESSAGES,
        *READ_AUDIT,
        *READ_SETTINGS,
        *READ_DOCUMENTS,
        *READ_ACCESS,
        "auth.view_group",
        "admin_module.view_user",
        "admin_module.view_unit",
        "consents.view_consenttext",
        "conversations.view_conversation",
        "conversations.view_own_conversation",
        "conversations.view_retention",
    ),
    "conversation_agent": _role(_("agent of the customer office"), *TALK),
    "conversation_designee": _role(_("designated staff of the customer office"), *TALK, *HEAR),
    "centre_head": _role(
        _("head of the residents’ information centre"),
        *TALK,
        *HEAR,
        "conversations.export_conversation",
        "conversations.manage_chat",
        "conversations.propose_legalbasis",
        "conversations.place_hold",
        "conversations.propose_purge",
    ),
    "office_director": _role(
        _("director of the customer office"),
        *HEAR,
        *READ_AUDIT,
        "conversations.export_conversation",
        "conversations.manage_line",
        "conversations.approve_legalbasis",
        "conversations.manage_retention",
        "conversations.designate_staff",
        "conversations.decide_accessrequest",
        "conversations.place_hold",
        "conversations.release_hold",
        "conversations.approve_purge",
        "conversations.supervise_conversation",
    ),
    "secretary": _role(
        _("secretary of the municipality"),
        *OVERSEE,
        *READ_AUDIT,
        "conversations.supervise_conversation",
    ),
}


@transaction.atomic
def seed_roles() -> int:
    """Make the groups and give them what they were never given; return how many were given.

    Runs after each migrate. A permission that an administrator took away stays away, a role of
    the office's own is left alone, and a permission whose app is not migrated yet waits.
    """
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    given = set(SeededPermission.objects.values_list("role", "permission"))
    fresh = [
        (name, permission)
        for name, role in ROLES.items()
        for permission in sorted(role.permissions)
        if permission in known and (name, permission) not in given
    ]
    groups = {name: Group.objects.get_or_create(name=name)[0] for name in ROLES}
    for name, permission in fresh:
        groups[name].permissions.add(known[permission])
    SeededPermission.objects.bulk_create(
        SeededPermission(role=name, permission=permission) for name, permission in fresh
    )
    return len(fresh)


def label_of(name: str) -> str:
    """A role in the words people read; a role of the office's own is called what it is called."""
    return str(ROLES[name].label) if name in ROLES else name


def unknown_permissions() -> set[str]:
    """Permissions that a role names and no model declares: a slip of the pen in ROLES."""
    declared = {
        f"{model._meta.app_label}.{codename}"
        for model in apps.get_models()
        for codename in (
            *(f"{act}_{model._meta.model_name}" for act in model._meta.default_permissions),
            *(codename for codename, _name in model._meta.permissions),
        )
    }
    return {name for role in ROLES.values() for name in role.permissions} - declared
