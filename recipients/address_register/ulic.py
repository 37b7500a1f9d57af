"""From the street catalogue of GUS (ULIC, the whole country, CSV or XML) to one municipality's streets.

Columns as GUS publishes them: WOJ, POW, GMI and RODZ_GMI are the municipality, SYM the place,
SYM_UL the street, CECHA its prefix, NAZWA_1 what comes first in the alphabet, NAZWA_2 the rest.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from lxml import etree

Row = Mapping[str, str]
NEEDED = ("WOJ", "POW", "GMI", "SYM_UL", "CECHA", "NAZWA_1")
COLUMNS = ("teryt", "prefix", "name")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Streets:
    """A municipality's streets as our own CSV; `as_of` is STAN_NA, the day of the catalogue."""

    text: str
    number: int
    left_out: int  # lines of other municipalities
    as_of: str = ""


def is_catalogue(raw: bytes) -> bool:
    """Whether a file begins like one of GUS's: XML, or CSV whose head names its columns."""
    start = raw[:2000].removeprefix(_BOM).lstrip()
    return start.startswith(b"<") or b"SYM_UL" in start.split(b"\n", 1)[0]


def of_municipality(source: BinaryIO, code: str) -> Streets:
    """Read a catalogue as it is published; `code` is the municipality, 6 or 7 digits.

    Without a code the catalogue may hold one municipality only. Raises ValidationError.
    """
    kept: dict[str, Row] = {}
    places: set[str] = set()
    left_out = 0
    as_of = ""
    for row in _rows(source):
        place = "".join(row.get(name, "") for name in ("WOJ", "POW", "GMI", "RODZ_GMI"))
        if not place.startswith(code):
            left_out += 1
            continue
        places.add(place[:6])
        if len(places) > 1:
            raise ValidationError(
                _(
                    "The catalogue holds many municipalities. Set the TERYT code of yours first:"
                    " Settings, Municipality."
                ),
                code="many_municipalities",
            )
        kept[row["SYM_UL"]] = row
        as_of = max(as_of, row.get("STAN_NA", ""))
    if not kept:
        raise ValidationError(
            _("The catalogue has no street of this municipality. Check the TERYT code: %(code)s."),
            code="no_streets",
            params={"code": code or "–"},
        )
    return Streets(_text(kept.values()), len(kept), left_out, as_of[:10])


def _text(rows: Iterable[Row]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        name = f"{row.get('NAZWA_2', '').strip()} {row['NAZWA_1'].strip()}".strip()
        writer.writerow((row["SYM_UL"], row["CECHA"].strip(), name))
    return out.getvalue()


def _rows(source: BinaryIO) -> Iterator[Row]:
    start = source.read(2000)
    source.seek(0)
    is_xml = start.removeprefix(_BOM).lstrip().startswith(b"<")
    return _xml_rows(source) if is_xml else _csv_rows(source)


def _csv_rows(source: BinaryIO) -> Iterator[Row]:
    encoding = _encoding(source)
    text = io.TextIOWrapper(source, encoding, newline="")
    try:
        reader = csv.DictReader(text, delimiter=";", restval="")
        missing = set(NEEDED) - set(reader.fieldnames or ())
        if missing:
            raise ValidationError(
                _("These columns are missing: %(names)s."),
                params={"names": ", ".join(sorted(missing))},
            )
        for row in reader:
            if row["SYM_UL"]:
                yield row
    except csv.Error as wrong:
        raise ValidationError(_("This is not the street catalogue of GUS.")) from wrong
    finally:
        text.detach()  # whoever opened the file closes it


def _encoding(source: BinaryIO) -> str:
    """UTF-8 where the whole file is, else Windows-1250, as spreadsheets save it."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := source.read(2**20):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1250"
    finally:
        source.seek(0)
    return "utf-8-sig"


def _xml_rows(source: BinaryIO) -> Iterator[Row]:
    """`<row><WOJ>14</WOJ>…` as it is now, `<row><col name="WOJ">14</col>…` as it was."""
    reading = etree.iterparse(
        source,
        events=("start", "end"),
        tag=None,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for event, element in reading:
            if event == "start":
                _refuse_doctype(element)
            elif element.tag == "row":
                row = {
                    str(child.get("name") or child.tag): (child.text or "").strip()
                    for child in element
                }
                _clear(element)
                if row.get("SYM_UL"):
                    yield {name: row.get(name, "") for name in (*NEEDED, *row)}
    except etree.LxmlError as wrong:
        raise ValidationError(_("This is not the street catalogue of GUS.")) from wrong


def _refuse_doctype(element: "etree._Element") -> None:
    """Only the root is asked: a catalogue needs no DOCTYPE, and a bomb needs one."""
    if element.getparent() is None and element.getroottree().docinfo.internalDTD is not None:
        raise ValidationError(_("This is not the street catalogue of GUS."))


def _clear(element: "etree._Element") -> None:
    """Forget what was read: the whole country takes hundreds of megabytes as a tree."""
    element.clear()
    while element.getprevious() is not None:
        parent = element.getparent()
        if parent is None:
            break
        del parent[0]
