"""From the code of what stands against a step to a sentence that says what to do."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conversations.models import AccessRequest

WORDS: Mapping[str, str | Promise] = {
    "no_such_way": _("The request has moved on meanwhile: this is not possible any more."),
    "not_yours": _("You cannot do this with this request."),
    "identity_missing": _(
        "The applicant’s identity is not proven. Look at a document at the counter, send a code to the"
        " calling number, or note the trusted signature."
    ),
    "identity_how": _("Choose how the identity was proven."),
    "identity_otherwise": _(
        "Under the order, identity is proven at the counter, by a trusted signature or by a code to"
        " the calling number."
    ),
    "nothing_matched": _("No conversation is chosen. Find it and add it to the request."),
    "matched_is_gone": _(
        "This conversation was deleted for good. Close the request with a letter."
    ),
    "units_differ": _(
        "The conversations belong to different units: only one head can give the opinion. Make a"
        " request for each unit."
    ),
    "caller_unknown": _(
        "The caller’s number is not known: under § 4.7 of the order this call cannot be heard."
    ),
    "caller_differs": _(
        "The call came from another number than the applicant gave. Ask the applicant, or choose"
        " another conversation."
    ),
    "hold_missing": _("The conversation is not held: it could be deleted meanwhile. Add it anew."),
    "opinions_missing": _(
        "Both opinions have to be there first: the data protection officer’s and that of the unit’s head"
        " (§ 4.3)."
    ),
    "opinion_not_asked": _("No opinion is waited for here. It may have been given already."),
    "opinion_not_yours": _("This opinion is given by somebody else."),
    "verdict_missing": _("Choose one of the answers."),
    "opinion_empty": _("Write why."),
    "conflict": _(
        "You had this conversation yourself, so that somebody else has to act here: your deputy."
    ),
    "givers_missing": _("Choose whose opinion is to be given once more."),
    "against_opinion": _("The decision goes against an opinion: write why."),
    "form_missing": _("Choose how access is given."),
    "segments_missing": _("Write which parts are given."),
    "segments_strange": _("These parts belong to a conversation that the request is not about."),
    "segments_wrong": _("A part has to end after its beginning and within the recording."),
    "ground_missing": _("Choose the ground of the refusal."),
    "ground_of_order": _(
        "This ground stands in the order only: a request under art. 15 RODO needs no reasons and no"
        " number. Choose another ground."
    ),
    "law_missing": _("Write the law that the refusal rests on."),
    "reasons_missing": _("Write the reasons."),
    "not_granted": _("Access was not granted."),
    "not_for_hearing": _("The decision gives a transcript or a copy: there is nothing to attend."),
    "not_for_handing_over": _("The decision gives a hearing in the office: set a day for it."),
    "place_missing": _("Write the place."),
    "slot_wrong": _("The listening has to end after its beginning."),
    "slot_past": _("Choose a time ahead."),
    "supervisors_few": _("Choose more designated persons: § 4.6 wants them to be present."),
    "supervisor_not_named": _(
        "Somebody of those chosen is not designated for that day. Choose somebody else, or let the"
        " Director designate them."
    ),
    "no_appointment": _("No appointment is set."),
    "not_the_time": _(
        "A listening may begin half an hour before its time at the earliest and half an hour after its"
        " end at the latest."
    ),
    "supervisors_absent": _("Not all designated persons have checked in."),
    "applicant_not_there": _("Note first that the applicant is there and which document you saw."),
    "slot_ahead": _("The appointment has not begun yet."),
    "absent_before": _("The applicant was absent before: the request is closed now."),
    "absent_once": _("The applicant was not absent before: offer another day."),
    "note_missing": _("Write a few words for the case file."),
    "reason_missing": _("Choose the reason."),
    "letter_not_sent": _("The letter has to go out first: mark how and when it was sent."),
    "copy_missing": _("Make the copy or the transcript first: it is what is handed over."),
    "completion_runs": _("The applicant still has time to answer the call for completion."),
    "no_mobile": _("No text message can reach this number: prove the identity at the counter."),
    "codes_many": _("Enough codes went to this number today. Prove the identity at the counter."),
    "extended_before": _("The time was extended already; it cannot be extended again."),
    "month_over": _("The time can only be extended within the first month (RODO art. 12 (3))."),
}


class NotAllowed(Exception):
    """The step is refused; `code` is a key of WORDS and `str` its sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return str(WORDS[self.code])


class Stale(Exception):
    """Somebody changed the request after it was shown; `current` is what stands in the database."""

    def __init__(self, current: AccessRequest) -> None:
        super().__init__("the request was changed by somebody else")
        self.current = current
