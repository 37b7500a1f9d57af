"""From files of the address register to jobs: trying them out, importing, finding people's houses."""

import csv
import io
import uuid
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from itertools import islice

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from admin_module.models import User
from icp import csv_files
from icp.encryption.files import SealedFileQuerySet
from recipients import jobs
from recipients.address_register import address_import
from recipients.address_register.address_import import AS_THEY_ARE, Plan
from recipients.models import Job, OfficeFile

from . import unmatched

CHECK, KIND, MATCH = "address_check", "address_import", "address_match"
TURN = "address_register"  # a check and an import would get into each other's way
CSV = "text/csv; charset=utf-8"
FILES = {"streets": _("Streets"), "points": _("Houses")}
COLUMNS = (_("File"), _("Line"), _("What is wrong"), _("Content"))
# The source is forgotten when the import ends; the wrong lines stay until somebody had time to look.
SOURCE_FOR, REPORT_FOR = timedelta(days=2), timedelta(days=30)
COUNTED = ("streets", "points", "added", "changed", "moved", "gone", "back", "lived_in", "wrong")
MIDDLE_PARTS = 10_000  # of a degree: counts are whole numbers
MANY_GONE = 10  # more than a tenth of the houses: perhaps the file is not whole


def order(
    texts: Mapping[str, str], *, by: User, form_key: uuid.UUID, plan: Plan = AS_THEY_ARE
) -> Job:
    """Seal the texts ("streets", "points"), to try them out or to import them.

    Raises jobs.AlreadyUnderWay.
    """
    kept = {
        name: _keep(text, OfficeFile.Purpose.IMPORT, SOURCE_FOR, by)
        for name, text in texts.items()
        if text
    }
    lines = sum(max(0, text.rstrip().count("\n")) for text in texts.values())
    ids = {name: file.pk for name, file in kept.items()}
    wanted: dict[str, int | str] = {**ids, "whole": int(plan.whole), "axes": plan.axes}
    kind = CHECK if plan.trial else KIND
    job = None
    try:
        job = jobs.order(kind, wanted, by=by, form_key=form_key, total=lines, turn=TURN)
    finally:
        if job is None or job.detail != wanted:  # refused, or this form was sent before
            for file in kept.values():
                file.forget()
    return job


def order_import(check: Job, *, by: User) -> Job:
    """Import what a check tried out, once however often it is ordered.

    Raises jobs.AlreadyUnderWay, CannotImport where the check did not end well or its files are gone.
    """
    again = import_of(check)
    if again:
        return again
    if check.kind != CHECK or check.state != Job.State.DONE or not _files(check).live().exists():
        raise CannotImport
    return jobs.order(KIND, check.detail, by=by, form_key=_key(check), total=check.total, turn=TURN)


class CannotImport(Exception):
    """There is nothing to import: the check failed, or its files are gone."""


def import_of(check: Job) -> Job | None:
    """The import that followed a check."""
    return Job.objects.filter(form_key=_key(check)).first()


def _key(check: Job) -> uuid.UUID:
    return uuid.uuid5(check.form_key, KIND)


def _keep(text: str, purpose: str, how_long: timedelta, by: User) -> OfficeFile:
    return OfficeFile.keep(
        io.BytesIO(text.encode()),
        media_type=CSV,
        purpose=purpose,
        created_by=by,
        expires_at=timezone.now() + how_long,
    )


def _check(work: jobs.Work) -> OfficeFile | None:
    return _read(work, trial=True)


def _import(work: jobs.Work) -> OfficeFile | None:
    return _read(work, trial=False)


def _read(work: jobs.Work, *, trial: bool) -> OfficeFile | None:
    """Returns the wrong lines as a CSV file, None where there are none."""
    wanted = work.job.detail
    plan = Plan(trial, bool(wanted.get("whole")), str(wanted.get("axes", "auto")))
    try:
        report = address_import.import_csv(
            _text(work.job, "streets"), _text(work.job, "points"), work.step, plan
        )
    except OverflowError:
        raise jobs.Failed("register_full") from None
    work.job.done = report.lines
    work.job.counts = {name: getattr(report, name) for name in COUNTED}
    if report.middle:
        north, east = (round(degrees * MIDDLE_PARTS) for degrees in report.middle)
        work.job.counts |= {"north": north, "east": east}
    rows = [(FILES[error.file], error.line, error.message, error.text) for error in report.errors]
    if not rows or work.job.created_by is None:
        return None
    text = "".join(csv_files.lines(COLUMNS, rows))
    return _keep(text, OfficeFile.Purpose.REPORT, REPORT_FOR, work.job.created_by)


