"""From a CSV or XLSX file that somebody sent to rows of texts; nothing in it is run, and none can burst.

An XLSX file is a ZIP of XML: macros, document types (entities) and what unpacks to a mountain are
refused before anything of it is parsed. OWASP ASVS 4.0.3, V5.5.2 and V12.1.2.
"""

import csv
import io
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import PurePosixPath
from typing import IO, BinaryIO

import openpyxl

from .csv_files import FORMULA
from .uploads import MIB, NOT_TEXT, ZIP, UploadRefused

CSV, XLSX = "csv", "xlsx"
ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "cp1250": "Windows-1250",
    "iso8859-2": "ISO 8859-2",
    "utf-16": "UTF-16",
}
DELIMITERS = (";", ",", "\t", "|")
TEXTS = {".csv", ".txt", ".tsv"}
OLE = b"\xd0\xcf\x11\xe0"  # .xls, and an .xlsx that a password protects
MOST_COLUMNS = 200
UNPACKED = 400 * MIB
MOST_PARTS = 2000
_PIECE = 2**20
_SAMPLE_LINES = 20
# Letters of Polish that the two one-byte encodings write otherwise: ą ś ź Ą Ś Ź.
_OF_ISO, _OF_WINDOWS = b"\xb1\xb6\xbc\xa1\xa6\xac", b"\xb9\x9c\x9f\xa5\x8c\x8f"


@dataclass(frozen=True, slots=True)
class Shape:
    """How a table is read; what was guessed may be chosen otherwise."""

    kind: str = CSV
    encoding: str = "utf-8-sig"
    delimiter: str = ";"
    sheet: str = ""
    sheets: tuple[str, ...] = ()


def guess(file: BinaryIO, name: str) -> Shape:
    """How to read a file, from what is in it; raises UploadRefused. Only the name's ending counts."""
    ending = PurePosixPath(name).suffix.lower()
    file.seek(0)
    start = file.read(8)
    if not start:
        raise UploadRefused("empty")
    if start.startswith(OLE):
        raise UploadRefused("old_spreadsheet")
    if start.startswith(ZIP):
        return _guess_xlsx(file, ending)
    if ending in {".xlsx", ".xls", ".ods", ".xlsm"}:
        raise UploadRefused("ending")
    if start.startswith(NOT_TEXT) or ending not in TEXTS:
        raise UploadRefused("not_a_sheet")
    encoding = _guess_encoding(file, start)
    return Shape(CSV, encoding, _guess_delimiter(_sample(file, encoding)))


def rows(file: BinaryIO, shape: Shape) -> Iterator[list[str] | None]:
    """Every row as texts without spaces around; [] is an empty row, None one that cannot be read."""
    file.seek(0)
    found = _of_xlsx(file, shape) if shape.kind == XLSX else _of_csv(file, shape)
    return (_without_end(row) if row else row for row in found)


def _without_end(row: list[str]) -> list[str]:
    """Without the empty cells behind the last full one."""
    while row and not row[-1]:
        row.pop()
    return row


# --- CSV ------------------------------------------------------------------------------------------


def _guess_encoding(file: BinaryIO, start: bytes) -> str:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        _decodes(file, "utf-16")
        return "utf-16"
    try:
        _decodes(file, "utf-8-sig")
    except UploadRefused:
        seen = _letters(file)
        if any(0x80 <= sign < 0xA0 for sign in seen):  # noqa: PLR2004 - ISO has no signs there
            encoding = "cp1250"
        else:
            iso = sum(seen[sign] for sign in _OF_ISO)
            windows = sum(seen[sign] for sign in _OF_WINDOWS)
            encoding = "iso8859-2" if iso > windows else "cp1250"
        _decodes(file, encoding)
        return encoding
    return "utf-8-sig"


def _decodes(file: BinaryIO, encoding: str) -> None:
    """Raise UploadRefused where the file is no text in this encoding."""
    for piece in _pieces(file, encoding):
        if any(sign < " " and sign not in "\t\r\n" for sign in set(piece)):
            raise UploadRefused("encoding")


def _pieces(file: BinaryIO, encoding: str) -> Iterator[str]:
    text = _text(file, encoding)
    try:
        while piece := text.read(_PIECE):
            yield piece
    except UnicodeError:
        raise UploadRefused("encoding") from None
    finally:
        text.detach()


