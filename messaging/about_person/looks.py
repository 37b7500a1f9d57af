"""From the audit log to who looked at a person, when, as what, and on which page.

The person is told moments, reasons and roles, and no names of staff, who act for the office and not
for themselves (Court of Justice of the EU, C-579/21, judgment of 22 June 2023, points 73 to 83).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from admin_module.audit import about
from admin_module.models import AuditEntry, User
from admin_module.roles import label_of
from admin_module.templatetags.audit_words import ACTIONS, READS
from messaging.models import Delivery
from recipients.models import EpuapDocument, Export, Recipient
from recipients.same_person.joining import all_of

TAKEN = ("export.ordered", "job.file_exported")


@dataclass(frozen=True, slots=True)
class Look:
    at: datetime
    what: str
    roles: str
    unit: str
    who: User | None  # for staff only


def of(person: Recipient) -> list[int]:
    """Ids of the entries of every reading of this person, the newest first."""
    pks = all_of(person)
    found = about.of_subjects(_things(pks), READS)
    for pk in pks:
        found |= about.listing(pk) | about.of_subjects(_files(pk), TAKEN)
    return sorted(found, reverse=True)


def _things(pks: list[int]) -> list[str]:
    deliveries = Delivery.objects.filter(recipient__in=pks, message__isnull=False)
    documents = EpuapDocument.objects.filter(recipient__in=pks)
    return [
        *(f"recipients.recipient:{pk}" for pk in pks),
        *(f"messaging.delivery:{pk}" for pk in deliveries.values_list("pk", flat=True)),
        *(f"recipients.epuapdocument:{pk}" for pk in documents.values_list("pk", flat=True)),
    ]


def _files(pk: int) -> list[str]:
    """Exports that held the person, and the downloads of their files."""
    held = Export.objects.holding(pk).values_list("pk", "job_id")
    return [
        name
        for export, job in held
        for name in (f"recipients.export:{export}", f"recipients.job:{job}")
    ]


def described(ids: Iterable[int]) -> list[Look]:
    """The entries with these ids, in their order."""
    rows = AuditEntry.objects.select_related("actor__unit").in_bulk(list(ids))
    return [_look(rows[pk]) for pk in ids if pk in rows]


def _look(entry: AuditEntry) -> Look:
    roles = (str(label_of(role)) for role in entry.roles.split(",") if role)
    return Look(
        at=entry.at,
        what=str(ACTIONS.get(entry.action, entry.action)),
        roles=", ".join(roles),
        unit=str(entry.actor.unit) if entry.actor else "",
        who=entry.actor,
    )