def _text(job: Job, name: str) -> io.StringIO | None:
    file = _files(job).filter(pk=job.detail.get(name, 0)).first()
    return io.StringIO(file.read().decode(), newline="") if file else None


def _files(job: Job) -> SealedFileQuerySet[OfficeFile]:
    return OfficeFile.objects.filter(pk__in=[job.detail.get(name, 0) for name in FILES])


def _after_check(job: Job) -> None:
    if job.state != Job.State.DONE:
        _files(job).forget()


def _after_import(job: Job) -> None:
    """The files are forgotten; people whose address was not in the register may be there now."""
    _files(job).forget()
    if job.state == Job.State.DONE and job.created_by and unmatched.ids():
        with suppress(jobs.AlreadyUnderWay):
            order_matching(by=job.created_by)


def order_matching(*, by: User) -> Job:
    """Look for the houses of people who have none yet; raises jobs.AlreadyUnderWay."""
    return jobs.order(MATCH, by=by, form_key=uuid.uuid4())


def _match(work: jobs.Work) -> None:
    unmatched.join_certain(work)


def more(job: Job) -> dict[str, object]:
    """What the page of a check or an import shows below its figures."""
    shown: dict[str, object] = {"wrong": first_wrong(job), "middle": _middle(job)}
    if job.kind == CHECK and job.state == Job.State.DONE:
        shown["followed"] = import_of(job)
        shown["can_import"] = _files(job).live().exists()
        shown["many_gone"] = job.counts.get("gone", 0) * MANY_GONE > job.counts.get("points", 0)
    return shown


def _middle(job: Job) -> list[str]:
    """Where the houses of the files lie, in degrees north and east."""
    places = [job.counts.get(name, 0) / MIDDLE_PARTS for name in ("north", "east")]
    return [f"{degrees:.4f}".replace(".", ",") for degrees in places] if any(places) else []


def first_wrong(job: Job, number: int = 10) -> list[list[str]]:
    """File, line and reason of the first wrong lines; what stood in them is in the download only."""
    if job.result is None or job.result.expired:
        return []
    text = job.result.read().decode().removeprefix("\ufeff")
    rows = csv.reader(io.StringIO(text), delimiter=";")
    return [row[:3] for row in islice(rows, 1, number + 1)]


ADDRESS_CHECK = jobs.Kind(
    name=CHECK,
    label=_("check of files of the address register"),
    permission="recipients.import_addresses",
    do=_check,
    after=_after_check,
    counts={
        "streets": _("Streets read"),
        "points": _("Houses read"),
        "added": _("Would be added"),
        "changed": _("Would be corrected"),
        "moved": _("Houses that would change their district"),
        "back": _("Would exist again"),
        "gone": _("Would be marked as gone"),
        "lived_in": _("Recipients in houses that would be gone"),
        "wrong": _("Wrong lines, left out"),
    },
    warnings=("wrong", "lived_in"),
    problems={"register_full": _("The register has more streets than ICP can count.")},
    result=_("Download the wrong lines"),
    stays=_("Nothing was changed in the register."),
    page="address-register",
    template="recipients/address_register/_address_job.html",
    more=more,
)
ADDRESS_IMPORT = jobs.Kind(
    name=KIND,
    label=_("import of the address register"),
    permission="recipients.import_addresses",
    do=_import,
    after=_after_import,
    counts={
        "streets": _("Streets read"),
        "points": _("Houses read"),
        "added": _("Added"),
        "changed": _("Corrected"),
        "moved": _("Houses that changed their district"),
        "back": _("Exist again"),
        "gone": _("Marked as gone"),
        "lived_in": _("Recipients in houses that are gone"),
        "wrong": _("Wrong lines, left out"),
    },
    warnings=("wrong", "lived_in"),
    problems={"register_full": _("The register has more streets than ICP can count.")},
    result=_("Download the wrong lines"),
    stays=_(
        "What was read so far stays in the register. The same files may be imported again without harm."
    ),
    page="address-register",
    template="recipients/address_register/_address_job.html",
    more=more,
)
ADDRESS_MATCH = jobs.Kind(
    name=MATCH,
    label=_("search for people’s houses in the register"),
    permission="recipients.change_recipient",
    do=_match,
    alone=True,
    things=pgettext_lazy("so many of all", "people"),
    counts={
        "joined": _("Joined to their house"),
        "proposed": _("Similar houses found; somebody must decide"),
        "left": _("Nothing similar found"),
    },
    warnings=("proposed", "left"),
    stays=_("Who was joined so far stays joined."),
    page="address-unmatched",
)
