"""From rows to an XLSX file (ECMA-376), piece by piece: nothing of it ever lies on a disk unsealed.

Every text is an inline string, which no spreadsheet reads as a formula (18.3.1.53); one that looks like a
formula is marked to stay text when somebody edits it (`quotePrefix`, 18.8.45).
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from xml.sax.saxutils import escape

from .csv_files import FORMULA

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_576
ROWS_AT_ONCE = 500
# What XML 1.0 cannot hold, section 2.2.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PARTS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD, _TEXT, _QUOTED, _DAY = 1, 2, 3, 4  # places in cellXfs below
_EPOCH = date(1899, 12, 30)

_FIXED = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_PARTS}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_PARTS}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_PARTS}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_SHEETS}">'
        '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="5"><xf xfId="0"/>'
        '<xf xfId="0" fontId="1" applyFont="1"/>'
        '<xf xfId="0" numFmtId="49" applyNumberFormat="1"/>'
        '<xf xfId="0" numFmtId="49" applyNumberFormat="1" quotePrefix="1"/>'
        '<xf xfId="0" numFmtId="164" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}


class _Buffer(io.RawIOBase):
    """What zipfile writes, until somebody takes it; it cannot be sought in, so nothing is kept."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        part = bytes(data)  # type: ignore[call-overload]
        self._parts.append(part)
        return len(part)

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def pieces(
    sheet: str, columns: Sequence[object], rows: Iterable[Sequence[object]]
) -> Iterator[bytes]:
    """The file with one sheet called `sheet`, its first row kept in sight while people scroll.

    Cells: dates as dates, whole numbers and decimals as numbers, None as nothing, the rest as text.
    """
    buffer = _Buffer()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in _FIXED.items():
            book.writestr(name, _xml(content))
        book.writestr("xl/workbook.xml", _xml(_workbook(sheet)))
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(_xml(_beginning(len(columns))).encode())
            part.write(_row([str(name) for name in columns], _HEAD).encode())
            lines = iter(rows)
            while some := list(islice(lines, ROWS_AT_ONCE)):
                part.write("".join(_row(row) for row in some).encode())
                yield buffer.take()
            part.write(b"</sheetData></worksheet>")
    yield buffer.take()


def _xml(content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{content}'


def _workbook(sheet: str) -> str:
    name = escape(re.sub(r"[\[\]:*?/\\]", " ", sheet)[:31], {'"': "&quot;"})
    return (
        f'<workbook xmlns="{_SHEETS}" xmlns:r="{_OFFICE}">'
        f'<sheets><sheet name="{name}" sheetId="1" r:id="r1"/></sheets></workbook>'
    )


def _beginning(columns: int) -> str:
    return (
        f'<worksheet xmlns="{_SHEETS}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<cols><col min="1" max="{columns}" width="22" customWidth="1"/></cols><sheetData>'
    )


def _row(values: Sequence[object], style: int = 0) -> str:
    return f"<row>{''.join(_cell(value, style) for value in values)}</row>"


def _cell(value: object, style: int) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"<c><v>{value}</v></c>"
    if isinstance(value, date) and value >= _EPOCH:
        return (
            f'<c s="{_DAY}"><v>{(date(value.year, value.month, value.day) - _EPOCH).days}</v></c>'
        )
    text = _NOT_XML.sub("\ufffd", str(value))
    looks_like_a_formula = text.lstrip(" ").startswith(FORMULA)
    place = style or (_QUOTED if looks_like_a_formula else _TEXT)
    return f'<c s="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
