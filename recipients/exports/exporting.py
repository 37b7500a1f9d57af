"""From an order with a reason to a sealed file of people that ends by itself, and to its early end.

Whoever is erased is in no file any more: an export that is ready ends with them, and one that is being
made begins anew.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from admin_module import audit
from admin_module.models import User
from recipients import jobs
from recipients.filtering import audience, filters
from recipients.models import Export, ExportOrder, Job, OfficeFile, Recipient, bits_of, living

from . import exported_columns, exported_tables

KIND = "people_export"
CHUNK = 1000  # people
MOST_TRIES = 5
STALE = "stale"
ALL, PEOPLE = "all", "people"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form says. `whom` as in Export.whom; `people` only where that is "people"."""

    whom: str
    words: str
    columns: Sequence[str]
    layout: str
    reason: str
    people: tuple[int, ...] = field(default=(), repr=False)


def order(wanted: Wanted, *, by: User, form_key: uuid.UUID) -> Job:
    """Leave the job that makes the file; asking twice with the same key gives the same one."""
    with transaction.atomic():
        job = jobs.order(KIND, by=by, form_key=form_key)
        if Export.objects.filter(job=job).exists():
            return job
        export = Export.objects.create(
            job=job,
            whom=wanted.whom,
            layout=wanted.layout,
            columns=list(wanted.columns),
            order=ExportOrder(wanted.reason, wanted.words, wanted.people),
        )
        audit.record(
            "export.ordered",
            export,
            by=by,
            detail={"whom": wanted.whom, "columns": list(wanted.columns), "layout": wanted.layout},
            reason=wanted.reason,
        )
    return job


def ids(whom: str, people: Sequence[int], by: User) -> list[int]:
    """Primary keys of those meant, as far as they are `by`'s to see and not gone, in order."""
    visible = living(by)
    kind, _colon, value = whom.partition(":")
    if kind == "state":
        visible = visible.filter(state=value)
    elif kind == PEOPLE:
        visible = visible.filter(pk__in=people)
    elif kind == "group":
        members = set(audience.resolve(filters.Groups((int(value),))).tolist())
        return [pk for pk in _keys(visible) if pk in members]
    return list(_keys(visible))


def _keys(people: QuerySet[Recipient]) -> Iterator[int]:
    keys: Iterator[int] = people.order_by("pk").values_list("pk", flat=True).iterator()
    return keys


def _do(work: jobs.Work) -> OfficeFile | None:
    """Write the file; anew where somebody who is in it was erased meanwhile."""
    export = Export.objects.get(job=work.job)
    for _try in range(MOST_TRIES):
        found = ids(export.whom, export.order.people, work.by)
        # Committed before anybody is read: an erasure from now on finds this export.
        Export.objects.filter(pk=export.pk).update(
            people=bits_of(found), number=len(found), stale=False
        )
        file = _write(export, found, work)
        if not Export.objects.filter(pk=export.pk, stale=True).exists():
            work.job.counts = {"people": len(found)}
            return file
        file.forget()
    raise jobs.Failed(STALE)


def _write(export: Export, found: Sequence[int], work: jobs.Work) -> OfficeFile:
    heads = [exported_columns.COLUMNS[name].label for name in export.columns]
    rows = _rows(export, found, work)
    return exported_tables.keep(str(_("Recipients")), heads, rows, export.layout, by=work.by)


def _rows(
    export: Export, found: Sequence[int], work: jobs.Work
) -> Iterator[Sequence[exported_columns.Cell]]:
    around = exported_columns.Surroundings.seen_by(work.by)
    work.step(0, len(found))
    for start in range(0, len(found), CHUNK):
        part = found[start : start + CHUNK]
        for person in exported_columns.opened(part, export.columns, work.by):
            yield exported_columns.cells(person, export.columns, around)
        work.step(start + len(part))


def end_if_stale(job: Job) -> None:
    """In the transaction of the end: somebody may have been erased after the last look."""
    export = Export.objects.select_for_update(of=("self",)).get(job=job)
    if job.result is None or not export.stale:
        return
    job.result.forget()
    job.result, job.state, job.problem = None, Job.State.FAILED, STALE
    job.save(update_fields=["result", "state", "problem"])


def forget(export: Export, *, by: User) -> bool:
    """End the file before its time; False where it is gone."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=export.job_id)
        if job.result is None:
            return False
        gone = job.result.forget()
        audit.record("export.deleted", export, by=by)
    return gone


def forget_person(person: Recipient) -> None:
    """The person is being erased: no export holds them any more, ready or not."""
    live = Export.objects.filter(Q(job__state__in=Job.OPEN) | Q(job__result__isnull=False))
    for export in live.holding(person.pk).order_by("pk"):
        # The job first, as whoever ends one does.
        job = Job.objects.select_for_update().get(pk=export.job_id)
        Export.objects.filter(pk=export.pk).update(stale=True)
        if job.result is not None:
            job.result.forget()
            audit.record("export.ended_by_erasure", export, by=None)


PEOPLE_EXPORT = jobs.Kind(
    name=KIND,
    label=_("export of people"),
    permission="recipients.export_recipient",
    do=_do,
    after=end_if_stale,
    own=True,
    things=pgettext_lazy("so many of all", "people"),
    counts={"people": _("People in the file")},
    problems={
        STALE: _("Somebody on the list was erased while the file was being made. Order it again."),
    },
    result=_("Download the file"),
    stays=_("Nothing was written."),
    page="export-list",
)
