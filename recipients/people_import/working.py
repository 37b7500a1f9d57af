"""From an ordered file to a dry run or an import: chunk after chunk, and the report of both."""

import io
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from admin_module import audit
from consents.models import Topic
from icp.encryption import folding
from recipients import jobs
from recipients.lookup.facets import FACETS
from recipients.lookup.names import NAMES
from recipients.models import ImportProposal, Job, OfficeFile, PeopleImport, Proposed
from recipients.people import duplicates

from . import arriving, comparing
from .checking import WHOLE_ROW, Checker, Row, chunks
from .comparing import Same
from .lasting import may_be_undone
from .reporting import Report, first

CHECK, IMPORT = "people_check", "people_import"
MOST_ROWS = 200_000
# What became of the rows, in the order of the page.
COUNTS = {
    "new": gettext_lazy("New people"),
    "changed": gettext_lazy("Registered people who stand otherwise in the file"),
    "known": gettext_lazy("Registered people, nothing to change"),
    "wrong": gettext_lazy("Refused rows"),
    "empty": gettext_lazy("Empty rows"),
}
New = list[Row]
Changed = list[tuple[Row, Same, Proposed, list[str]]]


class Run:
    """One pass through the file. Without `writes` nothing is kept but the report."""

    def __init__(self, work: jobs.Work, *, writes: bool) -> None:
        self.work, self.writes = work, writes
        orders = PeopleImport.objects.select_related("file", "created_by")
        self.order = orders.get(pk=work.job.detail["import"])
        self.plan = self.order.plan
        topics = list(Topic.objects.visible_to(work.by).open().filter(mandatory=False))
        self.checker = Checker(self.plan, topics)
        self.report = Report(self.plan)
        self.counts: Counter[str] = Counter(dict.fromkeys(COUNTS, 0))

    def go(self) -> OfficeFile | None:
        """Work the file off; returns the report. Raises jobs.Failed, jobs.Stopped."""
        if self.order.file is None:
            raise jobs.Failed("file_gone")
        try:
            source = io.BytesIO(self.order.file.read())
        except FileNotFoundError:
            raise jobs.Failed("file_gone") from None
        done = 0
        for numbered in chunks(source, self.plan):
            if done + len(numbered) > MOST_ROWS:
                raise jobs.Failed("too_many_rows")
            rows = self.checker.read(numbered)
            done += len(rows)
            # A dry run holds up no other writer.
            with transaction.atomic() if self.writes else nullcontext():
                self._chunk([row for row in rows if row.data])
                self.work.step(done, max(done, self.work.job.total))
            self._count(rows)
        self.work.job.total = done
        self.work.job.counts = dict(self.counts)
        return self.report.keep(by=self.work.by)

    def _chunk(self, rows: Sequence[Row]) -> None:
        if self.writes:
            duplicates.lock()
        before = arriving.arrived(self.order, rows) if self.writes else set()
        self.counts["new"] += len(before)
        rest = [row for row in rows if row.number not in before]
        new, changed = self._told_apart(rest)
        self.counts["new"] += len(new)
        self.counts["changed"] += len(changed)
        if self.writes:
            arriving.register(self.order, new, by=self.work.by)
            self._propose(changed)

    def _told_apart(self, rows: Sequence[Row]) -> tuple[New, Changed]:
        """Who is new, and who is known and stands otherwise in the file."""
        new: New = []
        changed: Changed = []
        found = comparing.find([row.data for row in rows if row.data], by=self.work.by)
        for row, same in zip(rows, found, strict=True):
            if row.data is None or same is None:
                new.append(row)
            elif not same.known.is_visible:
                row.refuse(WHOLE_ROW, _("Another unit of the town has registered this person."))
            else:
                known = same.known
                after = comparing.merged(known.data, row.data)
                fields = comparing.differing(known.data, after, known.consents, row.consents)
                if fields:
                    contacts = dict(after.contacts)
                    proposed = Proposed(
                        after.identity(), after.address, contacts, row.consents, after.guardian,
                        after.language,
                    )  # fmt: skip
                    changed.append((row, same, proposed, fields))
                else:
                    self.counts["known"] += 1
        return new, changed

    def _propose(self, changed: Changed) -> None:
        numbers = [row.number for row, *_rest in changed]
        there = set(self.order.proposals.filter(row__in=numbers).values_list("row", flat=True))
        ImportProposal.objects.bulk_create(
            ImportProposal(
                people_import=self.order,
                recipient_id=same.known.recipient_id,
                row=row.number,
                proposed=proposed,
                reason=same.reason,
                fields=fields,
            )
            for row, same, proposed, fields in changed
            if row.number not in there
        )

    def _count(self, rows: Sequence[Row]) -> None:
        for row in rows:
            if row.errors:
                self.counts["wrong"] += 1
                self.report.add(row)
            elif row.is_empty:
                self.counts["empty"] += 1


