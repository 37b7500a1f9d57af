"""From the day an application came to the day by which it is answered, and to what is due before."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module.configuration import CustomerOffice, read
from conversations.models import AccessRequest, Step
from icp.days import months_after, working_days_after

from .grounds import completion_day


def due_on(received: date) -> date:
    """A month later (RODO art. 12 (3)); a day free from work does not end it (Reg. 1182/71, art. 3 (4))."""
    return working_days_after(months_after(received, 1), 0)


@dataclass(frozen=True, slots=True)
class Deadline:
    words: str | Promise
    day: date

    @property
    def late(self) -> bool:
        return self.day < timezone.localdate()


def of_step(request: AccessRequest) -> Deadline | None:
    """The office's own term for the step at which the request stands (settings CustomerOffice)."""
    since = timezone.localdate(request.step_since)
    terms = read(CustomerOffice)
    step = Step(request.step)
    if step in (Step.SUBMITTED, Step.CHECKING):
        return Deadline(_("checked by"), working_days_after(since, terms.verify_working_days))
    if step == Step.COMPLETION:
        return Deadline(_("applicant’s answer by"), completion_day(since))
    days = {
        Step.OPINIONS: (_("opinions by"), terms.opinion_days),
        Step.DECISION: (_("decision by"), terms.decision_days),
        Step.GRANTED: (_("appointment by"), terms.appointment_days),
    }
    if step not in days:
        return None
    words, count = days[step]
    return Deadline(words, working_days_after(since + timedelta(days=count), 0))
