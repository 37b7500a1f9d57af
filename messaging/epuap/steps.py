"""From a document that was read to what it asks for: one step for each purpose of a form (§§ 5.1, 6.2).

The steps are those of the office's own pages; here they are only asked for, and answered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from admin_module.models import User
from consents import granting
from consents.granting import CannotConsent
from consents.models import Consent
from recipients.account import requests, rights
from recipients.contacts import verification
from recipients.correspondence import answers
from recipients.correspondence.telling import Words
from recipients.epuap import registration, wishes
from recipients.epuap.doubts import Doubt, Doubtful, TooEarly
from recipients.models import Arrival, EpuapDocument, Reading, Recipient, RightsRequest
from recipients.models.epuap_forms import EpuapForm
from recipients.people import duplicates, moves, particulars
from recipients.people.moves import CannotMove
from recipients.people.particulars import RegistrationData
from recipients.values import guardians

from . import answers as epuap_answers

Purpose, Kind, State = EpuapForm.Purpose, RightsRequest.Kind, Recipient.State
HOW = RightsRequest.How.EPUAP
# Of these the last one that was signed holds, whichever came first.
SAME_MATTER: Mapping[str, tuple[str, ...]] = {
    Purpose.CORRECT: (Purpose.CORRECT, Purpose.REGISTER),
    Purpose.SUSPEND: (Purpose.SUSPEND, Purpose.RESUME),
    Purpose.RESUME: (Purpose.SUSPEND, Purpose.RESUME),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A document, what was read in it, and the clerk who decided about it, if one did."""

    document: EpuapDocument
    reading: Reading
    arrival: Arrival = field(repr=False)
    purpose: str
    by: User | None = None
    onto: Recipient | None = None

    @property
    def accepted(self) -> bool:
        """A clerk has seen what is doubtful."""
        return self.by is not None

    @property
    def reason(self) -> str:
        return _("The person’s form by ePUAP, document %(number)d.") % {"number": self.document.pk}


@dataclass(frozen=True, slots=True)
class Done:
    """Who of the register it was about, and what a clerk still has to decide."""

    recipient: Recipient | None
    doubts: tuple[Doubt, ...] = ()


def carry_out(case: Case) -> Done:
    """Do what the document asks for and answer it; the caller holds a transaction.

    Raises Doubtful, and TooEarly where the person may still be on the way to the register.
    """
    # First of all locks, so that two documents never wait for each other.
    duplicates.lock()
    try:
        return STEPS[case.purpose](case)
    except CannotMove:
        raise Doubtful(Doubt.STATE) from None
    except CannotConsent:
        raise Doubtful(Doubt.NO_TEXT) from None


def _register(case: Case) -> Done:
    data = wishes.newcomer(case.reading, case.arrival, lenient=case.accepted)
    if guardians.needed(data.identity().birth_date):
        raise Doubtful(Doubt.CHILD)
    agreed = wishes.wanted(case.reading, data.contacts, lenient=case.accepted)
    row = registration.from_epuap(data, document=case.document.pk, by=case.by, onto=case.onto)
    for topic, kind in agreed:
        granting.grant(row, topic, kind, how=Consent.How.EPUAP, by=case.by)
    row.refresh_from_db()
    kept = particulars.of(row)
    differ = registration.differences(kept, data)
    if differ and case.accepted:
        row = _write(case, row, kept)
    verification.ask_for_codes(row)
    _answer(case, row, epuap_answers.registered())
    return Done(row, (Doubt.DATA_DIFFER,) if differ and not case.accepted else ())


def _view(case: Case) -> Done:
    row = _person(case)
    box = wishes.box_of(case.arrival)
    if not case.accepted and (not box or _other_box(row, box)):
        raise Doubtful(Doubt.BOX_DIFFERS)
    _answer(case, row, epuap_answers.copy_of_data(row))
    requests.fulfil(row, Kind.VIEW, how=HOW, by=case.by)
    return Done(row)


