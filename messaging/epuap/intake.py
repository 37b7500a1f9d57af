"""From documents that wait in the intake of ePUAP to what became of each: done, or a clerk's to decide.

A document is claimed by a short UPDATE, so a worker that dies leaves it to the next; what it asks for,
its answer and its new state are one transaction.
"""

import logging
from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from admin_module import audit
from admin_module.models import Heartbeat, User
from messaging.engine import upps
from messaging.ledger.waking import hinting, wake
from recipients.account import requests
from recipients.epuap import forgetting, wishes
from recipients.epuap import reading as epuap_reading
from recipients.epuap.doubts import Doubt, Doubtful, TooEarly, is_final
from recipients.epuap.reading import Found
from recipients.models import EpuapDocument, Reading, Recipient, RightsRequest

from . import answers, keys, steps
from .steps import Case, Done

log = logging.getLogger(__name__)
State = EpuapDocument.State
LANE = 2
DAILY = "epuap-forgetting"
MOST_TRIES = 5
FIRST_PAUSE = timedelta(seconds=30)  # doubled with each try
# A registration may still be on its way when a later wish of the same person has come already.
PATIENCE = timedelta(hours=1)
LOOK_AGAIN = timedelta(minutes=5)
KIND_OF = {"delete": RightsRequest.Kind.ERASE}  # others are called alike


class AlreadyDecided(Exception):
    """Somebody else decided first; the argument is the row as it stands now."""

    def __init__(self, document: EpuapDocument) -> None:
        super().__init__(str(document))
        self.document = document


def work_off(limit: int = 50) -> int:
    """Look at what is due, the oldest first; returns how many documents were looked at."""
    seen = 0
    for _each in range(limit):
        document = _claim()
        if document is None:
            break
        work(document)
        seen += 1
    return seen


def hint() -> None:
    """Where there is a broker, a worker is told of documents that are due."""
    due = EpuapDocument.objects.filter(state=State.WAITING, due_at__lte=timezone.now())
    if hinting() and due.exists():
        wake("work_off_epuap", lane=LANE)


def tidy_up() -> None:
    """Once a day forget what was kept long enough; always close what erased people left."""
    forgetting.close_forgotten()
    last = Heartbeat.objects.filter(name=DAILY).values_list("at", flat=True).first()
    if last is not None and timezone.localdate(last) >= timezone.localdate():
        return
    while forgetting.purge() or upps.purge():
        pass
    Heartbeat.beat(DAILY)


def _claim() -> EpuapDocument | None:
    """One due document, ours until its pause is over."""
    now = timezone.now()
    due = EpuapDocument.objects.filter(state=State.WAITING, due_at__lte=now).order_by("id")
    for pk, tries in due.values_list("pk", "tries")[:20]:
        mine = EpuapDocument.objects.filter(pk=pk, state=State.WAITING, tries=tries)
        pause = FIRST_PAUSE * 2**tries
        if mine.filter(due_at__lte=now).update(due_at=now + pause, tries=F("tries") + 1):
            document: EpuapDocument = EpuapDocument.objects.get(pk=pk)
            return document
    return None


def work(document: EpuapDocument) -> None:
    """Carry one document out, or leave it to a clerk with the reasons. Never raises."""
    try:
        if document.tries > MOST_TRIES:
            _end(document, State.REVIEW, reasons=[Doubt.FAULT])
        else:
            _work(document)
    except AlreadyDecided:
        pass
    except Exception:
        log.exception("ePUAP document %s stopped its worker; it is tried again.", document.pk)


def _work(document: EpuapDocument) -> None:
    arrival = document.arrival
    found = epuap_reading.read(
        document.content, trusted=keys.trusted_signers(), at=document.arrived_at
    )
    document.purpose, document.signed_at = found.purpose, found.signed_at
    idle = _nothing_to_do(document)
    if idle:
        _end(document, State.IDLE, reasons=[idle], reading=found.reading)
        return
    doubts = found.doubts or tuple(wishes.disagreements(found.reading, arrival))
    if doubts:
        _park(document, found.reading, *doubts)
        return
    try:
        _carry_out(Case(document, found.reading, arrival, found.purpose))
    except Doubtful as doubtful:
        reading = replace(found.reading, problems=doubtful.problems)
        _park(document, reading, *doubtful.doubts)
    except TooEarly:
        _wait(document, found)


def _nothing_to_do(document: EpuapDocument) -> Doubt | None:
    if document.trial:
        return Doubt.TRIAL
    same = EpuapDocument.objects.filter(
        content_token=document.arrival.content_digest, pk__lt=document.pk, trial=False
    )
    return Doubt.REPEATED if same.exists() else None


def _carry_out(case: Case) -> Done:
    """The step, its answer and the end of the document, all or nothing."""
    with transaction.atomic():
        done = steps.carry_out(case)
        state = State.REVIEW if done.doubts else State.DONE
        _end(
            case.document,
            state,
            reasons=list(done.doubts),
            reading=case.reading,
            recipient=done.recipient,
            by=case.by,
        )
    return done