def _letters(file: BinaryIO) -> Counter[int]:
    file.seek(0)
    seen: Counter[int] = Counter()
    while piece := file.read(_PIECE):
        seen.update(piece)
    return seen


def _text(file: BinaryIO, encoding: str) -> io.TextIOWrapper:
    file.seek(0)
    return io.TextIOWrapper(file, encoding, newline="")


def _sample(file: BinaryIO, encoding: str) -> list[str]:
    text = _text(file, encoding)
    try:
        return [line[:10_000] for line in islice(text, _SAMPLE_LINES)]
    finally:
        text.detach()


def _guess_delimiter(lines: list[str]) -> str:
    """The sign that cuts most of the first rows into the same number of columns, and into most."""

    def fit(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in _parsed(lines, delimiter) if row)
        if not widths:
            return 0, 0
        width, times = widths.most_common(1)[0]
        return (times, width) if width > 1 else (0, 0)

    return max(DELIMITERS, key=fit)


def _parsed(lines: Iterable[str], delimiter: str) -> Iterator[list[str] | None]:
    """Rows of cells; None for a row that no reader understands."""
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:  # a cell of more than 128 KiB: a quotation mark was left open
            yield None


def _of_csv(file: BinaryIO, shape: Shape) -> Iterator[list[str] | None]:
    text = _text(file, shape.encoding)
    try:
        for row in _parsed(text, shape.delimiter):
            yield row and [_armed(cell) for cell in row[:MOST_COLUMNS]]
    except UnicodeError:
        yield None  # another encoding than the file's was chosen
    finally:
        text.detach()


def _armed(cell: str) -> str:
    """A cell as it was before an export of ours disarmed it (csv_files.cell)."""
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


# --- XLSX -----------------------------------------------------------------------------------------


def _guess_xlsx(file: BinaryIO, ending: str) -> Shape:
    check_archive(file)
    if ending != ".xlsx":
        raise UploadRefused("macros" if ending == ".xlsm" else "ending")
    book = _opened(file)
    try:
        sheets = tuple(sheet.title for sheet in book.worksheets)
    finally:
        book.close()
    if not sheets:
        raise UploadRefused("sheet_damaged")
    return Shape(XLSX, sheet=sheets[0], sheets=sheets)


def check_archive(file: BinaryIO) -> None:
    """Raise UploadRefused where an XLSX file may hurt whoever reads it."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > UNPACKED:
                raise UploadRefused("sheet_bomb")
            names = {part.filename.lower() for part in parts}
            if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
                raise UploadRefused("macros")
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    with archive.open(part) as xml:
                        _check_xml(xml)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise UploadRefused("sheet_damaged") from None


def _check_xml(xml: IO[bytes]) -> None:
    """No document type in any part, in no encoding that would hide one."""
    before = b""
    while piece := xml.read(_PIECE):
        if not before and (b"\0" in piece[:4] or _is_encoded(piece)):
            raise UploadRefused("sheet_damaged")
        seen = before + piece
        if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
            raise UploadRefused("sheet_damaged")
        before = seen[-16:]


def _is_encoded(start: bytes) -> bool:
    """Whether the XML declares another encoding than UTF-8."""
    declaration = start.lstrip(b"\xef\xbb\xbf").partition(b"?>")[0].lower()
    if not declaration.startswith(b"<?xml") or b"encoding" not in declaration:
        return False
    return b"utf-8" not in declaration and b"us-ascii" not in declaration


def _opened(file: BinaryIO) -> openpyxl.Workbook:
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that are no cells
            return openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception:  # whatever a damaged file makes the reader say
        raise UploadRefused("sheet_damaged") from None


def _of_xlsx(file: BinaryIO, shape: Shape) -> Iterator[list[str] | None]:
    book = _opened(file)
    try:
        sheet = book[shape.sheet]
        sheet.reset_dimensions()  # what a file says of its size is not believed
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of dates that are none
            for row in sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True):
                yield [cell_text(cell) for cell in row]
    except UploadRefused:
        raise
    except Exception:  # as above
        yield None
    finally:
        book.close()


def cell_text(value: object) -> str:
    """A cell as a person reads it: 501234567, 2026-11-20, 1."""
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return _armed(str(value))