def _other_box(row: Recipient, box: str) -> bool:
    """Whether the register knows a box of the person, and this is not it."""
    known = row.contact_points.filter(kind="epuap").exists()
    return known and not epuap_answers.holds(row, box)


def _correct(case: Case) -> Done:
    row = _person(case)
    _refuse_overtaken(case, row)
    kept = particulars.of(row)
    wish = wishes.correction(kept, case.reading, case.arrival, lenient=case.accepted)
    if not registration.differences(kept, wish):
        requests.fulfil(row, Kind.CORRECT, how=HOW, by=case.by)
        _answer(case, row, epuap_answers.as_it_was())
        return Done(row)
    row = _write(case, row, kept)
    _answer_elsewhere(case, row, answers.corrected())
    return Done(row)


def _write(case: Case, row: Recipient, kept: RegistrationData) -> Recipient:
    """Put what the form says in the place of what is kept."""
    wish = wishes.correction(kept, case.reading, case.arrival, lenient=case.accepted)
    return rights.correct(
        row,
        wish,
        by=case.by,
        reason=case.reason,
        revision=row.revision,
        asked=(Kind.CORRECT, HOW),
    )


def _suspend(case: Case) -> Done:
    row = _person(case)
    _refuse_overtaken(case, row)
    until = wishes.until(case.reading)
    if row.state == State.SUSPENDED:
        if row.state_until == until:
            requests.fulfil(row, Kind.SUSPEND, how=HOW, by=case.by)
            _answer(case, row, epuap_answers.as_it_was())
            return Done(row)
        row = rights.resume(row, by=case.by, how="")
    row = rights.suspend(row, by=case.by, reason=case.reason, until=until, how=HOW)
    _answer_elsewhere(case, row, answers.suspended(until))
    return Done(row)


def _resume(case: Case) -> Done:
    row = _person(case)
    _refuse_overtaken(case, row)
    if row.state == State.ACTIVE:
        requests.fulfil(row, Kind.RESUME, how=HOW, by=case.by)
        _answer(case, row, epuap_answers.as_it_was())
        return Done(row)
    row = rights.resume(row, by=case.by, how=HOW)
    _answer_elsewhere(case, row, answers.resumed())
    return Done(row)


def _delete(case: Case) -> Done:
    row = _person(case)
    _answer_elsewhere(case, row, answers.erased(), stranger=True)
    return Done(rights.erase(row, by=case.by, reason=case.reason, how=HOW))


# An app above adds the step of a purpose of its own (conversations.ties).
STEPS: dict[str, Callable[[Case], Done]] = {
    Purpose.REGISTER: _register,
    Purpose.VIEW: _view,
    Purpose.CORRECT: _correct,
    Purpose.SUSPEND: _suspend,
    Purpose.RESUME: _resume,
    Purpose.DELETE: _delete,
}


def _person(case: Case) -> Recipient:
    """Whom the document is about, held until the transaction ends."""
    known = case.onto or registration.holder_of(case.reading.pesel)
    if known is None:
        raise TooEarly
    return moves.locked(known.pk)


def _refuse_overtaken(case: Case, row: Recipient) -> None:
    """What was signed earlier must not undo what was signed later."""
    if case.accepted or case.document.signed_at is None:
        return
    later = EpuapDocument.objects.filter(
        recipient=row,
        state=EpuapDocument.State.DONE,
        purpose__in=SAME_MATTER[case.purpose],
        signed_at__gt=case.document.signed_at,
    )
    if later.exists():
        raise Doubtful(Doubt.OVERTAKEN)


def _answer(case: Case, row: Recipient, words: Words) -> None:
    epuap_answers.post(case.document, case.arrival, row, words)


def _answer_elsewhere(case: Case, row: Recipient, words: Words, *, stranger: bool = False) -> None:
    """The step told the person at every address in the register; the box may not be one of them.

    `stranger`: by the time the answer leaves, nobody of the register is behind it.
    """
    box = wishes.box_of(case.arrival)
    if box and not epuap_answers.holds(row, box):
        epuap_answers.post(case.document, case.arrival, None if stranger else row, words)
