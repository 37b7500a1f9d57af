"""From a member of staff to what the Director named them for, today."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from admin_module.models import User
from conversations.models import Designation


def standing(scope: str, on: date | None = None) -> QuerySet[Designation]:
    """Designations of this scope that hold on the day."""
    day = on or timezone.localdate()
    held = Designation.objects.filter(scope=scope, revoked_at=None, begins_on__lte=day)
    return held.filter(Q(ends_on=None) | Q(ends_on__gte=day))


def is_designated(user: User, scope: str, on: date | None = None) -> bool:
    return standing(scope, on).filter(user=user).exists()
