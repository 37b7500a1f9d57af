"""From an untrusted picture on stdin to new ones on stdout; a program of its own, without secrets.

    python -I drawing_anew.py MAX_PIXELS < picture > picture.png
    python -I drawing_anew.py MAX_PIXELS sheet < picture > picture.jpg
    python -I drawing_anew.py MAX_PIXELS photo < picture > photo

A sheet of paper becomes a JPEG that can still be read: 2600 px are 220 dots per inch of an A4 page.
A photo, which may be HEIC too, becomes two: HEAD (width, height, bytes of the first), the photo and
a small one of it, both JPEG.

Exit status 2: not readable; 3: too many pixels. It knows nothing of Django and may be killed.
"""

import io
import resource
import struct
import sys
import warnings
from collections.abc import Callable, Iterator

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP")
PHOTO_FORMATS = (*FORMATS, "HEIF")
MEMORY = 2**30  # bytes
SECONDS = 10
LONGEST_EDGE = 2000
SHEET_EDGE, SHEET_QUALITY = 2600, 80
PHOTO_EDGE, PHOTO_QUALITY = 2048, 82
SMALL_EDGE, SMALL_QUALITY = 480, 75
HEAD = struct.Struct(">III")
BOX = struct.Struct(">I4sQ")  # ISO/IEC 14496-12, 4.2: its bytes, its kind, its bytes if that was 1
ISPE = struct.Struct(">4sIII")
DAMAGED, TOO_MANY_PIXELS = 2, 3
ORIENTATION = 0x0112  # EXIF 2.32, 4.6.4: how the camera was held


def drawing(raw: bytes, max_pixels: int) -> bytes:
    """A PNG of the first frame's pixels."""
    pixels = _pixels(raw, max_pixels, FORMATS, edge=LONGEST_EDGE)
    fresh = Image.new(pixels.mode, pixels.size)
    fresh.paste(pixels)
    out = io.BytesIO()
    fresh.save(out, "PNG", optimize=True)
    return out.getvalue()


def sheet(raw: bytes, max_pixels: int) -> bytes:
    """A JPEG of a sheet of paper."""
    return _jpeg(
        _pixels(raw, max_pixels, FORMATS, edge=SHEET_EDGE, draft=True), SHEET_EDGE, SHEET_QUALITY
    )


def photo(raw: bytes, max_pixels: int) -> bytes:
    """HEAD, a JPEG, and a small JPEG of the same."""
    import pillow_heif  # only where photos are drawn: it takes a while to load

    pillow_heif.register_heif_opener(thumbnails=False)
    pixels = _pixels(raw, max_pixels, PHOTO_FORMATS, edge=PHOTO_EDGE, draft=True)
    large = _jpeg(pixels, PHOTO_EDGE, PHOTO_QUALITY)
    small = _jpeg(pixels, SMALL_EDGE, SMALL_QUALITY)
    return HEAD.pack(*pixels.size, len(large)) + large + small


DRAWINGS: dict[str, Callable[[bytes, int], bytes]] = {
    "drawing": drawing,
    "sheet": sheet,
    "photo": photo,
}


def _pixels(
    raw: bytes, max_pixels: int, formats: tuple[str, ...], *, edge: int, draft: bool = False
) -> Image.Image:
    """Upright, RGB or RGBA, at most `edge` px long; nothing is decoded where there are too many.

    With `draft`, of a JPEG far larger only every 2nd, 4th or 8th pixel is decoded.
    """
    Image.MAX_IMAGE_PIXELS = max_pixels  # `open` warns from here on, and that is an error
    if max(_coded_areas(raw), default=0) > max_pixels:
        raise Image.DecompressionBombError
    with Image.open(io.BytesIO(raw), formats=formats) as picture:
        if picture.width * picture.height > max_pixels:
            raise Image.DecompressionBombError
        if draft:
            picture.draft("RGB", (edge, edge))
        picture.load()
        colours = _colours(picture)
    colours.thumbnail((edge, edge))
    return _upright(colours)


def _coded_areas(raw: bytes) -> Iterator[int]:
    """Pixels of each picture that a HEIF file holds, before any is cropped (ISO/IEC 23008-12, 6.5.3).

    What `open` says may be a small window (clap) of something large.
    """
    start = 0
    while raw[4:8] == b"ftyp" and len(raw) - start > BOX.size:
        length, kind, longer = BOX.unpack_from(raw, start)
        length = longer if length == 1 else length or len(raw)
        end = min(start + max(length, BOX.size), len(raw))
        at = raw.find(b"ispe", start, end - ISPE.size) if kind == b"meta" else -1
        while at >= 0:
            _name, _version, width, height = ISPE.unpack_from(raw, at)
            yield width * height
            at = raw.find(b"ispe", at + 4, end - ISPE.size)
        start = end


def _colours(picture: Image.Image) -> Image.Image:
    """The pixels in 8 bits a colour."""
    if picture.mode.startswith("I"):  # 16 bits of grey; `convert` would cut off what is above 255
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    clear = "A" in picture.getbands() or "transparency" in picture.info
    return picture.convert("RGBA" if clear else "RGB")


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera was held; metadata that cannot be read turn nothing."""
    try:
        turned = picture.getexif().get(ORIENTATION, 1) != 1
        return ImageOps.exif_transpose(picture) if turned else picture
    except (OSError, ValueError, SyntaxError, LookupError, TypeError, struct.error):
        return picture


def _jpeg(pixels: Image.Image, edge: int, quality: int) -> bytes:
    """On white paper; a new picture, so that nothing but pixels comes along."""
    pixels = pixels.copy()
    pixels.thumbnail((edge, edge))
    fresh = Image.new("RGB", pixels.size, "white")
    fresh.paste(pixels, mask=pixels if pixels.mode == "RGBA" else None)
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    warnings.simplefilter("ignore")  # of odd metadata, which are not kept anyway
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    draw = DRAWINGS[sys.argv[2] if len(sys.argv) > 2 else "drawing"]  # noqa: PLR2004
    try:
        sys.stdout.buffer.write(draw(sys.stdin.buffer.read(), int(sys.argv[1])))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return TOO_MANY_PIXELS
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError, RuntimeError):
        return DAMAGED
    return 0


if __name__ == "__main__":
    sys.exit(main())
