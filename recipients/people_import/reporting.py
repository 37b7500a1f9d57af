"""From refused rows to a CSV file that can be corrected and sent again, and back to its first lines."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module.models import User
from icp import csv_files
from icp.encryption.files import stream
from recipients.models import ImportPlan, OfficeFile

from .checking import Row, column_name

KEPT_FOR = timedelta(days=30)
FIRST = 20  # rows that the page shows


class Report:
    """The refused rows, gathered as bytes: a hundred thousand of them need some ten megabytes."""

    def __init__(self, plan: ImportPlan) -> None:
        self.plan = plan
        self.lines: list[bytes] = []

    def add(self, row: Row) -> None:
        width = len(self.plan.columns)
        cells = [*row.cells[:width], *([""] * (width - len(row.cells)))]
        columns = ", ".join(dict.fromkeys(wrong.column for wrong in row.errors))
        reasons = " ".join(dict.fromkeys(wrong.reason for wrong in row.errors))
        self.lines.append(_line([row.number, columns, reasons, *cells]))

    def keep(self, *, by: User) -> OfficeFile | None:
        """The file, sealed until it expires; None where no row was refused."""
        if not self.lines:
            return None
        return OfficeFile.keep(
            stream(self._pieces()),
            media_type="text/csv; charset=utf-8",
            purpose=OfficeFile.Purpose.REPORT,
            created_by=by,
            expires_at=timezone.now() + KEPT_FOR,
        )

    def _pieces(self) -> Iterator[bytes]:
        heads = [column_name(self.plan, place) for place in range(len(self.plan.columns))]
        yield "\ufeff".encode() + _line([_("Row"), _("Column"), _("What is wrong"), *heads])
        yield from self.lines


def _line(cells: list[object]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow([csv_files.cell(cell) for cell in cells])
    return out.getvalue().encode()


def first(file: OfficeFile | None) -> list[list[str]]:
    """Row, column and reason of the first refused rows; what stood in them is in the download only."""
    if file is None or file.expired:
        return []
    try:
        with file.open() as reader:
            start = b"".join(reader.read_range(0, 64 * 1024))
    except FileNotFoundError:
        return []
    text = start.decode(errors="ignore").removeprefix("\ufeff")
    rows = csv.reader(io.StringIO(text), delimiter=";")
    return [row[:3] for row in islice(rows, 1, FIRST + 1) if len(row) >= 3]  # noqa: PLR2004
