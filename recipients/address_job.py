"""From files of the address register that somebody sent to a job that imports them."""

import csv
import io
import uuid
from collections.abc import Mapping
from datetime import timedelta
from itertools import islice

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from icp import csv_files
from icp.encryption.files import SealedFileQuerySet

from . import address_import, jobs
from .models import Job, OfficeFile

KIND = "address_import"
CSV = "text/csv; charset=utf-8"
FILES = {"streets": _("Streets"), "points": _("Houses")}
COLUMNS = (_("File"), _("Line"), _("What is wrong"), _("Content"))
# The source is forgotten when the job ends; the wrong lines stay until somebody had time to look.
SOURCE_FOR, REPORT_FOR = timedelta(days=2), timedelta(days=30)


def order(texts: Mapping[str, str], *, by: User, form_key: uuid.UUID) -> Job:
    """Seal the texts ("streets", "points") until the job ends; raises jobs.AlreadyUnderWay."""
    kept = {
        name: _keep(text, OfficeFile.Purpose.IMPORT, SOURCE_FOR, by)
        for name, text in texts.items()
        if text
    }
    lines = sum(max(0, text.rstrip().count("\n")) for text in texts.values())
    ids = {name: file.pk for name, file in kept.items()}
    job = None
    try:
        job = jobs.order(KIND, ids, by=by, form_key=form_key, total=lines)
    finally:
        if job is None or job.detail != ids:  # refused, or this form was sent before
            for file in kept.values():
                file.forget()
    return job


def _keep(text: str, purpose: str, how_long: timedelta, by: User) -> OfficeFile:
    return OfficeFile.keep(
        io.BytesIO(text.encode()),
        media_type=CSV,
        purpose=purpose,
        created_by=by,
        expires_at=timezone.now() + how_long,
    )


def _do(work: jobs.Work) -> OfficeFile | None:
    """Import; returns the wrong lines as a CSV file, None where there are none."""
    try:
        report = address_import.import_csv(
            _text(work.job, "streets"), _text(work.job, "points"), work.step
        )
    except OverflowError:
        raise jobs.Failed("register_full") from None
    work.job.done = report.lines
    work.job.counts = {
        name: getattr(report, name)
        for name in ("streets", "points", "added", "changed", "moved", "wrong")
    }
    rows = [(FILES[error.file], error.line, error.message, error.text) for error in report.errors]
    if not rows:
        return None
    text = "".join(csv_files.lines(COLUMNS, rows))
    return _keep(text, OfficeFile.Purpose.REPORT, REPORT_FOR, work.by)


def _text(job: Job, name: str) -> io.StringIO | None:
    file = _files(job).filter(pk=job.detail.get(name, 0)).first()
    return io.StringIO(file.read().decode(), newline="") if file else None


def _files(job: Job) -> SealedFileQuerySet[OfficeFile]:
    return OfficeFile.objects.filter(pk__in=[job.detail.get(name, 0) for name in FILES])


def _after(job: Job) -> None:
    _files(job).forget()


def first_wrong(job: Job, number: int = 10) -> dict[str, object]:
    """File, line and reason of the first wrong lines; what stood in them is in the download only."""
    if job.result is None or job.result.expired:
        return {}
    text = job.result.read().decode().removeprefix("\ufeff")
    rows = csv.reader(io.StringIO(text), delimiter=";")
    return {"wrong": [row[:3] for row in islice(rows, 1, number + 1)]}


ADDRESS_IMPORT = jobs.Kind(
    name=KIND,
    label=_("import of the address register"),
    permission="recipients.import_addresses",
    do=_do,
    after=_after,
    alone=True,
    counts={
        "streets": _("Streets read"),
        "points": _("Houses read"),
        "added": _("Added"),
        "changed": _("Corrected"),
        "moved": _("Houses that changed their district"),
        "wrong": _("Wrong lines, left out"),
    },
    warnings=("wrong",),
    problems={"register_full": _("The register has more streets than ICP can count.")},
    result=_("Download the wrong lines"),
    stays=_(
        "What was read so far stays in the register. The same files may be imported again without harm."
    ),
    page="address-register",
    template="recipients/_address_job.html",
    more=first_wrong,
)
