"""Photos of every kind go in; what comes out is pixels and nothing else, seen byte by byte."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from PIL import Image, ImageFile

from icp import drawing_anew, uploads
from icp.uploads import UploadRefused

from . import pictures
from .pictures import BOMBS, SECRET, SIZE, TAKEN, WITHIN

pytestmark = pytest.mark.dry

SOI, EOI, SOS, APP0 = 0xD8, 0xD9, 0xDA, 0xE0
TABLES_AND_FRAMES = {
    0xDB,
    0xC4,
    0xC0,
    0xC2,
    SOS,
    APP0,
}  # DQT, DHT, SOF0, SOF2 (ITU-T T.81, table B.1)
STANDALONE = range(0xD0, 0xD8)
HOSTILE = (SECRET, b"Exif", b"xmpmeta", b"ICC_PROFILE", b"<script", b"PK\x03\x04", b"MPF")


def segments(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """The segments of a JPEG read by hand; fails on anything that is not one, and on what follows EOI."""
    assert raw[:2] == bytes([0xFF, SOI])
    at = 2
    while True:
        assert raw[at] == 0xFF, f"no marker at {at}"
        kind = raw[at + 1]
        if kind == EOI:
            assert at + 2 == len(raw), "something follows the picture"
            return
        length = int.from_bytes(raw[at + 2 : at + 4], "big")
        yield kind, raw[at + 4 : at + 2 + length]
        at += 2 + length
        if kind == SOS:
            while raw[at] != 0xFF or raw[at + 1] in {0, *STANDALONE}:
                at += 1


def check_clean(raw: bytes) -> None:
    for kind, body in segments(raw):
        assert kind in TABLES_AND_FRAMES, hex(kind)
        if kind == APP0:  # JFIF 1.02: five letters, version, density, and a preview of 0 x 0
            assert (body[:5], body[12:], len(body)) == (b"JFIF\0", b"\0\0", 14)
    assert not [found for found in HOSTILE if found in raw]
    assert SECRET.decode().encode("utf-16-le") not in raw


@pytest.mark.parametrize("name", TAKEN)
def test_nothing_but_pixels_survives(name: str) -> None:
    photo = uploads.photo(ContentFile(TAKEN[name](), "x"))
    for part in (photo.content, photo.small):
        check_clean(part)
        with Image.open(io.BytesIO(part)) as fresh:
            assert (fresh.format, fresh.mode, fresh.size) == ("JPEG", "RGB", SIZE)
    assert (photo.width, photo.height) == SIZE


def test_the_reader_of_bytes_sees_what_hides() -> None:
    """The control: what was sent does not pass the same checks."""
    for name in (
        "jpeg with everything",
        "jpeg and a page",
        "jpeg and an archive",
        "several pictures",
    ):
        with pytest.raises(AssertionError):
            check_clean(TAKEN[name]())
    for name in ("png with texts", "webp", "heic"):
        raw = TAKEN[name]()
        assert [found for found in HOSTILE if found in raw], name


def near(seen: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(seen, tuple)
    return all(abs(one - two) < 30 for one, two in zip(seen, wanted, strict=True))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_a_photo_stands_upright(kind: str, orientation: int) -> None:
    """Whatever the camera wrote, the blue quarter ends where that orientation puts it."""
    exif = pictures.gps(orientation)
    upright = Image.Image.transpose
    raw = pictures.saved(pictures.drawn((80, 40)), kind, exif=exif.tobytes(), quality=95)
    photo = uploads.photo(ContentFile(raw))
    assert (photo.width, photo.height) == ((80, 40) if orientation < 5 else (40, 80))
    turns = {
        2: (Image.Transpose.FLIP_LEFT_RIGHT,),
        3: (Image.Transpose.ROTATE_180,),
        4: (Image.Transpose.FLIP_TOP_BOTTOM,),
        5: (Image.Transpose.TRANSPOSE,),
        6: (Image.Transpose.ROTATE_270,),
        7: (Image.Transpose.TRANSVERSE,),
        8: (Image.Transpose.ROTATE_90,),
    }
    wanted = pictures.drawn((80, 40))
    for turn in turns.get(orientation, ()):
        wanted = upright(wanted, turn)
    with Image.open(io.BytesIO(photo.content)) as fresh:
        for place in ((5, 5), (photo.width - 5, 5), (5, photo.height - 5)):
            assert near(fresh.getpixel(place), wanted.getpixel(place)), (orientation, place)  # type: ignore[arg-type]


def test_a_heic_from_a_telephone_held_upright_is_turned() -> None:
    photo = uploads.photo(ContentFile(pictures.heic(orientation=6, size=(80, 40))))
    assert (photo.width, photo.height) == (40, 80)
    check_clean(photo.content)
    with Image.open(io.BytesIO(photo.content)) as fresh:
        assert near(fresh.getpixel((35, 5)), pictures.BLUE)


def test_colours_stay_what_they_were() -> None:
    for name in ("png of 16 bits", "jpeg for printers", "webp", "moving webp", "heic"):
        photo = uploads.photo(ContentFile(TAKEN[name]()))
        with Image.open(io.BytesIO(photo.content)) as fresh:
            assert near(fresh.getpixel((SIZE[0] - 5, SIZE[1] - 5)), pictures.RED), name
    photo = uploads.photo(ContentFile(pictures.grey_of_16_bits()))
    with Image.open(io.BytesIO(photo.content)) as fresh:
        assert near(fresh.getpixel((5, 5)), (128, 128, 128))


def test_what_is_clear_lies_on_white() -> None:
    clear = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    photo = uploads.photo(ContentFile(pictures.saved(clear, "PNG")))
    with Image.open(io.BytesIO(photo.content)) as fresh:
        assert near(fresh.getpixel((5, 5)), (255, 255, 255))


def test_a_large_photo_becomes_a_moderate_and_a_small_one() -> None:
    photo = uploads.photo(ContentFile(pictures.saved(pictures.drawn((4000, 3000)), "JPEG")))
    assert (photo.width, photo.height) == (2048, 1536)
    with Image.open(io.BytesIO(photo.small)) as small:
        assert small.size == (480, 360)


@pytest.mark.parametrize("name", ["jpeg with everything", "png with texts", "webp", "heic"])
def test_half_a_photo_is_refused(name: str) -> None:
    raw = pictures.saved(pictures.drawn((300, 200)), "JPEG") if "jpeg" in name else TAKEN[name]()
    raw = raw.split(b"PK\x03\x04", maxsplit=1)[0]  # an archive behind it is not its other half
    with pytest.raises(UploadRefused) as refused:
        uploads.photo(ContentFile(raw[: len(raw) // 2]))
    assert refused.value.code == "damaged"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b"\xff\xd8\xff", "damaged"),
        (b"GIF89a" + bytes(40), "not_a_photo"),
        (b"%PDF-1.7", "not_a_photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_photo"),
        (b"<?xml version='1.0'?><svg/>", "not_a_photo"),
        (b"\0\0\0\x20ftypavif" + bytes(40), "not_a_photo"),
        (b"\0\0\0\x20ftypheic" + bytes(40), "damaged"),
        (b"\0\0\0\x08ftyp" * 5000, "not_a_photo"),
        (b"\0\0\0\x10ftypheic" + b"\0\0\0\x08meta" * 100_000, "damaged"),
        (pictures.zipped(), "not_a_photo"),
        (b"BM" + bytes(60), "not_a_photo"),
        (b"MM\0*" + bytes(60), "not_a_photo"),
        (b"\xff\xd8\xff" + bytes(12 * 2**20), "too_large"),
        (b"RIFF\xff\xff\xff\xffWEBPVP8 ", "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_photo_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(UploadRefused) as refused:
        uploads.photo(ContentFile(raw, "zdjecie.jpg"))
    assert refused.value.code == code
    assert str(refused.value)


def test_metadata_that_lead_in_a_circle_turn_nothing() -> None:
    """An EXIF directory that names itself as the next one, and one cut off."""
    loop = (
        b"Exif\0\0II*\0\x08\0\0\0"
        + b"\x01\0\x12\x01\x03\0\xff\xff\xff\xff\x08\0\0\0"
        + b"\x08\0\0\0"
    )
    for exif in (loop, loop[:20], b"Exif\0\0MM\0*\xff\xff\xff\xff"):
        raw = pictures.saved(pictures.drawn(), "JPEG", exif=exif)
        assert (uploads.photo(ContentFile(raw)).width, SIZE[1]) == SIZE


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_anything_is_decoded(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loading, which decodes, is never reached."""

    def reached(*_args: object, **_named: object) -> None:
        pytest.fail("the bomb was decoded")

    raw = BOMBS[name]()
    assert len(raw) < 60_000
    monkeypatch.setattr(ImageFile.ImageFile, "load", reached)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
    with pytest.raises((Image.DecompressionBombError, Image.DecompressionBombWarning)):
        drawing_anew.photo(raw, uploads.PHOTO_PIXELS)  # pytest makes errors of warnings


