"""From an order to a row, and from the row to work that survives its worker.

A job may be begun again from the start at any time: repeating one changes nothing twice.
"""

import csv
import io
import logging
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from itertools import islice

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module import audit
from admin_module.models import User
from icp import csv_files

from . import address_import
from .models import Job, JobSource

log = logging.getLogger(__name__)
# A worker writes every second or so while it works; one that is silent for so long is gone.
SILENCE = timedelta(seconds=60)
MOST_RUNS = 5
COLUMNS = (_("File"), _("Line"), _("What is wrong"), _("Content"))
FILES = {"streets": _("Streets"), "points": _("Houses")}
State, Problem = Job.State, Job.Problem


class Stopped(Exception):
    """Somebody cancelled the job, took it over, or is stopping this process."""


class AlreadyUnderWay(Exception):
    """There is an open job of this kind: two would get into each other's way."""


class Work:
    """One worker's hold on a job; `step` keeps it."""

    def __init__(self, job: Job, stop: threading.Event) -> None:
        self.job, self.stop = job, stop

    def step(self, done: int) -> None:
        """Write down how far it is; raises Stopped where it is not ours any more."""
        if self.stop.is_set() or not self.mine().update(done=done, alive_at=timezone.now()):
            raise Stopped

    def mine(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.job.pk, state=State.RUNNING, runs=self.job.runs)

    def end(self, state: Job.State, problem: str = "", wrong_lines: str | None = None) -> None:
        """Write down the end, and forget the files."""
        with transaction.atomic():
            held = self.mine().select_for_update().first()
            if held is None:
                return
            held.state, held.problem, held.finished_at = state, problem, timezone.now()
            held.counts, held.done = self.job.counts, self.job.done
            held.source, held.wrong_lines = None, wrong_lines
            held.save()
            detail: dict[str, object] = {"state": state, **held.counts}
            audit.record("job.ended", held, by=None, detail=detail)
        log.info("Job %s ended: %s.", held.pk, state)


def order(kind: str, source: JobSource, *, by: User, form_key: uuid.UUID) -> Job:
    """Leave the row that a worker will find; raises AlreadyUnderWay."""
    again = Job.objects.filter(form_key=form_key).first()
    if again:
        return again
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                source=source,
                created_at=timezone.now(),
                created_by=by,
                total=_lines(source.streets) + _lines(source.points),
                form_key=form_key,
            )
            audit.record("job.ordered", job, by=by, detail={"kind": kind, "lines": job.total})
    except IntegrityError:
        raise AlreadyUnderWay from None
    return job


def _lines(text: str) -> int:
    """Lines below the head."""
    return max(0, text.rstrip().count("\n"))


def cancel(job: Job, *, by: User) -> bool:
    """Stop it at the next step; what it did stays. False where it had ended."""
    with transaction.atomic():
        held = Job.objects.select_for_update().get(pk=job.pk)
        if not held.is_open:
            return False
        held.state, held.finished_at, held.source = State.CANCELLED, timezone.now(), None
        held.save()
        audit.record("job.cancelled", held, by=by, detail={"done": held.done})
    return True


def waiting() -> list[int]:
    """Jobs that nobody works at: new ones, and those whose worker is gone."""
    found = Job.objects.filter(_free()).order_by("pk")
    return list(found.values_list("pk", flat=True))


def _free() -> Q:
    gone = Q(state=State.RUNNING, alive_at__lt=timezone.now() - SILENCE)
    return Q(state=State.WAITING) | gone


def run(pk: int, stop: threading.Event | None = None) -> bool:
    """Take a job and do it; False where somebody else has it, or it has ended."""
    now = timezone.now()
    taken = Job.objects.filter(_free(), pk=pk).update(
        state=State.RUNNING, alive_at=now, started_at=now, runs=F("runs") + 1
    )
    if not taken:
        return False
    work = Work(Job.objects.get(pk=pk), stop or threading.Event())
    if work.job.runs > MOST_RUNS:
        work.end(State.FAILED, Problem.GAVE_UP)
        return True
    _do(work)
    return True


def _do(work: Work) -> None:
    try:
        wrong_lines = KINDS[work.job.kind](work)
    except Stopped:
        if work.stop.is_set():
            # The process is being stopped, not the job: the next one takes it at once.
            work.mine().update(state=State.WAITING, runs=F("runs") - 1)
    except OverflowError:
        work.end(State.FAILED, Problem.REGISTER_FULL)
    except Exception:
        log.exception("Job %s failed.", work.job.pk)
        work.end(State.FAILED, Problem.FAULT)
    else:
        work.end(State.DONE, wrong_lines=wrong_lines)


def _import_addresses(work: Work) -> str | None:
    """Returns the wrong lines as a CSV file, None where there are none."""
    source = work.job.source or JobSource()
    report = address_import.import_csv(
        io.StringIO(source.streets, newline="") if source.streets else None,
        io.StringIO(source.points, newline="") if source.points else None,
        work.step,
    )
    work.job.done = report.lines
    work.job.counts = {
        name: getattr(report, name)
        for name in ("streets", "points", "added", "changed", "moved", "wrong")
    }
    rows = [(FILES[error.file], error.line, error.message, error.text) for error in report.errors]
    return "".join(csv_files.lines(COLUMNS, rows)) if rows else None


def first_wrong(job: Job, number: int = 10) -> list[list[str]]:
    """File, line and reason of the first wrong lines; what stood in them is in the download only."""
    if not job.wrong_lines:
        return []
    rows = csv.reader(io.StringIO(job.wrong_lines.removeprefix("\ufeff")), delimiter=";")
    return [row[:3] for row in islice(rows, 1, number + 1)]


KINDS: dict[str, Callable[[Work], str | None]] = {Job.Kind.ADDRESS_IMPORT: _import_addresses}
