"""From a hold's day of review to a reminder, a longer hold or its end; once a case is closed, by itself."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from admin_module import audit
from admin_module.models import User
from conversations.models import RetentionHold
from icp.days import months_after

from . import holds, telling

SOON = timedelta(days=7)  # before a hold ends by itself
MONTH = timedelta(days=30)  # between two reminders of one review


def to_review(on: date | None = None) -> QuerySet[RetentionHold]:
    """Holds whose day of review has come."""
    day = on or timezone.localdate()
    rows: QuerySet[RetentionHold] = RetentionHold.objects.filter(
        released_at=None, release_on=None, review_on__lte=day
    )
    return rows


def review(hold: RetentionHold, by: User, *, review_on: date) -> bool:
    """Somebody looked: the hold stands on until the next review; False where it was released meanwhile.

    Raises HoldRefused for a day further than twelve months.
    """
    today = timezone.localdate()
    if not today < review_on <= months_after(today, holds.REVIEW_MONTHS):
        raise holds.HoldRefused(_("Choose a day of review within the next twelve months."))
    with transaction.atomic():
        standing = RetentionHold.objects.filter(pk=hold.pk, released_at=None)
        changed = standing.update(
            review_on=review_on, reviewed_at=timezone.now(), reviewed_by=by, reminded_at=None
        )
        if changed:
            detail: dict[str, object] = {"hold": hold.pk, "review": review_on}
            audit.record("hold.reviewed", hold.conversation, by=by, detail=detail)
    return bool(changed)


def release_due(on: date | None = None) -> int:
    """Daily: holds of cases that were closed long enough ago end; returns how many."""
    day = on or timezone.localdate()
    due = RetentionHold.objects.filter(released_at=None, release_on__lte=day)
    return sum(holds.release(hold, None) for hold in due.select_related("conversation"))


@transaction.atomic
def remind() -> int:
    """Daily: one letter to those who may release, about every hold to review and every end that is near.

    About one hold at most every thirty days; returns how many holds it is about.
    """
    now, today = timezone.now(), timezone.localdate()
    silent = Q(reminded_at=None) | Q(reminded_at__lte=now - MONTH)
    ending = RetentionHold.objects.filter(
        released_at=None, release_on__gt=today, release_on__lte=today + SOON
    )
    reviews = [hold.pk for hold in to_review(today).filter(silent)]
    ends = list(ending.filter(reminded_at=None).order_by("release_on"))
    if not reviews and not ends:
        return 0
    words = []
    if reviews:
        words.append(
            ngettext(
                "%(n)s hold waits for your review: decide whether it is still needed.",
                "%(n)s holds wait for your review: decide whether they are still needed.",
                len(reviews),
            )
            % {"n": len(reviews)}
        )
    if ends:
        day = ends[0].release_on
        words.append(
            ngettext(
                "%(n)s hold ends by itself from %(day)s on, its case being closed.",
                "%(n)s holds end by themselves from %(day)s on, their cases being closed.",
                len(ends),
            )
            % {"n": len(ends), "day": date_format(day)}  # type: ignore[arg-type]  # has a day
        )
    subject = _("ICP: holds of conversations")
    telling.post(telling.may("release_hold"), subject, " ".join(words), "hold-list")
    told = [*reviews, *(hold.pk for hold in ends)]
    RetentionHold.objects.filter(pk__in=told).update(reminded_at=now)
    return len(told)