def peak(raw: bytes) -> tuple[int, int, float]:
    """Draw in the process of its own: exit status, peak memory in MiB, seconds of computing."""
    program = [sys.executable, "-I", str(uploads.DRAWING), str(uploads.PHOTO_PIXELS), "photo"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as child:
        assert child.stdin is not None
        child.stdin.write(raw)
        child.stdin.close()
        _pid, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, used.ru_maxrss // 1024, used.ru_utime + used.ru_stime


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_takes_neither_memory_nor_time(name: str) -> None:
    _status, calm, _seconds = peak(pictures.jpeg())
    status, memory, seconds = peak(BOMBS[name]())
    assert status == drawing_anew.TOO_MANY_PIXELS
    assert memory < calm + 20
    assert seconds < 3


@pytest.mark.parametrize("name", WITHIN)
def test_a_bomb_within_a_photo_takes_no_memory(name: str) -> None:
    """What is packed beside the pixels is never unpacked whole; the photo is drawn or refused."""
    _status, calm, _seconds = peak(pictures.jpeg())
    status, memory, seconds = peak(WITHIN[name]())
    assert status in {0, drawing_anew.DAMAGED}
    assert memory < calm + 40
    assert seconds < 5


def test_drawing_stops_at_its_memory_and_says_damaged() -> None:
    """50 million pixels are drawn within the limit; the limit holds for whatever wants more."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import drawing_anew as d; d.MEMORY = 2**28;"
        "sys.argv = ['x', '50000000', 'photo']; sys.exit(d.main())"
    )
    raw = pictures.saved(Image.new("RGB", (7000, 7000)), "PNG")
    done = subprocess.run(
        [sys.executable, "-c", program, str(uploads.DRAWING.parent)],
        input=raw,
        capture_output=True,
        check=False,
    )
    assert done.returncode == drawing_anew.DAMAGED
    assert uploads.photo(ContentFile(raw)).width == 2048
