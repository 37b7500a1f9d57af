"""A signed form that was scanned: pictures are drawn anew, a PDF that acts, hides or locks is refused."""

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from consents.tests.papers import packed, pdf, picture
from icp import uploads
from icp.uploads import UploadRefused

pytestmark = pytest.mark.dry

SCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"


def taken(raw: bytes, name: str) -> uploads.Sheet:
    return uploads.sheet(ContentFile(raw, name))


@pytest.mark.parametrize(
    ("name", "kind"), [("s.jpg", "JPEG"), ("s.jpeg", "JPEG"), ("s.png", "PNG")]
)
def test_a_picture_comes_out_as_a_jpeg_without_anything_else(name: str, kind: str) -> None:
    raw = picture(name, kind).read() + b"<script>alert(1)</script>"
    sheet = taken(raw, name)
    assert sheet.media_type == "image/jpeg"
    assert b"script" not in sheet.content
    assert Image.open(io.BytesIO(sheet.content)).format == "JPEG"


def test_a_clear_picture_stands_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    drawn = Image.open(io.BytesIO(taken(out.getvalue(), "s.png").content))
    assert drawn.getpixel((5, 5)) == (255, 255, 255)


def test_a_large_photograph_is_made_smaller_and_can_still_be_read() -> None:
    out = io.BytesIO()
    Image.new("RGB", (8000, 6000), "white").save(out, "JPEG")
    drawn = Image.open(io.BytesIO(taken(out.getvalue(), "s.jpg").content))
    assert drawn.size == (2600, 1950)


def test_a_plain_pdf_is_kept_as_it_came() -> None:
    raw = pdf(packed(b"7 0 << /Type /Font >>"))
    assert taken(raw, "skan.PDF") == uploads.Sheet(raw, "application/pdf")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (pdf(SCRIPT), "pdf_active"),
        (pdf(b"<< /S /J#61vaScript >>"), "pdf_active"),
        (pdf(b"<< /S/Launch/F(cmd.exe) >>"), "pdf_active"),
        (pdf(b"<< /Type /Filespec /EF << >> >> /EmbeddedFile"), "pdf_active"),
        (pdf(b"<< /XFA [] >>"), "pdf_active"),
        (pdf(packed(b"7 0 " + SCRIPT)), "pdf_active"),
        (pdf(packed(b"7 0 << /S /Java#53cript >>")), "pdf_active"),
        (pdf(packed(b"7 0 x", b"/Type /ObjStm /Filter /ASCIIHexDecode")), "pdf_damaged"),
        (pdf(packed(b"7 0 x", b"/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]")), "pdf_damaged"),
        (pdf(packed(b"x", b"/Type /Obj#53tm /Filter /Crypt")), "pdf_damaged"),
        (pdf(b"<< /Type /ObjStm /Filter /FlateDecode >>\nstream\nnot zlib\nendstream"), "pdf_damaged"),
        (pdf(packed(b"\0" * (33 * 2**20))), "pdf_damaged"),
        (pdf().replace(b"trailer <<", b"trailer << /Encrypt 9 0 R"), "pdf_locked"),
        (pdf(pages=0), "pdf_damaged"),
        (pdf(pages=21), "pdf_long"),
        (pdf()[:-40], "not_a_pdf"),
        (b"MZ" + pdf(), "not_a_paper"),
        (b"<svg xmlns='x'><script/></svg>", "svg"),
        (b"%!PS-Adobe", "not_a_paper"),
        (b"", "empty"),
    ],
)  # fmt: skip
def test_what_is_no_scan_is_refused_with_its_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(UploadRefused) as refused:
        taken(raw, "skan.pdf")
    assert refused.value.code == reason
    assert str(refused.value)


def test_twenty_pages_and_a_picture_that_looks_like_a_name_are_no_reason() -> None:
    noise = (
        b"<< /Subtype /Image /Filter /DCTDecode /Length 9 >>\nstream\n\xff/JS /AA\x00\nendstream"
    )
    assert taken(pdf(noise, pages=19), "skan.pdf").media_type == "application/pdf"


def test_the_name_must_agree_and_twenty_megabytes_are_the_most() -> None:
    for name, raw in (("skan.jpg", pdf()), ("skan.pdf", picture().read())):
        with pytest.raises(UploadRefused) as refused:
            taken(raw, name)
        assert refused.value.code == "ending"
    with pytest.raises(UploadRefused) as refused:
        taken(b"%PDF-" + b"x" * (20 * 2**20), "skan.pdf")
    assert refused.value.code == "too_large"
