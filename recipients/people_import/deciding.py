"""From a proposal of an import to a corrected card, or to a card that stays as it was."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import User
from consents import granting, numbering
from consents.models import Topic
from recipients.account import rights
from recipients.contacts import permissions
from recipients.forms import merging
from recipients.models import CONTACT_KINDS, ImportProposal, PeopleImport, Recipient
from recipients.people import moves, particulars
from recipients.people.particulars import RegistrationData

from . import comparing
from .columns import FIELDS, KIND_NAMES

State = ImportProposal.State
# The fields of a card in the order of the page; telephone and e-mail are called as on forms.
LABELS = {"phone" if name == "sms" else name: label for name, label in FIELDS.items()}
AT_ONCE = 200  # proposals that one click decides


@dataclass(slots=True)
class Outcome:
    """How many were decided, and in words why others were not."""

    done: int = 0
    refusals: list[str] | None = None

    def refuse(self, identifier: str, reason: str) -> None:
        self.refusals = [*(self.refusals or []), f"{identifier}: {reason}"]


def proposed(proposal: ImportProposal, before: RegistrationData) -> RegistrationData:
    """The particulars as they would be: what the file does not say stays as it is now."""
    said = proposal.proposed
    identity = said.identity
    row = RegistrationData(
        first_name=identity.first_name,
        last_name=identity.last_name,
        second_name=identity.second_name,
        birth_date=identity.birth_date,
        sex=identity.sex,
        pesel=identity.pesel,
        address=said.address,
        contacts=said.contacts,
        guardian=said.guardian,
        language=said.language,
    )
    return comparing.merged(before, row)


def lines(proposal: ImportProposal) -> list[tuple[str, object, object]]:
    """What differs, for the eye: the field, here, in the file."""
    before = particulars.of(proposal.recipient)
    here = merging.words_of(before)
    there = merging.words_of(proposed(proposal, before))
    found = [
        (str(LABELS[name]), here.get(name, ""), there.get(name, ""))
        for name in LABELS
        if here.get(name, "") != there.get(name, "")
    ]
    missing = proposal.proposed.consents & ~proposal.recipient.consents
    if missing:
        found.append((str(comparing.FIELDS["consents"]), "", _topics(missing)))
    return found


def _topics(bits: int) -> str:
    """The topics and channels of these bits in words."""
    found = [
        f"{topic.name} ({', '.join(str(KIND_NAMES[kind]) for kind in kinds)})"
        for topic in Topic.objects.all()
        if (kinds := [kind for kind in CONTACT_KINDS if permissions.may(bits, topic.bit, kind)])
    ]
    return ", ".join(found)


def accept(proposals: Iterable[ImportProposal], *, by: User) -> Outcome:
    """Take over what the file says; each in a transaction of its own."""
    outcome = Outcome()
    for proposal in proposals:
        try:
            with transaction.atomic():
                outcome.done += _accept(proposal, by)
        except (moves.CannotMove, granting.CannotConsent) as refusal:
            outcome.refuse(proposal.recipient.identifier, str(refusal))
        except moves.StaleRevision:
            outcome.refuse(
                proposal.recipient.identifier, _("Somebody saved the card meanwhile. Look again.")
            )
        except ValidationError as error:
            outcome.refuse(proposal.recipient.identifier, " ".join(error.messages))
    return outcome


def _accept(proposal: ImportProposal, by: User) -> bool:
    if not _close(proposal, State.ACCEPTED, by):
        return False
    person = Recipient.objects.get(pk=proposal.recipient_id)
    before = particulars.of(person)
    after = proposed(proposal, before)
    if comparing.differing(before, after, 0, 0):
        day = date_format(proposal.people_import.created_at, "d.m.Y")
        rights.correct(
            person,
            after,
            by=by,
            reason=_("Import of a file on %(day)s, row %(row)s")
            % {"day": day, "row": proposal.row},
            revision=person.revision,
            asked=(rights.Kind.UPDATE, ""),
        )
    _agree(proposal, person, by)
    return True


def _agree(proposal: ImportProposal, person: Recipient, by: User) -> None:
    """What the papers prove counts at once; else there is a form to sign."""
    missing = proposal.proposed.consents & ~person.consents
    if not missing:
        return
    if proposal.people_import.arrive == PeopleImport.Arrive.PENDING:
        numbering.form_for(person, person.consents | missing, by=by)
        return
    for topic in Topic.objects.all():
        for kind in CONTACT_KINDS:
            if permissions.may(missing, topic.bit, kind):
                granting.grant(person, topic, kind, how="paper", by=by)


def reject(proposals: Iterable[ImportProposal], *, by: User) -> Outcome:
    """Leave the cards as they are."""
    outcome = Outcome()
    for proposal in proposals:
        with transaction.atomic():
            outcome.done += _close(proposal, State.REJECTED, by)
    return outcome


def _close(proposal: ImportProposal, state: str, by: User) -> bool:
    """False where a colleague decided first."""
    mine = ImportProposal.objects.filter(pk=proposal.pk, state=State.OPEN)
    if not mine.update(state=state, decided_at=timezone.now(), decided_by=by):
        return False
    audit.record(
        "people_import.decided",
        proposal.recipient,
        by=by,
        detail={
            "import": proposal.people_import_id,
            "row": proposal.row,
            "decision": state,
            "fields": proposal.fields,
        },
    )
    return True
