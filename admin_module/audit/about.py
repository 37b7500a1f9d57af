"""From a person to the entries about them: those with them as a subject, and those that list them.

A page that showed several people leaves one entry with their primary keys in `detail["recipients"]`.
"""

from collections.abc import Collection

from django.db import connection

from admin_module.models import AuditEntry

LIST = "recipients"
# Said with IS NOT NULL, for the index has only the few entries that list somebody.
_LISTING = {
    "postgresql": (
        "SELECT id FROM admin_module_auditentry WHERE (detail -> 'recipients') IS NOT NULL"
        " AND (detail -> 'recipients') @> to_jsonb(ARRAY[%s::bigint])"
    ),
    "sqlite": (
        "SELECT DISTINCT entry.id FROM admin_module_auditentry AS entry,"
        " json_each(entry.detail, '$.recipients') AS listed WHERE listed.value = %s"
    ),
}


def listing(pk: int) -> set[int]:
    """Ids of the entries that list this person among others."""
    with connection.cursor() as cursor:
        cursor.execute(_LISTING[connection.vendor], [pk])
        return {row[0] for row in cursor.fetchall()}


def of_subjects(subjects: Collection[str], actions: Collection[str]) -> set[int]:
    """Ids of the entries about any of these things ("messaging.delivery:7") with these actions."""
    found = AuditEntry.objects.filter(subject__in=subjects, action__in=actions)
    return set(found.values_list("pk", flat=True)) if subjects else set()
