"""From a file somebody sent to bytes that are safe to keep, or a sentence that says why not.

What a file is, its content decides; its name gives only the ending, which must agree. Pictures are
drawn anew in a process of their own (`drawing_anew`), so that nothing hidden in them survives.
OWASP ASVS 4.0.3, V12.1 to V12.4.
"""

import struct
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from . import pdf_checking

MIB = 2**20
IMAGE_BYTES = 5 * MIB
IMAGE_PIXELS = 40_000_000
TABLE_BYTES = 20 * MIB
SHEET_BYTES = 20 * MIB
SHEET_PIXELS = 120_000_000  # A4 at 600 dots per inch has 35 million; a telephone's camera up to 108
PHOTO_BYTES = 12 * MIB
PHOTO_PIXELS = 50_000_000
JPEG, PDF, PNG = "image/jpeg", "application/pdf", "image/png"
CERTIFICATE_BYTES = 64 * 1024
XML_BYTES = 2 * MIB
DRAWING_SECONDS = 10
DRAWING = Path(__file__).with_name("drawing_anew.py")
# A drawing may take 1 GiB: so many at once in one process of the server, the others wait.
DRAWINGS_AT_ONCE = threading.BoundedSemaphore(2)
PHOTO_HEAD = struct.Struct(">III")  # as drawing_anew.HEAD

IMAGES = {
    b"\x89PNG\r\n\x1a\n": {".png"},
    b"\xff\xd8\xff": {".jpg", ".jpeg"},
    b"RIFF": {".webp"},
}
# ISO/IEC 23008-12, 10.2: the brands of HEIF pictures in HEVC, after the box's length and "ftyp".
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1"}
# How files begin that are no text, whatever their name says.
NOT_TEXT = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"%PDF",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
    b"\x7fELF",
    b"MZ",
)
ZIP = b"PK\x03\x04"
CERTIFICATES = {".pem", ".crt", ".cer", ".der", ".key", ".p12", ".pfx"}
TABLES = {".csv", ".txt"}

SENTENCES = {
    "missing": _("Choose a file."),
    "empty": _("The file is empty. Choose another one."),
    "too_large": _("The file is too large. Choose a smaller one."),
    "svg": _(
        "SVG files are not accepted, because they may hold programs. Send a PNG or JPEG file."
    ),
    "not_an_image": _("This is not a picture that we can read. Send a PNG, JPEG or WebP file."),
    "not_a_photo": _("This is not a photo that we can read. Send a JPEG, PNG, WebP or HEIC file."),
    "ending": _("The name of the file does not agree with what is in it. Check the file."),
    "too_many_pixels": _("The picture has too many pixels. Make it smaller and send it again."),
    "damaged": _("The picture is damaged. Save it anew and send it again."),
    "spreadsheet": _("This is a spreadsheet. Save it as CSV and send that file."),
    "not_a_table": _("This is not a text file. Save the table as CSV and send that file."),
    "encoding": _(
        "The letters in the file cannot be read. Save it as CSV with the encoding UTF-8."
    ),
    "old_spreadsheet": _(
        "This spreadsheet is in an old format, or a password protects it. Save it as XLSX without a"
        " password, or as CSV, and send that file."
    ),
    "macros": _(
        "This spreadsheet holds macros, that is programs. Save it as XLSX without macros, or as CSV,"
        " and send that file."
    ),
    "sheet_bomb": _(
        "This spreadsheet unpacks to more than can be read. Save the sheet with the people alone, as"
        " CSV, and send that file."
    ),
    "sheet_damaged": _(
        "This spreadsheet cannot be read. Save it anew as XLSX, or as CSV, and send that file."
    ),
    "not_a_sheet": _("This is no table. Send a CSV or XLSX file."),
    "not_a_certificate": _("This is not a certificate. Send a PEM or PKCS#12 file."),
    "not_a_paper": _("This is neither a picture nor a PDF file. Send JPEG, PNG or PDF."),
    "not_a_pdf": _("The PDF file is cut off or damaged. Scan the paper again."),
    "pdf_active": _(
        "The PDF file holds programs or other files. Scan the paper as pictures and send that."
    ),
    "pdf_locked": _("The PDF file is locked with a password. Save it without one."),
    "pdf_damaged": _("The PDF file cannot be looked into. Scan the paper as pictures."),
    "pdf_long": _("The PDF file has more than 20 pages. Send the form only."),
    "not_an_attachment": _("Only PDF, PNG and JPEG files can be attached. Choose such a file."),
    "pdf_broken": _("The PDF file is cut off or damaged. Save it anew and attach that one."),
    "pdf_acts": _(
        "The PDF file holds programs, forms or other files. Print it to PDF anew and attach that one."
    ),
    "not_xml": _("This is not an XML document. Check the file."),
}


