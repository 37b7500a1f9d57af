"""From the versions of a section to who changed what and when, and to how old a secret is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from admin_module.models import ConfigurationVersion, User

from .reading import opened
from .sections import SECTIONS, Section
from .writing import changed_fields

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Change:
    """One version: the section as it was from then on, and the names of the fields that changed."""

    version: int
    at: datetime
    by: User | None
    reason: str
    section: Section
    changed: Sequence[str]
    from_environment: bool


def history_of(code: str) -> list[Change]:
    """The newest hundred versions, the newest first."""
    kind = SECTIONS[code]
    versions = ConfigurationVersion.objects.filter(section=code).select_related("by")
    rows = list(versions.order_by("-version")[: SHOWN + 1])
    before: Section = kind.from_environment()
    changes = []
    for row in reversed(rows):
        section = opened(row) or kind.from_environment()
        changes.append(_change(row, section, before))
        before = section
    return changes[::-1][:SHOWN]


def _change(row: ConfigurationVersion, section: Section, before: Section) -> Change:
    return Change(
        version=row.version,
        at=row.at,
        by=row.by,
        reason=row.reason or "",
        section=section,
        changed=changed_fields(before, section),
        from_environment=row.document is None,
    )


def secret_since(changes: Sequence[Change], name: str) -> datetime | None:
    """When the secret that is kept now was set; None where the environment gives it."""
    return next((change.at for change in changes if name in change.changed), None)
