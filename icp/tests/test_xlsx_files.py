"""The XLSX writer: what openpyxl reads back, and that nothing in it is ever a formula."""

import io
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date

import openpyxl
import pytest

from icp import xlsx_files

pytestmark = pytest.mark.dry

HEADS = ("Nazwisko", "Rok", "Dzień", "Puste")


def written(*rows: tuple[object, ...]) -> bytes:
    return b"".join(xlsx_files.pieces("Odbiorcy", HEADS, rows))


def read_back(content: bytes) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Odbiorcy"]
    return [tuple(cell.value for cell in row) for row in book.active.iter_rows()]


def test_a_spreadsheet_reads_what_was_written() -> None:
    row = ("Gżegżółka & Synowie <b>", 1950, date(1950, 5, 17), None)
    head, found = read_back(written(row))
    assert head == HEADS
    assert found[:2] == row[:2]
    assert getattr(found[2], "date", lambda: None)() == row[2]
    assert found[3] is None


@pytest.mark.parametrize(
    "text", ["=1+1", "+48510000001", "-2", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"]
)
def test_what_looks_like_a_formula_is_text_and_stays_text(text: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written((text, text, text, text))))
    for cell in next(book.active.iter_rows(min_row=2)):
        assert (cell.data_type, cell.value) == ("s", text)
        assert cell.quotePrefix
        assert cell.number_format == "@"
    sheet = zipfile.ZipFile(io.BytesIO(written((text,)))).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet


def test_signs_that_xml_cannot_hold_are_replaced() -> None:
    (_head, found) = read_back(written(("a\x00b\x0bc\ud800d", "", "", "")))
    assert found[0] == "a\ufffdb\ufffdc\ufffdd"


def test_a_very_old_day_is_text() -> None:
    (_head, found) = read_back(written((date(1880, 1, 1), "", "", "")))
    assert found[0] == "1880-01-01"


def test_pieces_come_while_the_rows_are_made_and_nothing_lies_on_a_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = 0

    def rows() -> Iterator[tuple[object, ...]]:
        nonlocal asked
        for number in range(5_000):
            asked = number
            yield (f"osoba {number}", number, "", "")

    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("a temporary file")

    for name in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    pieces = xlsx_files.pieces("Odbiorcy", HEADS, rows())
    first = next(pieces)
    assert asked < xlsx_files.ROWS_AT_ONCE
    assert len(read_back(first + b"".join(pieces))) == 5_001
