"""From rows to a sealed table for whoever ordered it; it ends with the office's time for exports."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import BinaryIO

from django.utils import timezone

from admin_module.configuration import Retention, read
from admin_module.models import User
from icp import csv_files, xlsx_files
from icp.encryption import files
from recipients.models import OfficeFile

CSV, XLSX = "csv", "xlsx"


def keep(
    sheet: str,
    heads: Iterable[object],
    rows: Iterable[Sequence[object]],
    layout: str,
    *,
    by: User,
) -> OfficeFile:
    """XLSX with one sheet of that name, or CSV; `rows` are read once, while they are written."""
    columns = [str(head) for head in heads]
    if layout == XLSX:
        media_type = xlsx_files.MEDIA_TYPE
        pieces: Iterator[bytes] = xlsx_files.pieces(sheet, columns, rows)
    else:
        media_type = "text/csv; charset=utf-8"
        pieces = (line.encode() for line in csv_files.lines(columns, rows))
    return store(files.stream(pieces), media_type, by=by)


def store(content: BinaryIO, media_type: str, *, by: User) -> OfficeFile:
    """What was made otherwise, for the same time."""
    return OfficeFile.keep(
        content,
        media_type=media_type,
        purpose=OfficeFile.Purpose.EXPORT,
        created_by=by,
        expires_at=timezone.now() + timedelta(days=read(Retention).export_days),
    )
