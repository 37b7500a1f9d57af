"""Tables from outside: read however they are written; what could hurt gets its sentence."""

import io
import zipfile
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest

from icp import tables
from icp.uploads import UploadRefused

pytestmark = pytest.mark.dry

ROWS = [["Imię", "PESEL"], ["Żółć", "00210112345"]]
SHEET = "xl/worksheets/sheet1.xml"


def read(raw: bytes, name: str) -> list[list[str] | None]:
    file = io.BytesIO(raw)
    return list(tables.rows(file, tables.guess(file, name)))


def workbook(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(raw: bytes, parts: dict[str, bytes]) -> bytes:
    """A workbook with other or further parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250", "iso8859-2", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_letters_and_columns_are_guessed(encoding: str, delimiter: str) -> None:
    rows = [*ROWS, ["Świętosława Ścibór", "1"], ["Źdźbło ąęść", "2"]]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    assert read(text.encode(encoding), "o.csv") == rows


def test_signs_in_quotes_do_not_mislead() -> None:
    text = 'Nazwisko;Uwagi\nŻ;"a, b, c, d"\nG;"x, y\nz"\n'
    assert read(text.encode(), "o.csv")[2] == ["G", "x, y\nz"]


def test_an_open_quotation_mark_ends_nothing_but_its_row() -> None:
    text = 'a;b\n"' + "x" * 200_000 + "\n1;2\n"
    found = read(text.encode(), "o.csv")
    assert found[0] == ["a", "b"]
    assert None in found


def test_cells_that_our_exports_disarmed_are_armed_again() -> None:
    assert read(b"a;b\n'+48501234567;'=x\n", "o.csv")[1] == ["+48501234567", "=x"]


def test_cells_of_a_workbook_are_texts() -> None:
    rows: list[list[Any]] = [
        ["a"] * 6,
        ["Ż", 501234567, 2.5, date(1961, 5, 3), True, "=cmd|x"],
        [None, 7.0],
    ]
    assert read(workbook(rows), "o.xlsx") == [
        ["a"] * 6,
        ["Ż", "501234567", "2.5", "1961-05-03", "1"],  # a formula without a result is empty
        ["", "7"],
    ]
    assert tables.cell_text(datetime(1961, 5, 3, 12, 30)) == "1961-05-03T12:30:00"  # noqa: DTZ001
    assert tables.cell_text(time(12, 30)) == "12:30:00"


def test_what_a_workbook_says_of_its_size_is_not_believed() -> None:
    raw = workbook(ROWS)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        sheet = archive.read(SHEET).replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    assert b"XFD" in sheet
    assert read(changed(raw, {SHEET: sheet}), "o.xlsx") == ROWS


def bomb() -> bytes:
    """A few hundred kilobytes that unpack to more than 400 MB."""
    part = b"<row/>" * 18_000_000
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for number in range(4):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", part)
    return out.getvalue()


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>'
HIDDEN = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x []><worksheet/>'.encode("utf-16")
OTHER = b'<?xml version="1.0" encoding="UTF-7"?><worksheet/>'


@pytest.mark.parametrize(
    ("raw", "name", "code"),
    [
        (b"", "o.csv", "empty"),
        (b"%PDF-1.7", "o.csv", "not_a_sheet"),
        (b"a;b", "o.exe", "not_a_sheet"),
        (b"a;b", "o.xlsx", "ending"),
        (b"a\x01;b", "o.csv", "encoding"),
        (b"\xd0\xcf\x11\xe0", "o.xls", "old_spreadsheet"),
        (b"PK\x03\x04 no archive", "o.xlsx", "sheet_damaged"),
        (workbook(ROWS), "o.csv", "ending"),
        (workbook(ROWS), "o.xlsm", "macros"),
        (changed(workbook(ROWS), {"xl/vbaProject.bin": b"x"}), "o.xlsx", "macros"),
        (changed(workbook(ROWS), {SHEET: ENTITIES}), "o.xlsx", "sheet_damaged"),
        (changed(workbook(ROWS), {SHEET: HIDDEN}), "o.xlsx", "sheet_damaged"),
        (changed(workbook(ROWS), {SHEET: OTHER}), "o.xlsx", "sheet_damaged"),
        (changed(workbook(ROWS), {"xl/workbook.xml": b"<x"}), "o.xlsx", "sheet_damaged"),
    ],
)
def test_what_could_hurt_is_refused(raw: bytes, name: str, code: str) -> None:
    with pytest.raises(UploadRefused) as refusal:
        tables.guess(io.BytesIO(raw), name)
    assert refusal.value.code == code


def test_a_mountain_in_a_small_archive_is_refused_before_it_is_unpacked() -> None:
    raw = bomb()
    assert len(raw) < 2 * 2**20
    with pytest.raises(UploadRefused) as refusal:
        tables.guess(io.BytesIO(raw), "o.xlsx")
    assert refusal.value.code == "sheet_bomb"


def test_a_damaged_sheet_ends_in_a_row_that_cannot_be_read() -> None:
    raw = workbook(ROWS)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        sheet = archive.read(SHEET)
    found = read(changed(raw, {SHEET: sheet[: sheet.index(b'<row r="2"') + 5]}), "o.xlsx")
    assert found[-1] is None
