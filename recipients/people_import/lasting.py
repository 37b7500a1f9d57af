"""From the end of an import to how long it may be taken back."""

from datetime import timedelta

from django.utils import timezone

from recipients.models import PeopleImport

WITHIN = timedelta(days=1)


def may_be_undone(order: PeopleImport) -> bool:
    """Within a day of its end."""
    done = order.imported_at
    imported = order.state == PeopleImport.State.IMPORTED
    return imported and done is not None and timezone.now() - done < WITHIN
