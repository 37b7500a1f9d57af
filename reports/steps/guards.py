"""What a move asks for: each guard answers with the code of what is missing, or with nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module.models import Unit
from reports.models import AnswerTemplate, OutsideBody, Reason, Report, State

from .acting import Actor

DISPUTE_DAYS = 30  # after closing
CONFIRM_DAYS = 14  # after "done": how long the app asks whether it is repaired

WORDS: Mapping[str, str | Promise] = {
    "no_such_way": _("The report has moved on meanwhile: this is not possible any more."),
    "not_yours": _("You cannot do this with this report."),
    "unit_missing": _("Choose the unit that is in charge."),
    "unit_closed": _("This unit is closed. Choose another one."),
    "question_missing": _("Write what you want to know from the reporter."),
    "day_missing": _("Choose the day the work is planned for."),
    "day_past": _("Choose today or a later day."),
    "outside_missing": _("Choose to whom the report is forwarded."),
    "outside_has_no_contact": _(
        "This body has no address: add an e-mail, an ePUAP box, a telephone or a postal address."
    ),
    "back_on_missing": _("Choose the day by which you expect an answer."),
    "public_note_missing": _("Write what was done, in words for the reporter."),
    "proof_missing": _(
        "Add a photo or the number of the work order, or write why there is neither."
    ),
    "reason_missing": _("Choose why nothing is done."),
    "lead_missing": _("Choose the report that this one belongs to."),
    "lead_is_itself": _("A report cannot belong to itself. Choose another one."),
    "lead_is_duplicate": _("That report belongs to another one itself. Choose the first of them."),
    "lead_is_gone": _("That report was withdrawn or is not confirmed. Choose another one."),
    "leads_others": _("Other reports were joined to this one, so that it cannot be joined itself."),
    "dispute_late": _(
        "Thirty days have passed since the report was closed. Please make a new report."
    ),
    "words_or_photo_missing": _("Write what is still wrong, or add a photo."),
    "closed_by_you": _("You closed this report: another person has to decide about the dispute."),
    "closed_by_them": _("They closed this report: another person has to decide about the dispute."),
    "not_theirs": _("They cannot handle this report. Choose somebody else, or another unit first."),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a move is given. `back_on`: until when an answer is expected (asked, forwarded)."""

    public_text: str = ""
    internal_text: str = ""
    template: AnswerTemplate | None = None
    unit: Unit | None = None
    reason: str = ""  # Reason
    outside: OutsideBody | None = None
    # Forwarded: write to the body ourselves, with `letter_note`; else somebody prints the letter or calls.
    by_letter: bool = True
    letter_note: str = ""
    back_on: date | None = None
    scheduled_on: date | None = None
    lead: Report | None = None
    photos: tuple[UUID, ...] = ()  # of photos that wait for a report, see reports.pictures.photos
    work_order: str = ""
    without_proof: str = ""  # why there is neither photo nor work order; staff only read it


class NotAllowed(Exception):
    """The move is refused; `code` is a key of WORDS and `str` its sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return str(WORDS[self.code])


Guard = Callable[[Report, Actor, Wish], str]


def _unit(row: Report, _by: Actor, wish: Wish) -> str:
    unit = wish.unit or row.unit
    if unit is None:
        return "unit_missing"
    return "unit_closed" if unit.closed_at is not None else ""


def _question(_row: Report, _by: Actor, wish: Wish) -> str:
    return "" if wish.public_text else "question_missing"


def _day(_row: Report, _by: Actor, wish: Wish) -> str:
    if wish.scheduled_on is None:
        return "day_missing"
    return "day_past" if wish.scheduled_on < timezone.localdate() else ""


def _outside(_row: Report, _by: Actor, wish: Wish) -> str:
    body = wish.outside
    if body is None or body.closed_at is not None:
        return "outside_missing"
    contact = body.contact
    known = contact.email or contact.epuap or contact.phone or contact.address
    return "" if known else "outside_has_no_contact"


def _back_on(_row: Report, _by: Actor, wish: Wish) -> str:
    if wish.back_on is None:
        return "back_on_missing"
    return "day_past" if wish.back_on < timezone.localdate() else ""


def _public_note(_row: Report, _by: Actor, wish: Wish) -> str:
    return "" if wish.public_text else "public_note_missing"


def _proof(_row: Report, _by: Actor, wish: Wish) -> str:
    proof = wish.photos or wish.work_order.strip() or wish.without_proof.strip()
    return "" if proof else "proof_missing"


def _reason(_row: Report, _by: Actor, wish: Wish) -> str:
    return "" if wish.reason in Reason.values else "reason_missing"


def _lead(row: Report, _by: Actor, wish: Wish) -> str:
    if wish.lead is None:
        return "lead_missing"
    if wish.lead.pk == row.pk:
        return "lead_is_itself"
    lead = Report.objects.get(pk=wish.lead.pk)  # locked by moves.move
    if lead.state == State.DUPLICATE:
        return "lead_is_duplicate"
    if lead.state in {State.AWAITING, State.WITHDRAWN} or lead.forgotten_at is not None:
        return "lead_is_gone"
    return "leads_others" if row.duplicates.exists() else ""


def _in_time(row: Report, _by: Actor, _wish: Wish) -> str:
    if row.closed_at is None:
        return "no_such_way"
    late = timezone.now() - row.closed_at > timedelta(days=DISPUTE_DAYS)
    return "dispute_late" if late else ""


def _words_or_photo(_row: Report, _by: Actor, wish: Wish) -> str:
    return "" if wish.public_text or wish.photos else "words_or_photo_missing"


def _another_person(row: Report, by: Actor, _wish: Wish) -> str:
    same = by.user is not None and row.closed_by_id == by.user.pk
    return "closed_by_you" if same else ""


GUARDS: Mapping[str, Guard] = {
    "unit": _unit,
    "question": _question,
    "day": _day,
    "outside": _outside,
    "back_on": _back_on,
    "public_note": _public_note,
    "proof": _proof,
    "reason": _reason,
    "lead": _lead,
    "in_time": _in_time,
    "words_or_photo": _words_or_photo,
    "another_person": _another_person,
}
