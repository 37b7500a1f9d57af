"""From an action of the procedure to its page: its address, its words, its form."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .grant_form import GrantForm
from .slot_form import SlotForm
from .step_forms import (
    AskAgainForm,
    CompletionForm,
    ExtendForm,
    IdentityForm,
    NoteForm,
    NotFoundForm,
    OpinionForm,
    RefuseForm,
    StepForm,
)


@dataclass(frozen=True, slots=True)
class StepPage:
    """`what`: one sentence on what happens then; `main`: the step that a case usually takes next."""

    slug: str
    label: str | Promise
    icon: str
    what: str | Promise
    form: type[StepForm] = StepForm
    main: bool = False
    danger: bool = False


PAGES: Mapping[str, StepPage] = {
    "check": StepPage(
        "sprawdzenie", _("Begin checking"), "list-checks",
        _("Identity is proven, the conversation is found."), main=True,
    ),
    "prove_identity": StepPage(
        "tozsamosc", _("Note the identity"), "id-card",
        _("Say how the applicant proved who they are."), IdentityForm,
    ),
    "call_for_completion": StepPage(
        "wezwanie", _("Call for completion"), "mail",
        _("A letter asks the applicant for what is missing; they have seven days."), CompletionForm,
    ),
    "completed": StepPage(
        "uzupelnienie", _("The applicant has answered"), "circle-check",
        _("Checking goes on."), main=True,
    ),
    "close_uncompleted": StepPage(
        "bez-rozpoznania", _("Close: not completed"), "archive",
        _("The time for an answer is over. A letter says that the case is closed."), danger=True,
    ),
    "write_not_found": StepPage(
        "brak-nagrania", _("There is no such recording"), "file-text",
        _("A letter is written. Once it went out, the case can be closed."), NotFoundForm,
    ),
    "close_not_found": StepPage(
        "zamkniecie-brak", _("Close: no recording"), "archive",
        _("The letter went out; nothing more is done."), danger=True,
    ),
    "ask_opinions": StepPage(
        "opinie", _("Ask for both opinions"), "users",
        _("The data protection officer and the head of the unit are asked at once."), main=True,
    ),
    "give_opinion": StepPage(
        "opinia", _("Give the opinion"), "message-square-text",
        _("Without both opinions nothing is decided; silence is no consent (§ 4.3)."),
        OpinionForm, main=True,
    ),
    "ask_again": StepPage(
        "ponowna-opinia", _("Ask for an opinion once more"), "undo-2",
        _("The opinion that was given no longer counts."), AskAgainForm,
    ),
    "grant": StepPage(
        "udostepnienie", _("Grant access"), "circle-check",
        _("A letter says what is given and how."), GrantForm, main=True,
    ),
    "refuse": StepPage(
        "odmowa", _("Refuse"), "ban",
        _("A letter says why, by which law, and where to complain (RODO art. 12 (4))."),
        RefuseForm, danger=True,
    ),
    "close_refused": StepPage(
        "zamkniecie-odmowa", _("Close: refused"), "archive",
        _("The refusal went out in writing (§ 4.5)."), main=True,
    ),
    "set_appointment": StepPage(
        "termin", _("Set the appointment"), "calendar-clock",
        _("The applicant and the designated persons are told (§ 4.4)."), SlotForm, main=True,
    ),
    "move_appointment": StepPage(
        "zmiana-terminu", _("Move the appointment"), "calendar-clock",
        _("A new letter is written; the old appointment is called off."), SlotForm,
    ),
    "cancel_appointment": StepPage(
        "odwolanie-terminu", _("Call the appointment off"), "ban",
        _("The applicant and the designated persons are told; a new day has to be set."),
        NoteForm, danger=True,
    ),
    "prepare_handover": StepPage(
        "wydanie", _("Prepare the handing over"), "file-text",
        _("A covering letter is written."), main=True,
    ),
    "hand_over": StepPage(
        "wydano", _("Close: handed over"), "archive",
        _("The letter with the transcript or the copy went out or was collected."), main=True,
    ),
    "extend": StepPage(
        "przedluzenie", _("Extend the time"), "clock",
        _("To three months from the day it came, told within the first month (RODO art. 12 (3))."),
        ExtendForm,
    ),
    "withdraw": StepPage(
        "wycofanie", _("Withdrawn by the applicant"), "archive",
        _("The case is closed; write how the applicant told you."), NoteForm, danger=True,
    ),
}  # fmt: skip
BY_SLUG: Mapping[str, str] = {page.slug: name for name, page in PAGES.items()}
# Under which field the sentence of a guard stands.
FIELD_OF: Mapping[str, str] = {
    "identity_how": "how", "identity_otherwise": "how", "verdict_missing": "verdict",
    "opinion_empty": "text", "opinion_not_yours": "giver", "givers_missing": "givers",
    "against_opinion": "reasons", "form_missing": "form", "ground_missing": "ground",
    "ground_of_order": "ground", "law_missing": "legal_basis", "reasons_missing": "reasons",
    "place_missing": "place", "slot_wrong": "ends", "slot_past": "day",
    "supervisors_few": "supervisors", "supervisor_not_named": "supervisors",
    "note_missing": "note", "reason_missing": "code",
}  # fmt: skip
