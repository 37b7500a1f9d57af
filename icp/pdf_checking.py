"""From the bytes of a PDF that somebody sent to a word on why it is not taken; the bytes stay as they are.

A signed form as a scanner makes it is pictures of pages. What acts, what is hidden and what cannot be
looked into is refused: ISO 32000-1, 12.6 (actions), 7.11.4 (embedded files), 7.6 (encryption), 7.5.7
(object streams). It is no virus scanner: files are only ever given out to be saved, never shown in place.
"""

import re
import zlib
from collections.abc import Iterator

MOST_PAGES = 20
MOST_UNPACKED = 32 * 2**20  # bytes of all object streams together
HEAD, NOT_A_PDF, ACTIVE, LOCKED, DAMAGED, LONG = (
    b"%PDF-", "not_a_pdf", "pdf_active", "pdf_locked", "pdf_damaged", "pdf_long",
)  # fmt: skip
NAME_END = rb"(?![^\s/<>\[\](){}%])"
ACTING = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToR|GoToE|Movie"
    rb"|Sound|Rendition|Trans3D|3D)" + NAME_END
)
ENCRYPTED = re.compile(rb"/Encrypt" + NAME_END)
PAGE = re.compile(rb"/Type\s*/Page" + NAME_END)
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"\bstream\r?\n")
OBJECTS = re.compile(rb"/ObjStm" + NAME_END)
# The only way of packing objects that we look into; anything else may hide something.
PLAIN_FLATE = re.compile(rb"/Filter\s*(?:\[\s*)?/FlateDecode(?:\s*\])?\s*(?:/|>>)")


def problem(raw: bytes) -> str:
    """A code of the reasons above, or nothing where the file may be kept."""
    if not raw.startswith(HEAD) or b"%%EOF" not in raw[-2048:]:
        return NOT_A_PDF
    try:
        parts = [_names_plain(raw), *(_names_plain(part) for part in _object_streams(raw))]
    except (zlib.error, ValueError):
        return DAMAGED
    if any(ENCRYPTED.search(part) for part in parts):
        return LOCKED
    if any(ACTING.search(part) for part in parts):
        return ACTIVE
    pages = sum(len(PAGE.findall(part)) for part in parts)
    if not pages:
        return DAMAGED
    return LONG if pages > MOST_PAGES else ""


def _names_plain(raw: bytes) -> bytes:
    """With /J#61vaScript written as /JavaScript (ISO 32000-1, 7.3.5)."""
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), raw)


def _object_streams(raw: bytes) -> Iterator[bytes]:
    """What is packed into object streams; raises ValueError where one is packed oddly."""
    left, before = MOST_UNPACKED, 0
    for found in STREAM.finditer(raw):
        head = raw[max(before, raw.rfind(b" obj", before, found.start())) : found.start()]
        before = found.end()
        told = _names_plain(head)
        if not OBJECTS.search(told):
            continue
        if b"/Filter" not in told:
            continue  # its names stand in the file as they are
        if not PLAIN_FLATE.search(told) or b"/Predictor" in told:
            raise ValueError
        unpacked = zlib.decompressobj().decompress(raw[found.end() :], left)
        left -= len(unpacked)
        if left <= 0:
            raise ValueError
        yield unpacked
