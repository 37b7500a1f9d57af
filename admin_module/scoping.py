"""From a member of staff to the rows that are theirs to see: the whole town's, or those of their unit.

Staff of an office department see everything. Staff of a municipal unit, and of whatever stands
below one, see what belongs to that unit's subtree; anything else is not there (404).
docs/decisions/0011 says why.
"""

from typing import Any, ClassVar, Protocol, Self, cast

# Rights over the whole town. A role may hold them; for staff of a municipal unit they are void.
OFFICE_ONLY = frozenset(
    {
        "admin_module.view_auditentry",
        "admin_module.verify_audit",
        "admin_module.export_audit",
        "admin_module.view_document",
        "admin_module.complete_document",
        "admin_module.add_unit",
        "admin_module.change_unit",  # making one's own unit a department would open the town
        "admin_module.view_configurationversion",
        "admin_module.change_configurationversion",
        "auth.view_group",
        "auth.change_group",
        "consents.add_consenttext",
        "consents.add_topic",  # there is room for 15 in the whole town
        "consents.change_topic",
        "recipients.import_addresses",
        "recipients.review_epuap",  # people write to the office
        "admin_module.reopen_channel",
        "messaging.manage_epuap",
        "conversations.manage_exchange",  # one folder and one list of what came for the whole town
        "conversations.manage_chat",  # inboxes and the sites that show them are the whole town's
        # Lines, notices and legal bases are the office's; so is the Director's supervision (order 308/18).
        "conversations.view_line",
        "conversations.manage_line",
        "conversations.propose_legalbasis",
        "conversations.opine_legalbasis",
        "conversations.approve_legalbasis",
        "conversations.designate_staff",
        "conversations.supervise_conversation",
        "reports.manage_reports",  # categories are the whole town's
        "messaging.send_alarm",  # alarms by law go to people who never agreed to this unit's topics
    }
)


class Reader(Protocol):
    """Whoever looks: `scope` holds ids of units, or None for the whole town."""

    @property
    def scope(self) -> frozenset[int] | None: ...


class ByUnit:
    """Adds to a QuerySet whose rows belong to units; `unit_path` leads from a row to its unit."""

    unit_path: ClassVar[str] = "unit"

    def visible_to(self, user: Reader) -> Self:
        """Leave out what belongs to other units; rows of no unit are the office's."""
        rows = cast(Any, self)
        if user.scope is None:
            return cast(Self, rows.all())
        return cast(Self, rows.filter(**{f"{self.unit_path}__in": sorted(user.scope)}))