def _check(work: jobs.Work) -> OfficeFile | None:
    """Look at every row, change nothing."""
    return Run(work, writes=False).go()


def _import(work: jobs.Work) -> OfficeFile | None:
    """Register who is new and propose what differs; a second run adds nothing."""
    try:
        return Run(work, writes=True).go()
    finally:
        # Searches and filters would read so many marked people one by one until then.
        for kind in (FACETS, NAMES):
            folding.fold(kind)


def _after_check(job: Job) -> None:
    if job.state == Job.State.DONE:
        mine = PeopleImport.objects.filter(pk=job.detail["import"], state=PeopleImport.State.DRAFT)
        mine.update(state=PeopleImport.State.CHECKED, counts=job.counts)


def _after_import(job: Job) -> None:
    """The file goes once everybody in it is in; a job that was stopped may be ordered anew."""
    if job.state != Job.State.DONE:
        return
    order = PeopleImport.objects.select_for_update().get(pk=job.detail["import"])
    file = order.file
    PeopleImport.objects.filter(pk=order.pk).update(
        state=PeopleImport.State.IMPORTED,
        counts=job.counts,
        imported_at=timezone.now(),
        file=None,
        revision=F("revision") + 1,
    )
    if file is not None:
        file.forget()
    audit.record("people_import.ended", order, by=None, detail=dict(job.counts))


def _more(job: Job) -> dict[str, object]:
    """What the page of the work, and of the import, says below the counts."""
    order = PeopleImport.objects.filter(pk=job.detail["import"]).first()
    is_newest = order is not None and order.job_id == job.pk
    waiting = order.proposals.filter(state=ImportProposal.State.OPEN).count() if order else 0
    return {
        "refused": first(job.result),
        "order": order if is_newest else None,
        "waiting": waiting,
        "undoable": order is not None and may_be_undone(order),
    }


PROBLEMS = {
    "file_gone": gettext_lazy("The file is not kept any more. Send it again."),
    "too_many_rows": gettext_lazy(
        "The file has more than 200 000 rows. Send it in parts, each with the head."
    ),
}
_SHARED = {
    "permission": "recipients.import_recipient",
    "own": False,
    "things": pgettext_lazy("so many of all", "rows"),
    "counts": COUNTS,
    "warnings": ("wrong",),
    "problems": PROBLEMS,
    "result": gettext_lazy("Download the refused rows"),
    "page": "people-import",
    "template": "recipients/import/_outcome.html",
    "more": _more,
}
PEOPLE_CHECK = jobs.Kind(
    name=CHECK,
    label=gettext_lazy("check of a file of people"),
    do=_check,
    after=_after_check,
    stays=gettext_lazy(
        "Nobody was registered. The file is kept for now; the check may be ordered anew."
    ),
    **_SHARED,  # type: ignore[arg-type]
)
PEOPLE_IMPORT = jobs.Kind(
    name=IMPORT,
    label=gettext_lazy("import of people"),
    do=_import,
    after=_after_import,
    stays=gettext_lazy(
        "People registered so far stay. Go on with the same import: nobody is added twice."
    ),
    **_SHARED,  # type: ignore[arg-type]
)
