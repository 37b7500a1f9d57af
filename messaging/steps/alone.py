"""From an alarm that went without a second person to somebody's word on it within a week, and to the year's report."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import User
from messaging.correspondence import staff_letters
from messaging.models import ApprovalStep, Message, SentAlone

from . import approving

REVIEW_DAYS = 7
REMIND_DAYS = 2  # before the last day, and once more on each day after it
Verdict = SentAlone.Verdict


class CannotReview(Exception):
    """Why not; `str` is a sentence for staff."""


def keep(message: Message, *, by: User, reason: str) -> SentAlone:
    """Write the reason down and tell approvers and the data protection officer; in the caller's
    transaction."""
    now = timezone.now()
    alone = SentAlone(
        message=message,
        by=by,
        at=now,
        reason=reason,
        due_on=timezone.localdate(now) + timedelta(days=REVIEW_DAYS),
    )
    alone.save(force_insert=True)
    approving.note(message, ApprovalStep.Kind.SENT_ALONE, by=by, words=reason)
    staff_letters.post(
        told_about(message),
        _("ICP: an alarm was sent without a second person"),
        _(
            "%(who)s sent an alarm without waiting for a second person, and said why. Look at it and "
            "confirm within %(days)d days whether that was justified."
        )
        % {"who": by, "days": REVIEW_DAYS},
        message,
        "message-review",
    )
    return alone


def told_about(message: Message) -> list[User]:
    return [*staff_letters.approvers_of(message), *staff_letters.officers()]


@transaction.atomic
def review(alone: SentAlone, *, by: User, verdict: str, words: str) -> SentAlone:
    """Say afterwards whether it was justified; once, by somebody who neither wrote nor sent it."""
    if by.pk == alone.by_id or approving.wrote(by, alone.message):
        raise CannotReview(_("Somebody who neither wrote nor sent this alarm has to look at it."))
    if verdict not in Verdict.values:
        raise CannotReview(_("Choose whether it was justified."))
    if not words.strip():
        raise CannotReview(_("Write in a sentence or two why you think so."))
    held = SentAlone.objects.select_for_update(of=("self",)).get(pk=alone.pk)
    if held.verdict:
        raise CannotReview(_("Somebody was faster: this alarm has been looked at."))
    held.verdict, held.note = verdict, words.strip()
    held.reviewed_by, held.reviewed_at = by, timezone.now()
    held.save(update_fields=["verdict", "note", "reviewed_by", "reviewed_at"])
    approving.note(held.message, verdict, by=by, words=words.strip())
    audit.record("message.alone_reviewed", held.message, by=by, detail={"verdict": verdict})
    staff_letters.post(
        [alone.by, *(staff_letters.officers() if verdict == Verdict.NOT_JUSTIFIED else ())],
        _("ICP: an alarm sent alone was looked at"),
        _("%(who)s looked at the alarm that was sent without a second person: %(verdict)s.")
        % {"who": by, "verdict": held.get_verdict_display()},
        held.message,
        "message-review",
    )
    return held


def remind(on: date | None = None) -> int:
    """Daily: letters about alarms that nobody has looked at, near the last day and after it."""
    day = on or timezone.localdate()
    late = SentAlone.objects.open().filter(due_on__lte=day + timedelta(days=REMIND_DAYS))
    return sum(_remind(pk, day) for pk in list(late.values_list("pk", flat=True)))


@transaction.atomic
def _remind(pk: int, day: date) -> bool:
    due = Q(reminded_on=None) | Q(reminded_on__lt=day, due_on__lt=day)
    if not SentAlone.objects.open().filter(due, pk=pk).update(reminded_on=day):
        return False
    alone = SentAlone.objects.select_related("message__unit").get(pk=pk)
    staff_letters.post(
        staff_letters.approvers_of(alone.message),
        _("ICP: an alarm waits to be looked at"),
        _(
            "Nobody has yet said whether an alarm was rightly sent without a second person. "
            "The last day is %(day)s."
        )
        % {"day": f"{alone.due_on:%-d.%m.%Y}"},
        alone.message,
        "message-review",
    )
    audit.record("message.review_reminded", alone.message, by=None)
    return True


def to_review(by: User) -> QuerySet[SentAlone]:
    """Alarms that wait for this person's word; the longest waiting first."""
    mine = SentAlone.objects.visible_to(by).open().exclude(by=by).exclude(message__author=by)
    found: QuerySet[SentAlone] = mine.select_related("message__unit", "by").order_by("due_on", "pk")
    return found


@dataclass(frozen=True, slots=True)
class Year:
    """Alarms of a calendar year that went without a second person, and what was said afterwards."""

    year: int
    alarms: int  # all that were ordered in the year
    rows: tuple[SentAlone, ...]
    justified: int
    not_justified: int
    open: int
    late: int  # of the open ones: past their day


def year_of(year: int, by: User) -> Year:
    zone = timezone.get_default_timezone()
    begin, end = (datetime(y, 1, 1, tzinfo=zone) for y in (year, year + 1))
    rows = SentAlone.objects.visible_to(by).filter(at__gte=begin, at__lt=end)
    counts = rows.aggregate(
        justified=Count("pk", filter=Q(verdict=Verdict.JUSTIFIED)),
        not_justified=Count("pk", filter=Q(verdict=Verdict.NOT_JUSTIFIED)),
        open=Count("pk", filter=Q(verdict="")),
        late=Count("pk", filter=Q(verdict="", due_on__lt=timezone.localdate())),
    )
    alarms = Message.objects.visible_to(by).real().filter(klass=Message.Klass.ALARM)
    found = rows.select_related("message__unit", "by", "reviewed_by").order_by("-at")
    return Year(
        year, alarms.filter(sent_at__gte=begin, sent_at__lt=end).count(), tuple(found), **counts
    )
