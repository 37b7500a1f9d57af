"""From an uploaded file to an import on its way: columns guessed, checked, ordered, given up."""

import io
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.configuration import Municipality, read
from admin_module.models import User
from consents.models import Topic
from icp import tables
from icp.encryption import tokens
from recipients import jobs
from recipients.models import ImportPlan, Job, OfficeFile, PeopleImport

from . import columns, working
from .checking import shape_of

KEPT_FOR = timedelta(days=7)
SHOWN = 6  # rows of the file on the page of columns
State = PeopleImport.State


class CannotImport(Exception):
    """A sentence for whoever asked for it."""


def start(file: UploadedFile, *, by: User) -> PeopleImport:
    """Seal an uploaded table and guess how to read it; raises uploads.UploadRefused."""
    source: BinaryIO = io.BytesIO(file.read())
    shape = tables.guess(source, file.name or "")
    plan = ImportPlan(
        kind=shape.kind,
        encoding=shape.encoding,
        delimiter=shape.delimiter,
        sheet=shape.sheet,
        sheets=shape.sheets,
        town=read(Municipality).town,
    )
    source.seek(0)
    with transaction.atomic():
        kept = OfficeFile.keep(
            source,
            media_type=file.content_type or "application/octet-stream",
            purpose=OfficeFile.Purpose.IMPORT,
            created_by=by,
            expires_at=timezone.now() + KEPT_FOR,
        )
        order = PeopleImport.objects.create(
            file=kept,
            file_digest=tokens.mac("import.file", kept.sha256.encode()),
            plan=plan,
            created_at=timezone.now(),
            created_by=by,
        )
        order.plan, order.head_digest = guessed(plan, first_rows(order, plan), by)
        order.save(update_fields=["plan", "head_digest"])
        audit.record("people_import.started", order, by=by, detail={"kind": shape.kind})
    return order


def reshape(order: PeopleImport, plan: ImportPlan, *, by: User) -> None:
    """Read the file in another encoding, cut at another sign, or from another sheet."""
    order.plan, order.head_digest = guessed(plan, first_rows(order, plan), by)
    order.save(update_fields=["plan", "head_digest"])


def first_rows(order: PeopleImport, plan: ImportPlan, number: int = SHOWN) -> list[list[str]]:
    """The first rows of the file as this plan reads them; none where the file is gone."""
    if order.file is None:
        return []
    try:
        source = io.BytesIO(order.file.read())
    except FileNotFoundError:
        return []
    return [row or [] for row in islice(tables.rows(source, shape_of(plan)), number)]


def guessed(plan: ImportPlan, rows: Sequence[Sequence[str]], by: User) -> tuple[ImportPlan, bytes]:
    """The plan with head and columns, and the digest of the head, by which the next file is known."""
    head = tuple(rows[0]) if rows else ()
    width = max((len(row) for row in rows), default=0)
    head = (*head, *[""] * (width - len(head)))
    has_head = columns.is_head(head)
    digest = tokens.mac("import.head", "\x1f".join(map(columns.plain, head)).encode())
    last = _last_like(digest, by) if has_head else None
    topics = list(Topic.objects.visible_to(by).open().filter(mandatory=False))
    if last is not None and len(last.columns) == width:
        names = last.columns
    else:
        names = columns.guess(head, topics) if has_head else ("",) * width
    return replace(plan, has_head=has_head, head=head, columns=names), digest if has_head else b""


def _last_like(digest: bytes, by: User) -> ImportPlan | None:
    """How the last file with this head was read."""
    past = PeopleImport.objects.visible_to(by).filter(head_digest=digest).exclude(state=State.DRAFT)
    order = past.order_by("-pk").first()
    return order.plan if order else None


def imported_before(order: PeopleImport) -> datetime | None:
    """When the very same file was imported already."""
    past = PeopleImport.objects.filter(file_digest=order.file_digest, state=State.IMPORTED)
    return past.exclude(pk=order.pk).order_by("-pk").values_list("imported_at", flat=True).first()


def check(order: PeopleImport, plan: ImportPlan, *, arrive: str, codes: bool, by: User) -> Job:
    """Keep how the file is to be read, and order its check; raises CannotImport."""
    with transaction.atomic():
        row = _held(order)
        row.plan, row.arrive, row.send_codes, row.state = plan, arrive, codes, State.DRAFT
        row.counts = {}
        row.job = ordered(working.CHECK, row, by)
        row.revision += 1
        row.save()
        audit.record(
            "people_import.planned", row, by=by, detail={"arrive": arrive, "job": row.job.pk}
        )
    return row.job


def confirm(order: PeopleImport, *, by: User) -> Job:
    """Order the import of a checked file, or go on with one that was stopped; raises CannotImport."""
    with transaction.atomic():
        row = _held(order)
        if row.state != State.CHECKED:
            raise CannotImport(_("Check the file first."))
        row.job = ordered(working.IMPORT, row, by, total=sum(row.counts.values()))
        row.revision += 1
        row.save(update_fields=["job", "revision"])
        audit.record("people_import.confirmed", row, by=by, detail={"job": row.job.pk})
    return row.job


def drop(order: PeopleImport, *, by: User) -> None:
    """Give the file up: it is forgotten at once; raises CannotImport."""
    with transaction.atomic():
        row = _held(order)
        file, row.file, row.state = row.file, None, State.DROPPED
        row.save(update_fields=["file", "state"])
        if file is not None:
            file.forget()
        audit.record("people_import.dropped", row, by=by)


def _held(order: PeopleImport) -> PeopleImport:
    """The row, locked, whose file waits and at which no worker is."""
    row = PeopleImport.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if not row.is_open:
        raise CannotImport(_("This import has ended. Send the file anew."))
    if row.job is not None and row.job.is_open:
        raise CannotImport(
            _("A worker is busy with this file. Wait until it has ended, or stop it.")
        )
    return row


def ordered(kind: str, row: PeopleImport, by: User, total: int = 0) -> Job:
    """A job about this import, one at a time; raises CannotImport."""
    try:
        return jobs.order(
            kind,
            {"import": row.pk},
            by=by,
            form_key=uuid.uuid4(),
            total=total,
            turn=f"people_import:{row.pk}",
        )
    except jobs.AlreadyUnderWay:
        raise CannotImport(
            _("A worker is busy with this file. Wait until it has ended, or stop it.")
        ) from None