class UploadRefused(ValidationError):
    """A file that is not taken; `code` is a key of SENTENCES. A form's `clean_…` may let it pass."""

    def __init__(self, code: str) -> None:
        super().__init__(SENTENCES[code], code=code)

    def __str__(self) -> str:
        return str(self.message)


def image(
    file: File | None, *, max_bytes: int = IMAGE_BYTES, max_pixels: int = IMAGE_PIXELS
) -> bytes:
    """A PNG of the first picture in the file, upright, without metadata, edges of 2000 px at most.

    Raises UploadRefused. Memory and time are limited (1 GiB, 10 s), outside of this process.
    """
    raw, ending = _read(file, max_bytes)
    _check_picture(raw, ending)
    return _drawn(raw, max_pixels)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of paper as a picture, or several in a PDF, safe to keep."""

    content: bytes = field(repr=False)
    media_type: str  # JPEG or PDF


def sheet(file: File | None, *, max_bytes: int = SHEET_BYTES) -> Sheet:
    """A scanned or photographed paper: a picture drawn anew as JPEG, a PDF as it came.

    Raises UploadRefused. A PDF is refused where it acts, hides or locks something (pdf_checking);
    give it out to be saved only.
    """
    raw, ending = _read(file, max_bytes)
    if not raw.startswith(pdf_checking.HEAD):
        _check_picture(raw, ending, "not_a_paper")
        return Sheet(_drawn(raw, SHEET_PIXELS, "sheet"), JPEG)
    if ending != ".pdf":
        raise UploadRefused("ending")
    problem = pdf_checking.problem(raw)
    if problem:
        raise UploadRefused(problem)
    return Sheet(raw, PDF)


def attachment(file: File | None, *, max_bytes: int) -> Sheet:
    """What goes along with a message: a PNG or JPEG drawn anew, a PDF of any length as it came.

    Raises UploadRefused. A PDF is refused where it acts, hides or locks something (pdf_checking).
    """
    raw, ending = _read(file, max_bytes)
    if raw.startswith(pdf_checking.HEAD):
        if ending != ".pdf":
            raise UploadRefused("ending")
        problem = pdf_checking.problem(raw)
        if problem not in ("", pdf_checking.LONG):
            raise UploadRefused(ATTACHED.get(problem, problem))
        return Sheet(raw, PDF)
    if not raw.startswith(tuple(IMAGES)) and b"<svg" not in raw[:4096].lower():
        raise UploadRefused("not_an_attachment")
    _check_picture(raw, ending, "not_an_attachment")
    if raw.startswith(b"\xff\xd8\xff"):
        return Sheet(_drawn(raw, SHEET_PIXELS, "sheet"), JPEG)
    return Sheet(_drawn(raw, IMAGE_PIXELS), PNG)


# The same problems in words for a file that nobody scanned.
ATTACHED = {
    "not_a_pdf": "pdf_broken",
    "pdf_active": "pdf_acts",
    "pdf_damaged": "pdf_broken",
}


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo drawn anew, and a small one of it; both JPEG, edges of 2048 and 480 px at most."""

    content: bytes = field(repr=False)
    small: bytes = field(repr=False)
    width: int
    height: int


def photo(file: File | None, *, max_bytes: int = PHOTO_BYTES) -> Photo:
    """A photo from a telephone: JPEG, PNG, WebP or HEIC by its content, whatever its name says.

    Raises UploadRefused.
    """
    raw, _ending = _read(file, max_bytes)
    heic = raw[4:8] == b"ftyp" and raw[8:12] in HEIC_BRANDS
    if not heic and not raw.startswith(tuple(IMAGES)):
        raise UploadRefused("not_a_photo")
    drawn = _drawn(raw, PHOTO_PIXELS, "photo")
    width, height, length = PHOTO_HEAD.unpack_from(drawn)
    end = PHOTO_HEAD.size + length
    return Photo(drawn[PHOTO_HEAD.size : end], drawn[end:], width, height)


