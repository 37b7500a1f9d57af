"""From recordings that wait, deletions that are due and calls nobody ended to one job that does it all.

The job runs in Celery and in the dispatcher alike; connections to Twilio must not hold up the clock.
"""

import uuid

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from admin_module.configuration import VoiceGateway, read
from recipients import jobs
from recipients.models import Job, OfficeFile

from . import checking, disposing, fetching

JOB = "voice_work"
MAY = "conversations.manage_exchange"


def order_when_due() -> None:
    """Leave a job where there is something to do and none under way; every half a minute, and on news."""
    if not anything_due() or Job.objects.filter(turn=JOB, state__in=Job.OPEN).exists():
        return
    try:
        jobs.order(JOB, by=None, form_key=uuid.uuid4())
    except jobs.AlreadyUnderWay:
        return


def anything_due() -> bool:
    if not read(VoiceGateway).is_on:
        return False
    return (
        fetching.due().exists()
        or disposing.due().exists()
        or checking.unheard_of().exists()
        or checking.is_due()
    )


def do(work: jobs.Work) -> OfficeFile | None:
    """Until nothing is due any more; each piece is claimed, so that repeating it does nothing twice."""
    done, before = 0, -1
    while done != before:
        before = done
        for part in (checking.end_unheard_of, fetching.fetch_due, disposing.delete_due):
            for did in part():
                done += did
                work.step(done)
    if checking.is_due():
        checking.look()
    return None


KIND = jobs.Kind(
    name=JOB,
    label=_("Recordings at Twilio: fetching and deleting"),
    permission=MAY,
    do=do,
    alone=True,
    things=pgettext_lazy("so many of all", "steps"),
    page="voice-list",
)
