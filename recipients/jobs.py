"""From an order to a row, and from the row to work that survives its worker.

A job may be begun again from the start at any time: repeating one changes nothing twice.
"""

import logging
import threading
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from admin_module import audit
from admin_module.models import User

from .models import Job, OfficeFile

log = logging.getLogger(__name__)
# A worker writes every second or so while it works; one that is silent for so long is gone.
SILENCE = timedelta(seconds=60)
MOST_RUNS = 5
State = Job.State

GAVE_UP, FAULT = "gave_up", "fault"
PROBLEMS: dict[str, str | Promise] = {
    GAVE_UP: _("Five workers stopped in the middle of it."),
    FAULT: _("ICP made a mistake; the details are in its log."),
}


class Stopped(Exception):
    """Somebody cancelled the job, took it over, or is stopping this process."""


class Failed(Exception):
    """The work cannot be done; `problem` is a code of the kind's `problems`."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(problem)


class AlreadyUnderWay(Exception):
    """There is an open job with this turn: two would get into each other's way."""


LINES = pgettext_lazy("so many of all", "lines")
DOWNLOAD = _("Download the file")
STAYS = _("What was done so far stays.")


def _nothing(_job: Job) -> None:
    """Nothing is left to do when such a job has ended."""


def _no_more(_job: Job) -> dict[str, object]:
    return {}


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of long work, and what its page says.

    `do` may run again from the start; it calls `work.step` every second or so and may return a
    file for whoever ordered it. `after` runs in the transaction of every end, good or bad.
    `permission` lets people see such work and cancel it; what an `own` kind made is only for whoever
    ordered it.
    """

    name: str
    label: Promise
    permission: str
    do: Callable[["Work"], OfficeFile | None]
    after: Callable[[Job], None] = _nothing
    alone: bool = False  # one at a time, whoever orders it
    own: bool = False
    things: Promise = LINES  # what `done` and `total` count
    counts: Mapping[str, Promise] = field(default_factory=dict)  # in the order of the page
    warnings: Collection[str] = ()  # of the counts: not all went well where one is above 0
    problems: Mapping[str, Promise] = field(default_factory=dict)
    result: Promise = DOWNLOAD  # the words of the button
    stays: Promise = STAYS  # when it was stopped in the middle
    page: str = ""  # the name of the address where it was ordered
    template: str = ""  # further part of the page; takes what `more` gives
    more: Callable[[Job], dict[str, object]] = _no_more


# Apps add theirs in AppConfig.ready: imports run down only.
KINDS: dict[str, Kind] = {}


def add(kind: Kind) -> None:
    """Make a kind of work known."""
    KINDS[kind.name] = kind


class Work:
    """One worker's hold on a job; `step` keeps it."""

    def __init__(self, job: Job, stop: threading.Event) -> None:
        self.job, self.stop = job, stop

    def step(self, done: int, total: int | None = None) -> None:
        """Write down how far it is; raises Stopped where it is not ours any more.

        Called inside of the transaction that does a part, it undoes a part of a job that was lost.
        """
        self.job.done = done
        if total is not None:
            self.job.total = total
        now = timezone.now()
        mine = self.mine()
        if self.stop.is_set() or not mine.update(done=done, total=self.job.total, alive_at=now):
            raise Stopped

    @property
    def by(self) -> User:
        """Who ordered it, of a kind that only people order."""
        if self.job.created_by is None:
            raise ValueError("The clock ordered this job.")
        return self.job.created_by

    def mine(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.job.pk, state=State.RUNNING, runs=self.job.runs)

    def end(self, state: Job.State, problem: str = "", result: OfficeFile | None = None) -> None:
        """Write down the end; the file of a job that was lost meanwhile is nobody's and ends."""
        with transaction.atomic():
            held = self.mine().select_for_update().first()
            if held is None:
                if result is not None:
                    result.forget()
                return
            held.state, held.problem, held.finished_at = state, problem, timezone.now()
            held.counts, held.done, held.total = self.job.counts, self.job.done, self.job.total
            held.result = result
            held.save()
            KINDS[held.kind].after(held)
            detail: dict[str, object] = {"kind": held.kind, "state": state, **held.counts}
            audit.record("job.ended", held, by=None, detail=detail)
        log.info("Job %s ended: %s.", held.pk, state)


def order(
    kind: str,
    detail: Mapping[str, int | str] | None = None,
    *,
    by: User | None,
    form_key: uuid.UUID,
    total: int = 0,
    turn: str = "",
) -> Job:
    """Leave the row that a worker will find; raises AlreadyUnderWay.

    `detail` says what is wanted, in ids, numbers and codes. `by` is None: the clock ordered it. Of jobs with the same `turn` one may be
    open at a time.
    """
    again = Job.objects.filter(form_key=form_key).first()
    if again:
        return again
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                turn=turn or (kind if KINDS[kind].alone else ""),
                detail=dict(detail or {}),
                created_at=timezone.now(),
                created_by=by,
                total=total,
                form_key=form_key,
            )
            audit.record("job.ordered", job, by=by, detail={"kind": kind, "total": total})
    except IntegrityError:
        raise AlreadyUnderWay from None
    return job


def cancel(job: Job, *, by: User) -> bool:
    """Stop it at the next step; what it did stays. False where it had ended."""
    with transaction.atomic():
        held = Job.objects.select_for_update().get(pk=job.pk)
        if not held.is_open:
            return False
        held.state, held.finished_at = State.CANCELLED, timezone.now()
        held.save()
        KINDS[held.kind].after(held)
        audit.record("job.cancelled", held, by=by, detail={"kind": held.kind, "done": held.done})
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
        work.end(State.FAILED, GAVE_UP)
        return True
    _do(work)
    return True


def _do(work: Work) -> None:
    try:
        result = KINDS[work.job.kind].do(work)
    except Stopped:
        if work.stop.is_set():
            # The process is being stopped, not the job: the next one takes it at once.
            work.mine().update(state=State.WAITING, runs=F("runs") - 1)
    except Failed as failure:
        work.end(State.FAILED, failure.problem)
    except Exception:
        log.exception("Job %s failed.", work.job.pk)
        work.end(State.FAILED, FAULT)
    else:
        work.end(State.DONE, result=result)


def seen_by(by: User) -> QuerySet[Job]:
    """Work that this member of staff may look at: of kinds that are theirs, of their unit."""
    theirs = [kind for kind in KINDS.values() if by.has_perm(kind.permission)]
    own = [kind.name for kind in theirs if kind.own]
    mine = Q(created_by=by) if own else Q()
    found = Job.objects.visible_to(by).filter(kind__in=[kind.name for kind in theirs])
    return found.filter(~Q(kind__in=own) | mine)


def kind_of(job: Job) -> Kind:
    return KINDS[job.kind]


def problem_of(job: Job) -> str:
    """Why it failed, in words for a clerk."""
    return str({**PROBLEMS, **KINDS[job.kind].problems}.get(job.problem, ""))
