"""From rows to a CSV file that a spreadsheet opens without running anything in it.

A cell that begins like a formula gets an apostrophe before it (OWASP, CSV Injection; ASVS 4.0.3, V5.3.10).
UTF-8 with a byte order mark and semicolons: what a Polish spreadsheet opens by a double click.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Echo:
    """A file that hands back what csv writes, so that an export of any size is streamed."""

    def write(self, line: str) -> str:
        return line


def cell(value: object) -> str:
    """The text of a cell; numbers stay numbers, everything else is disarmed."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, (int, float)):
        return text
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def lines(columns: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file, line by line."""
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff" + writer.writerow([cell(name) for name in columns])
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def download(
    name: str, columns: Sequence[object], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """The file to save under `name`, one of our own making ("dziennik-2026-11-20.csv")."""
    response = StreamingHttpResponse(lines(columns, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
