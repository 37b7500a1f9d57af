"""Pictures as telephones, editors and attackers make them, each with a mark where something can hide."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pillow_heif
from PIL import Image, ImageCms, PngImagePlugin

MARK = "Sekretna-7-Tajne"
SECRET = MARK.encode()
SIZE = (60, 40)
RED, BLUE = (200, 30, 30), (30, 30, 200)
XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><a>{MARK}</a></x:xmpmeta>".encode()
HTML = f"<html><script>alert('{MARK}')</script></html>".encode()
PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def drawn(size: tuple[int, int] = SIZE) -> Image.Image:
    """Red, with a blue upper left corner, so that one sees which side is up."""
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (0, 0, size[0] // 2, size[1] // 2))
    return picture


def gps(orientation: int = 1) -> Image.Exif:
    """Where it was taken, by whom, with what."""
    exif = Image.Exif()
    exif[0x010E], exif[0x0112], exif[0x013B] = MARK, orientation, MARK
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 9.0, 54.0), 3: "E", 4: (22.0, 16.0, 18.0)})
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + SECRET
    return exif


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def profile() -> bytes:
    """An ICC profile with a mark in it."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return made + SECRET


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("payload.html", HTML)
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(size: tuple[int, int], depth: int, colour: int, lines: bytes, extra: bytes = b"") -> bytes:
    """A PNG by hand; `lines` with their filter bytes, `extra` are chunks before the picture."""
    header = struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, 0)
    return (
        PNG_HEAD
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", zlib.compress(lines, 9))
        + chunk(b"IEND", b"")
    )


def png_of_16_bits() -> bytes:
    line = b"\0" + struct.pack(">HHH", 0xC8FF, 0x1E00, 0x1E00) * SIZE[0]
    return png(SIZE, 16, 2, line * SIZE[1])


def grey_of_16_bits() -> bytes:
    return png(SIZE, 16, 0, (b"\0" + struct.pack(">H", 0x8000) * SIZE[0]) * SIZE[1])


def png_with_texts() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", MARK)
    info.add_text("Packed", MARK * 20, zip=True)
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return saved(drawn(), "PNG", pnginfo=info, exif=gps(), icc_profile=profile()) + zipped()


def palette() -> bytes:
    return saved(drawn().quantize(8), "PNG", transparency=0)


def jpeg() -> bytes:
    """Everything that a JPEG can carry besides its pixels."""
    return saved(
        drawn(), "JPEG", exif=gps(), xmp=XMP, comment=SECRET, icc_profile=profile(), quality=95
    )


def jpeg_and_page() -> bytes:
    """Begins as a JPEG, and is a web page for whoever looks for one."""
    raw = saved(drawn(), "JPEG", quality=95)
    comment = b"\xff\xfe" + struct.pack(">H", len(HTML) + 2) + HTML
    return raw[:2] + comment + raw[2:] + HTML


def two_in_one() -> bytes:
    """A Multi-Picture file as cameras make for depth or previews; the second one is marked."""
    return saved(
        drawn(), "MPO", save_all=True, append_images=[drawn((20, 20))], exif=gps(), comment=SECRET
    )


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", SIZE, colour) for colour in ((0, 200, 0), (200, 200, 0))]
    return saved(drawn(), kind, save_all=True, append_images=frames, duration=100)


def webp() -> bytes:
    return saved(drawn(), "WEBP", exif=gps().tobytes(), xmp=XMP, icc_profile=profile(), quality=95)


def heic(orientation: int = 1, size: tuple[int, int] = SIZE) -> bytes:
    pillow_heif.register_heif_opener()
    return saved(drawn(size), "HEIF", exif=gps(orientation).tobytes(), xmp=XMP, quality=90)


TAKEN: dict[str, Callable[[], bytes]] = {
    "jpeg with everything": jpeg,
    "jpeg and a page": jpeg_and_page,
    "jpeg and an archive": lambda: jpeg() + zipped(),
    "jpeg in stages": lambda: saved(drawn(), "JPEG", progressive=True, exif=gps()),
    "jpeg in grey": lambda: saved(drawn().convert("L"), "JPEG", comment=SECRET),
    "jpeg for printers": lambda: saved(drawn().convert("CMYK"), "JPEG", comment=SECRET),
    "several pictures": two_in_one,
    "png with texts": png_with_texts,
    "png of 16 bits": png_of_16_bits,
    "grey of 16 bits": grey_of_16_bits,
    "palette with a clear colour": palette,
    "grey and clear": lambda: saved(drawn().convert("LA"), "PNG"),
    "black and white": lambda: saved(drawn().convert("1"), "PNG"),
    "moving png": lambda: moving("PNG"),
    "webp": webp,
    "moving webp": lambda: moving("WEBP"),
    "heic": heic,
}


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that really holds so many pixels."""
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + width // 8)
    lines = b"".join(packer.compress(row) for _row in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return PNG_HEAD + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def jpeg_that_boasts() -> bytes:
    """A small JPEG whose frame header claims 65 500 x 65 500."""
    raw = bytearray(saved(drawn(), "JPEG"))
    at = raw.index(b"\xff\xc0")
    raw[at + 5 : at + 9] = struct.pack(">HH", 65_500, 65_500)
    return bytes(raw)


def webp_that_boasts() -> bytes:
    """VP8X: a canvas of 16 384 x 16 384."""
    raw = bytearray(webp())
    at = raw.index(b"VP8X")
    raw[at + 12 : at + 18] = (16_383).to_bytes(3, "little") * 2
    return bytes(raw)


def heic_that_boasts() -> bytes:
    """ispe (ISO/IEC 23008-12, 6.5.3): a picture of 60 000 x 60 000."""
    raw = heic()
    at = raw.index(b"ispe")
    return raw[: at + 8] + struct.pack(">II", 60_000, 60_000) + raw[at + 16 :]


def packed_zeros(mebibytes: int) -> bytes:
    packer = zlib.compressobj(9)
    piece = bytes(2**20)
    return b"".join(packer.compress(piece) for _piece in range(mebibytes)) + packer.flush()


def png_with_packed_text() -> bytes:
    """A bomb within: 300 MiB of a compressed comment."""
    return png(
        SIZE, 8, 0, (b"\0" + bytes(SIZE[0])) * SIZE[1], chunk(b"zTXt", b"a\0\0" + packed_zeros(300))
    )


def png_with_packed_profile() -> bytes:
    return png(
        SIZE, 8, 0, (b"\0" + bytes(SIZE[0])) * SIZE[1], chunk(b"iCCP", b"a\0\0" + packed_zeros(300))
    )


def png_longer_than_said() -> bytes:
    """A picture of 60 x 40 whose data go on for 300 MiB."""
    header = struct.pack(">IIBBBBB", *SIZE, 8, 0, 0, 0, 0)
    return (
        PNG_HEAD + chunk(b"IHDR", header) + chunk(b"IDAT", packed_zeros(300)) + chunk(b"IEND", b"")
    )


BOMBS: dict[str, Callable[[], bytes]] = {
    "png of 81 million": lambda: bomb(9000, 9000),
    "png of 400 million": lambda: bomb(20_000, 20_000),
    "jpeg that boasts": jpeg_that_boasts,
    "webp that boasts": webp_that_boasts,
    "heic that boasts": heic_that_boasts,
}
WITHIN: dict[str, Callable[[], bytes]] = {
    "packed text": png_with_packed_text,
    "packed profile": png_with_packed_profile,
    "longer than said": png_longer_than_said,
}
