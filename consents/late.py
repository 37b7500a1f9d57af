"""From forms that were printed and are not back to whom to remind, and whose data have no reason to stay."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from admin_module.configuration import SignedForms, read
from admin_module.models import User
from recipients.models import Recipient, living
from recipients.models.people import RecipientQuerySet

from .models import ConsentForm


@dataclass(frozen=True, slots=True)
class Sums:
    """How many wait too long, and how many of them so long that erasing is proposed."""

    late: int
    to_erase: int


def people(by: User, *, to_erase: bool = False) -> RecipientQuerySet:
    """Pending people whose first form was printed long ago, the longest waiting first.

    Each with `printed_at` of the first form that is not back, `reminded_at` of the last time one was
    made, and `forms`, how many there are.
    """
    now = timezone.now()
    limits = read(SignedForms)
    days = limits.erase_days if to_erase else limits.late_days
    not_back = Q(consent_forms__received_at=None)
    waiting = living(by).filter(state=Recipient.State.PENDING)
    found: Any = waiting.filter(
        not_back, consent_forms__printed_at__lt=now - timedelta(days=days)
    ).annotate(
        printed_at=Min("consent_forms__printed_at", filter=not_back),
        forms=Count("consent_forms", filter=not_back),
        newest=Max("consent_forms__number", filter=not_back),
    )
    late: RecipientQuerySet = found.order_by("printed_at", "pk")
    return late


def erase_before() -> datetime:
    """Of whoever waits since before this moment, erasing is proposed."""
    return timezone.now() - timedelta(days=read(SignedForms).erase_days)


def sums(by: User) -> Sums:
    """Two counts in the index of forms that are not back."""
    now, limits = timezone.now(), read(SignedForms)
    forms = ConsentForm.objects.visible_to(by).filter(
        received_at=None, recipient__state=Recipient.State.PENDING
    )
    numbers = forms.aggregate(
        late=_people_before(now - timedelta(days=limits.late_days)),
        to_erase=_people_before(now - timedelta(days=limits.erase_days)),
    )
    return Sums(**numbers)


def _people_before(moment: datetime) -> Count:
    return Count("recipient", filter=Q(printed_at__lt=moment), distinct=True)
