"""From a signed form of ePUAP to the request that it makes, and the word that goes back to its box.

The signature proves who asks: PESEL of the signature, of the form and of the sender are the same
(recipients.epuap.wishes.disagreements). The applicant need not be in the register.
"""

import uuid
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from conversations.models import AccessRequest
from icp.encryption import canon
from messaging.epuap import answers
from messaging.epuap.steps import Case, Done
from recipients.correspondence.telling import Words
from recipients.epuap import registration, wishes
from recipients.epuap.doubts import Doubt, Doubtful
from recipients.models import Reading
from recipients.models.epuap_forms import EpuapForm
from recipients.people import moves

from . import filing
from .filing import Application
from .filing_forms import ApplicantsForm

PURPOSE = EpuapForm.Purpose.ACCESS
Basis, Form, Identity = AccessRequest.Basis, AccessRequest.Form, AccessRequest.Identity
# As the form in docs/epuap/ calls them, folded; our own names, too.
BASES = {
    "zarzadzenie 308/18": Basis.ORDER,
    "art. 15 rodo": Basis.GDPR,
    Basis.ORDER.value: Basis.ORDER,
    Basis.GDPR.value: Basis.GDPR,
}
FORMS = {
    "odsluchanie lub odczytanie": Form.SUPERVISED,
    "transkrypcja": Form.TRANSCRIPT,
    "kopia": Form.COPY,
} | {one.value: one for one in Form}
# The questions of ApplicantsForm that a signed form answers under the same name.
_SAME = ("first_name", "last_name", "email", "conversation_time", "justification", "needs")
# Where a question of ours is called otherwise in a form of ePUAP.
_IN_FORM = {"phone": "called_from"}


class SignedForm(ApplicantsForm):
    """The answers of a signed form; where its box is known, letters need no postal address."""

    def __init__(self, case: Case) -> None:
        super().__init__(_answers(case))
        self.fields["address"].required = not _box(case)

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong, by the names of recipients.models.epuap_forms.FIELDS."""
        return {
            _IN_FORM.get(name, name): " ".join(str(one) for one in said)
            for name, said in self.errors.items()
        }


def carry_out(case: Case) -> Done:
    """File what the form asks for and tell its number; the caller holds a transaction.

    A clerk who accepts a document files it with what can be read; the rest is asked for in the
    request. Raises Doubtful naming the fields.
    """
    wishes.refuse_several(case.reading)
    form = SignedForm(case)
    if not form.is_valid() and not case.accepted:
        raise Doubtful(Doubt.FIELDS, problems=form.problems)
    known = registration.holder_of(case.reading.pesel)
    person = moves.locked(known.pk) if known else None
    row = filing.file(_application(case, form), case.by)
    # Nobody of the register is behind this answer: the case goes on when an account ends.
    answers.post(case.document, case.arrival, None, _filed(row))
    return Done(person)


def _application(case: Case, form: SignedForm) -> Application:
    told = form.cleaned_data
    return Application(
        applicant=form.applicant,
        channel=AccessRequest.Channel.EPUAP,
        basis=told.get("basis") or Basis.ORDER,
        requested_form=told.get("requested_form") or Form.SUPERVISED,
        identity=Identity.EPUAP if _proven(case) else Identity.NONE,
        received_at=_received(case),
        reference=str(case.document.pk),
        form_key=_key(case),
    )


def _proven(case: Case) -> bool:
    """Whether all agree who asks; where a clerk let something pass, the procedure asks for it anew."""
    return not wishes.disagreements(case.reading, case.arrival)


def _box(case: Case) -> str:
    """Where letters of the case may go: not to the box of somebody else than the signer."""
    return wishes.box_of(case.arrival) if _proven(case) else ""


def _received(case: Case) -> datetime:
    """When the office's box got it, not when it was fetched from there (RODO art. 12 (3))."""
    arrived: datetime = case.document.arrived_at
    sent = case.arrival.sent_at
    return min(sent, arrived) if sent else arrived


def _key(case: Case) -> uuid.UUID:
    return uuid.uuid5(case.document.uid, "application")


def _answers(case: Case) -> dict[str, object]:
    """The form's fields as ApplicantsForm asks for them."""
    reading = case.reading
    given = {name: wishes.only(reading, name) for name in _SAME}
    basis, wanted = wishes.only(reading, "basis"), wishes.only(reading, "requested_form")
    return given | {
        "form_key": _key(case),
        "first_name": given["first_name"] or reading.first_name,
        "last_name": given["last_name"] or reading.last_name,
        "address": _address(reading),
        "epuap": _box(case),
        "phone": wishes.only(reading, "called_from"),
        "conversation_on": wishes.only(reading, "conversation_on")[:10],
        "about": _about(reading),
        "basis": BASES.get(canon.fold(basis), basis),
        "requested_form": FORMS.get(canon.fold(wanted), wanted),
    }


def _address(reading: Reading) -> str:
    """In two lines, as on an envelope; nothing where there is no street."""
    street, house, flat, postal_code, town = (wishes.only(reading, name) for name in wishes.ADDRESS)
    number = "/".join(part for part in (house, flat) if part)
    return f"{street} {number}\n{postal_code} {town}" if street else ""


def _about(reading: Reading) -> str:
    """What it was about, behind whether it was a call or a chat."""
    about, talk = wishes.only(reading, "about"), wishes.only(reading, "talk")
    return f"{talk}: {about}" if talk and about else about


def _filed(row: AccessRequest) -> Words:
    """The number, the day that counts, the last day of the answer (order 308/18, § 4.2; RODO art. 12)."""
    facts = {
        "number": row.number,
        "day": date_format(timezone.localdate(row.received_at), "j E Y"),
        "last": date_format(row.deadline, "j E Y"),
    }
    held = _("What it may be about is not deleted until the case is closed.")
    unknown = _(
        "We have not found the conversation by what you wrote yet. We will look for it, and write to"
        " you if we need to know more."
    )
    proven = _("Your signature proves who you are; you need not do it again.")
    return answers.letter(
        _("Your application %(number)s was registered") % facts,
        _("Your application was registered as %(number)s.") % facts,
        _(
            "Your application to hear a call or to read a chat came on %(day)s and was registered as"
            " %(number)s."
        )
        % facts,
        _("We will answer by %(last)s.") % facts,
        proven if row.identity == Identity.EPUAP else "",
        held if row.holds.exists() else unknown,
    )
