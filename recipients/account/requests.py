"""From what a person asks for to a row with a deadline, and to its end (GDPR art. 12 sections 3 and 4)."""

from dataclasses import replace
from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module import audit
from admin_module.models import User
from icp.days import months_after
from recipients.correspondence import answers, telling
from recipients.models import Recipient, RequestWords, RightsRequest
from recipients.people import moves

ANSWER_WITHIN = 1  # month; a further EXTENSION where the request is hard (art. 12 section 3)
EXTENSION = 2
MOST_WORDS = 1000
Outcome = RightsRequest.Outcome


class AlreadyClosed(Exception):
    """Somebody closed this request first."""


def open_request(
    recipient: Recipient,
    kind: str,
    how: str,
    *,
    by: User | None = None,
    received_on: date | None = None,
    asked: str = "",
) -> RightsRequest:
    """Take down what a person asks for; asking again while it is open gives the same request.

    `received_on`: the day it reached the office, today where it is not given; raises
    ValidationError for a day to come and for an unknown kind or way.
    """
    received = _moment(received_on)
    words = _words(asked)
    with transaction.atomic():
        row = moves.locked(recipient.pk)
        if row.state in Recipient.GONE:
            raise moves.CannotMove(row.state, row.state)
        found = RightsRequest.objects.open().filter(recipient=row, kind=kind).first()
        if found is not None:
            return found
        request = _new(row, kind, how, received, by)
        request.words = RequestWords(asked=words) if words else None
        _insert(request)
        detail = {"request": request.pk, "kind": kind, "how": how, "due": request.due_on}
        audit.record("request.opened", row, by=by, detail=detail)
    return request


def fulfil(row: Recipient, kind: str, *, how: str, by: User | None) -> RightsRequest:
    """A right was just exercised: close the request of this kind, or leave one that is closed.

    The caller holds the person's row and has done what was asked, in the same transaction.
    """
    request = RightsRequest.objects.open().filter(recipient=row, kind=kind).first()
    if request is None:
        request = _new(row, kind, how, timezone.now(), by)
    _end(request, Outcome.DONE, by)
    return request


def close(
    request: RightsRequest, *, by: User | None, outcome: str = Outcome.DONE, answer: str = ""
) -> RightsRequest:
    """End a request with an outcome; a refusal needs its reason, which the person is told.

    Closing one that is closed as done already changes nothing; raises AlreadyClosed for another.
    """
    answer = _words(answer)
    if outcome == Outcome.REFUSED and not answer:
        raise ValidationError({"answer": _("Write the reason: the person has a right to know it.")})
    with transaction.atomic():
        person = moves.locked(request.recipient_id)
        row = RightsRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if not row.is_open:
            if row.outcome != outcome:
                raise AlreadyClosed
            return row
        if answer:
            row.words = replace(row.words or RequestWords(), answer=answer)
        _end(row, outcome, by)
        if outcome == Outcome.REFUSED:
            telling.tell(person, answers.refused(row, answer))
    return row


def extend(request: RightsRequest, *, by: User, reason: str) -> RightsRequest:
    """Two further months, once, within the first month and with a reason that the person is told."""
    reason = _words(reason)
    if not reason:
        raise ValidationError({"reason": _("Write the reason: the person has a right to know it.")})
    with transaction.atomic():
        person = moves.locked(request.recipient_id)
        row = RightsRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if not row.is_open:
            raise AlreadyClosed
        if not may_extend(row):
            raise ValidationError(
                _("The deadline can be put off once, and only before it has passed.")
            )
        row.extended_at = timezone.now()
        row.due_on = months_after(timezone.localdate(row.received_at), ANSWER_WITHIN + EXTENSION)
        row.words = replace(row.words or RequestWords(), extension=reason)
        row.save(update_fields=["extended_at", "due_on", "words"])
        detail = {"request": row.pk, "kind": row.kind, "due": row.due_on}
        audit.record("request.extended", person, by=by, detail=detail)
        telling.tell(person, answers.extended(row, reason))
    return row


def may_extend(request: RightsRequest) -> bool:
    return request.is_open and request.extended_at is None and not request.is_late


def end_all(row: Recipient) -> None:
    """The person is being erased: nothing is left to answer, and no words are kept."""
    theirs = RightsRequest.objects.filter(recipient=row)
    theirs.update(words=None)
    theirs.open().update(closed_at=timezone.now(), outcome=Outcome.VOID)


def _new(row: Recipient, kind: str, how: str, received: datetime, by: User | None) -> RightsRequest:
    if kind not in RightsRequest.Kind.values:
        raise ValidationError({"kind": _("Choose what the person asks for.")})
    if how not in RightsRequest.How.values:
        raise ValidationError({"how": _("Choose how the request came.")})
    due = months_after(timezone.localdate(received), ANSWER_WITHIN)
    return RightsRequest(
        recipient=row, kind=kind, how=how, received_at=received, due_on=due, opened_by=by
    )


def _insert(request: RightsRequest) -> None:
    request.save(force_insert=True)


def _end(request: RightsRequest, outcome: str, by: User | None) -> None:
    request.closed_at = timezone.now()
    request.closed_by = by
    request.outcome = outcome
    if request._state.adding:
        _insert(request)
    else:
        request.save(update_fields=["closed_at", "closed_by", "outcome", "words"])
    detail: dict[str, object] = {
        "request": request.pk,
        "kind": request.kind,
        "how": request.how,
        "outcome": str(outcome),
    }
    audit.record("request.closed", request.recipient, by=by, detail=detail)


def _moment(received_on: date | None) -> datetime:
    now = timezone.now()
    if received_on is None or received_on == timezone.localdate(now):
        return now
    if received_on > timezone.localdate(now):
        raise ValidationError({"received_on": _("Choose today or an earlier day.")})
    return timezone.make_aware(datetime.combine(received_on, time(12)))


def _words(text: str) -> str:
    return " ".join(text.split())[:MOST_WORDS]
