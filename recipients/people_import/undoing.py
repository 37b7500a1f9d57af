"""From an import that was a mistake to tombstones of those who came by it and were not touched since."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from admin_module import audit
from admin_module.models import User
from consents.models import Consent, ConsentForm
from icp.encryption import folding
from recipients import jobs
from recipients.account import rights
from recipients.lookup.facets import FACETS
from recipients.lookup.names import NAMES
from recipients.models import ImportProposal, Job, PeopleImport, Recipient
from recipients.models.people import RecipientQuerySet

from .lasting import may_be_undone
from .steps import CannotImport, ordered

UNDO = "people_undo"
STEP = 25  # people between two looks whether somebody stopped it


def untouched(order: PeopleImport) -> RecipientQuerySet:
    """Those who came by this import and about whom nobody did anything since."""
    people = Recipient.objects.filter(
        people_import=order, revision=1, state__in=[Recipient.State.PENDING, Recipient.State.ACTIVE]
    )
    ended = order.imported_at or timezone.now()
    touched = Q(pk__in=Consent.objects.filter(at__gt=ended).values("recipient"))
    touched |= Q(pk__in=ConsentForm.objects.filter(received_at__gt=ended).values("recipient"))
    touched |= Q(contact_points__verified_at__isnull=False)
    return people.exclude(touched)


def undo(order: PeopleImport, *, by: User) -> Job:
    """Order that the untouched ones be taken back; raises CannotImport."""
    if not may_be_undone(order):
        raise CannotImport(
            gettext_lazy("An import can be taken back within a day. Erase people one by one now.")
        )
    audit.record("people_import.undo_ordered", order, by=by)
    return ordered(UNDO, order, by, total=untouched(order).count())


def _undo(work: jobs.Work) -> None:
    order = PeopleImport.objects.get(pk=work.job.detail["import"])
    everybody = Recipient.objects.filter(people_import=order).exclude(state__in=Recipient.GONE)
    done = 0
    try:
        while people := list(untouched(order)[:STEP]):
            done += rights.take_back(people, by=work.by)
            work.step(done, max(done, work.job.total))
    finally:
        for kind in (FACETS, NAMES):
            folding.fold(kind)
    work.job.counts = {"taken_back": done, "stayed": everybody.count()}


def _after(job: Job) -> None:
    if job.state == Job.State.DONE:
        order = PeopleImport.objects.get(pk=job.detail["import"])
        order.state = PeopleImport.State.UNDONE
        order.save(update_fields=["state"])
        order.proposals.filter(state=ImportProposal.State.OPEN).delete()


PEOPLE_UNDO = jobs.Kind(
    name=UNDO,
    label=gettext_lazy("taking an import of people back"),
    permission="recipients.import_recipient",
    do=_undo,
    after=_after,
    things=pgettext_lazy("so many of all", "people"),
    counts={
        "taken_back": gettext_lazy("People taken back"),
        "stayed": gettext_lazy("People who stay: something was done about them since"),
    },
    stays=gettext_lazy("People taken back so far are erased, the others stay."),
    page="people-import",
)