def _wait(document: EpuapDocument, found: Found) -> None:
    now = timezone.now()
    if now >= document.arrived_at + PATIENCE:
        _park(document, found.reading, Doubt.UNKNOWN_PERSON)
        return
    # It was looked at without a fault: waiting is no try.
    waiting = EpuapDocument.objects.filter(pk=document.pk, state=State.WAITING)
    waiting.update(
        due_at=now + LOOK_AGAIN, tries=0, purpose=document.purpose, signed_at=document.signed_at
    )


def _park(document: EpuapDocument, reading: Reading, *doubts: str) -> None:
    """Leave it to a clerk; a known person's wish has its deadline from today."""
    with transaction.atomic():
        _open_request(document, reading, doubts)
        _end(document, State.REVIEW, reasons=list(doubts), reading=reading)


def _open_request(document: EpuapDocument, reading: Reading, doubts: tuple[str, ...]) -> None:
    kind = KIND_OF.get(document.purpose, document.purpose)
    if kind not in RightsRequest.Kind.values or any(is_final(code) for code in doubts):
        return
    person = Recipient.objects.filter(pesel_token=reading.pesel).first()
    if person is not None:
        requests.open_request(
            person,
            kind,
            RightsRequest.How.EPUAP,
            received_on=timezone.localdate(document.arrived_at),
        )


def _end(
    document: EpuapDocument,
    state: str,
    *,
    reasons: list[Doubt] | list[str],
    reading: Reading | None = None,
    recipient: Recipient | None = None,
    by: User | None = None,
) -> None:
    """Write down what became of a document; raises AlreadyDecided where it moved meanwhile."""
    with transaction.atomic():
        row = EpuapDocument.objects.select_for_update(of=("self",)).get(pk=document.pk)
        if row.state != document.state:
            raise AlreadyDecided(row)
        row.state, row.reasons, row.decided_by = state, [str(code) for code in reasons], by
        row.purpose, row.signed_at = document.purpose, document.signed_at
        row.recipient = recipient or row.recipient
        row.ended_at = None if state == State.REVIEW else timezone.now()
        gone = recipient is not None and recipient.state == Recipient.State.ERASED
        if gone:
            row.forget(timezone.now())
        elif reading is not None:
            row.reading = reading
        row.save()
        detail: dict[str, object] = {"purpose": row.purpose, "reasons": row.reasons}
        if row.recipient_id:
            detail["recipient"] = row.recipient_id
        audit.record(f"epuap_document.{state}", row, by=by, detail=detail)


def accept(document: EpuapDocument, *, by: User, onto: Recipient | None = None) -> Recipient | None:
    """Carry out what a clerk looked at, for `onto` where they chose a person; returns whom of the
    register it was about.

    Raises AlreadyDecided, Doubtful where it still cannot be done, and ValueError where nobody
    proved who asks.
    """
    _refuse_decided(document)
    if not may_accept(document):
        raise ValueError("Nobody proved who asks for this.")
    case = Case(document, document.reading, document.arrival, document.purpose, by=by, onto=onto)
    try:
        return _carry_out(case).recipient
    except TooEarly:
        raise Doubtful(Doubt.UNKNOWN_PERSON) from None


def may_accept(document: EpuapDocument) -> bool:
    return document.state == State.REVIEW and not any(is_final(code) for code in document.reasons)


def keep(document: EpuapDocument, *, by: User) -> None:
    """The consents were taken over; the data of the register stay. Raises AlreadyDecided."""
    _refuse_decided(document)
    if not may_keep(document):
        raise ValueError("Nothing of this document has been carried out yet.")
    _end(document, State.DONE, reasons=list(document.reasons), by=by)


def may_keep(document: EpuapDocument) -> bool:
    return document.state == State.REVIEW and document.reasons == [Doubt.DATA_DIFFER]


def refuse(document: EpuapDocument, *, by: User, reason: str) -> None:
    """Do nothing and say why, to the box that the document came from. Raises AlreadyDecided."""
    _refuse_decided(document)
    with transaction.atomic():
        answers.post(document, document.arrival, None, answers.refused(reason))
        _close_request(document, by, reason)
        _end(document, State.REFUSED, reasons=list(document.reasons), by=by)


def _close_request(document: EpuapDocument, by: User, reason: str) -> None:
    reading = document.reading
    kind = KIND_OF.get(document.purpose, document.purpose)
    if reading is None or not reading.pesel:
        return
    waiting = RightsRequest.objects.open().filter(
        recipient__pesel_token=reading.pesel, kind=kind, how=RightsRequest.How.EPUAP
    )
    for request in waiting:
        requests.close(request, by=by, outcome=RightsRequest.Outcome.REFUSED, answer=reason)


def read_again(document: EpuapDocument, *, by: User) -> None:
    """Back to the worker: a form was mapped, a certificate pinned. Raises AlreadyDecided."""
    _refuse_decided(document)
    with transaction.atomic():
        row = EpuapDocument.objects.select_for_update(of=("self",)).get(pk=document.pk)
        if row.state != State.REVIEW:
            raise AlreadyDecided(row)
        row.state, row.tries, row.due_at = State.WAITING, 0, timezone.now()
        row.save(update_fields=["state", "tries", "due_at"])
        audit.record("epuap_document.read_again", row, by=by)


def _refuse_decided(document: EpuapDocument) -> None:
    if document.state != State.REVIEW:
        raise AlreadyDecided(document)
