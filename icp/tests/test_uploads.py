"""Files from outside: what is taken comes out harmless, what is not gets its sentence."""

import io
import struct
import zlib

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from icp import uploads
from icp.uploads import UploadRefused

pytestmark = pytest.mark.dry

HOSTILE_SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (10, 120, 60)).save(out, kind, **options)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that claims, and holds, `width` x `height` pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    packer = zlib.compressobj(9)
    row = b"\0" * (1 + width // 8)
    lines = b"".join(packer.compress(row) for _row in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")
    )


def code(call: object, raw: bytes, name: str, **options: int) -> str:
    with pytest.raises(UploadRefused) as refused:
        call(ContentFile(raw, name), **options)  # type: ignore[operator]
    assert str(refused.value)
    assert refused.value.code == refused.value.error_list[0].code
    return str(refused.value.code)


@pytest.mark.parametrize(
    ("kind", "name"), [("PNG", "a.png"), ("JPEG", "a.JPG"), ("WEBP", "a.webp")]
)
def test_a_picture_is_drawn_anew(kind: str, name: str) -> None:
    drawn = uploads.image(ContentFile(picture(kind), name))
    with Image.open(io.BytesIO(drawn)) as fresh:
        assert (fresh.format, fresh.size) == ("PNG", (40, 20))


def test_metadata_and_what_hangs_behind_the_picture_are_gone() -> None:
    exif = Image.Exif()
    exif[0x010E] = "ul. Sekretna 7"
    exif[0x0112] = 6  # lies on its side
    raw = picture("JPEG", exif=exif, comment=b"tajne") + b"PK\x03\x04<script>alert(1)</script>"
    drawn = uploads.image(ContentFile(raw, "herb.jpg"))
    assert not any(
        planted in drawn for planted in (b"Sekretna", b"tajne", b"script", b"PK\x03\x04")
    )
    with Image.open(io.BytesIO(drawn)) as fresh:
        assert fresh.size == (20, 40)
        assert not fresh.getexif()


def test_a_large_picture_becomes_a_moderate_one() -> None:
    drawn = uploads.image(ContentFile(picture(size=(5000, 1000)), "herb.png"))
    with Image.open(io.BytesIO(drawn)) as fresh:
        assert fresh.size == (2000, 400)


@pytest.mark.parametrize(
    ("raw", "name", "expected"),
    [
        (b"", "a.png", "empty"),
        (HOSTILE_SVG, "logo.svg", "svg"),
        (HOSTILE_SVG, "logo.png", "svg"),
        (b"\xef\xbb\xbf<!-- -->\n<SVG onload='x()'/>", "logo.png", "svg"),
        (b"GIF89a" + bytes(30), "a.gif", "not_an_image"),
        (b"%PDF-1.7", "a.png", "not_an_image"),
        (picture("JPEG"), "a.png", "ending"),
        (picture("PNG"), "a.png.exe", "ending"),
        (picture("PNG"), "", "ending"),
        (picture("PNG")[:60], "a.png", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "a.png", "damaged"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "a.webp", "damaged"),
        (bomb(20_000, 20_000), "a.png", "too_many_pixels"),
    ],
)
def test_what_is_no_harmless_picture_is_refused(raw: bytes, name: str, expected: str) -> None:
    assert code(uploads.image, raw, name) == expected


def test_size_is_limited_before_anything_is_decoded() -> None:
    assert (
        code(uploads.image, b"\x89PNG\r\n\x1a\n" + bytes(1000), "a.png", max_bytes=999)
        == "too_large"
    )
    assert code(uploads.image, picture(size=(11, 10)), "a.png", max_pixels=100) == "too_many_pixels"


def test_a_picture_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "DRAWING_SECONDS", 0.001)
    assert code(uploads.image, picture(), "a.png") == "damaged"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250"])
def test_a_table_is_read_in_the_usual_encodings(encoding: str) -> None:
    raw = "ulica;numer\r\nGęślą Jaźń;1\r\n".encode(encoding)
    assert uploads.text_table(ContentFile(raw, "adresy.csv")) == "ulica;numer\r\nGęślą Jaźń;1\r\n"


@pytest.mark.parametrize(
    ("raw", "name", "expected"),
    [
        (b"", "a.csv", "empty"),
        (b"PK\x03\x04rest", "a.csv", "spreadsheet"),
        (b"a;b", "a.xlsx", "spreadsheet"),
        (b"%PDF-1.7", "a.csv", "not_a_table"),
        (b"a;b", "a.exe", "not_a_table"),
        (b"a\0b", "a.csv", "encoding"),
        ("a;b".encode("utf-16"), "a.csv", "encoding"),
        (b"a;\x1b[31mb", "a.csv", "encoding"),
        (b"a;\x81\x83", "a.csv", "encoding"),
    ],
)
def test_what_is_no_table_is_refused(raw: bytes, name: str, expected: str) -> None:
    assert code(uploads.text_table, raw, name) == expected


def test_a_table_may_not_be_endless() -> None:
    assert code(uploads.text_table, b"a" * 11, "a.csv", max_bytes=10) == "too_large"


@pytest.mark.parametrize(
    ("raw", "name", "accepted"),
    [
        (b"-----BEGIN CERTIFICATE-----\n", "a.pem", True),
        (b"\x30\x82\x01\x00", "a.p12", True),
        (b"\x30\x82\x01\x00", "a.exe", False),
        (b"<html>", "a.pem", False),
    ],
)
def test_a_certificate_begins_like_one(raw: bytes, name: str, accepted: bool) -> None:
    if accepted:
        assert uploads.certificate(ContentFile(raw, name)) == raw
    else:
        assert code(uploads.certificate, raw, name) == "not_a_certificate"


def test_an_xml_document_begins_like_one() -> None:
    assert uploads.xml(ContentFile(b"\xef\xbb\xbf <a/>", "a.xml"))
    assert code(uploads.xml, b"a", "a.xml") == "not_xml"
    assert code(uploads.xml, b"<a/>", "a.html") == "not_xml"


def test_nothing_sent_is_said_so() -> None:
    with pytest.raises(UploadRefused):
        uploads.image(None)