def _check_picture(raw: bytes, ending: str, otherwise: str = "not_an_image") -> None:
    if ending == ".svg" or b"<svg" in raw[:4096].lower():
        raise UploadRefused("svg")
    endings = next((kinds for start, kinds in IMAGES.items() if raw.startswith(start)), None)
    if endings is None:
        raise UploadRefused(otherwise)
    if ending not in endings:
        raise UploadRefused("ending")


def _drawn(raw: bytes, max_pixels: int, *how: str) -> bytes:
    try:
        with DRAWINGS_AT_ONCE:
            drawn = subprocess.run(  # noqa: S603 (our own program, without arguments from outside)
                [sys.executable, "-I", str(DRAWING), str(max_pixels), *how],
                input=raw,
                capture_output=True,
                timeout=DRAWING_SECONDS,
                env={},
                check=False,
            )
    except subprocess.TimeoutExpired as late:
        raise UploadRefused("damaged") from late
    if drawn.returncode:
        raise UploadRefused({3: "too_many_pixels"}.get(drawn.returncode, "damaged"))
    return drawn.stdout


def text_table(file: File | None, *, max_bytes: int = TABLE_BYTES) -> str:
    """The text of a CSV file in UTF-8 (with a BOM or without) or Windows-1250; raises UploadRefused."""
    raw, ending = _read(file, max_bytes)
    if raw.startswith(ZIP) or ending in {".xls", ".xlsx", ".ods"}:
        raise UploadRefused("spreadsheet")
    if raw.startswith(NOT_TEXT) or ending not in TABLES:
        raise UploadRefused("not_a_table")
    return _text(raw)


def text_or_xml(file: File | None, *, max_bytes: int = TABLE_BYTES) -> bytes:
    """A table or an XML document as it came, for whoever can read both; raises UploadRefused."""
    raw, ending = _read(file, max_bytes)
    if raw.startswith(ZIP) or ending in {".xls", ".xlsx", ".ods"}:
        raise UploadRefused("spreadsheet")
    if raw.startswith(NOT_TEXT) or ending not in TABLES | {".xml"}:
        raise UploadRefused("not_a_table")
    return raw


def certificate(file: File | None, *, max_bytes: int = CERTIFICATE_BYTES) -> bytes:
    """PEM or DER (a certificate, a key, a PKCS#12 file) as it came; raises UploadRefused."""
    raw, ending = _read(file, max_bytes)
    if ending not in CERTIFICATES:
        raise UploadRefused("not_a_certificate")
    # DER: a SEQUENCE whose length takes two bytes (ITU-T X.690, 8.1.3).
    if not (b"-----BEGIN " in raw or raw.startswith(b"\x30\x82")):
        raise UploadRefused("not_a_certificate")
    return raw


def xml(file: File | None, *, max_bytes: int = XML_BYTES) -> bytes:
    """Bytes that begin like an XML document; whoever parses them does so without entities and DTD."""
    raw, ending = _read(file, max_bytes)
    start = raw.removeprefix(b"\xef\xbb\xbf").lstrip()
    if ending != ".xml" or not start.startswith(b"<"):
        raise UploadRefused("not_xml")
    return raw


def _read(file: File | None, max_bytes: int) -> tuple[bytes, str]:
    """At most `max_bytes`, and the ending of the name; the rest of the name is never used."""
    if file is None:
        raise UploadRefused("missing")
    file.seek(0)
    raw = file.read(max_bytes + 1)
    if not raw:
        raise UploadRefused("empty")
    if len(raw) > max_bytes:
        raise UploadRefused("too_large")
    return raw, PurePosixPath(file.name or "").suffix.lower()


def _text(raw: bytes) -> str:
    if b"\0" in raw:
        raise UploadRefused("encoding")
    for encoding in ("utf-8-sig", "cp1250"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(sign < " " and sign not in "\t\r\n" for sign in text):
            return text
    raise UploadRefused("encoding")
