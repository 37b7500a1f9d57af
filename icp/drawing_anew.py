"""From an untrusted picture on stdin to a PNG on stdout; a program of its own, without secrets.

    python -I drawing_anew.py MAX_PIXELS < picture > picture.png
    python -I drawing_anew.py MAX_PIXELS sheet < picture > picture.jpg

A sheet of paper becomes a JPEG that can still be read: 2600 px are 220 dots per inch of an A4 page.

Exit status 2: not readable; 3: too many pixels. It knows nothing of Django and may be killed.
"""

import io
import resource
import sys
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP")
MEMORY = 2**30  # bytes
SECONDS = 10
LONGEST_EDGE = 2000
SHEET_EDGE, SHEET_QUALITY = 2600, 80
DAMAGED, TOO_MANY_PIXELS = 2, 3


def draw(raw: bytes, max_pixels: int, *, sheet: bool = False) -> bytes:
    """Decode the first frame and encode its pixels only."""
    edge = SHEET_EDGE if sheet else LONGEST_EDGE
    pixels = _pixels(raw, max_pixels, smallest=edge if sheet else 0)
    pixels.thumbnail((edge, edge))
    fresh = Image.new(pixels.mode, pixels.size, "white" if sheet else 0)
    fresh.paste(pixels, mask=pixels if sheet and pixels.mode == "RGBA" else None)
    out = io.BytesIO()
    if sheet:
        fresh.convert("RGB").save(out, "JPEG", quality=SHEET_QUALITY, optimize=True)
    else:
        fresh.save(out, "PNG", optimize=True)
    return out.getvalue()


def _pixels(raw: bytes, max_pixels: int, *, smallest: int) -> Image.Image:
    """Upright; of a JPEG far larger than `smallest` only every 2nd, 4th or 8th pixel is decoded."""
    with Image.open(io.BytesIO(raw), formats=FORMATS) as picture:
        if picture.width * picture.height > max_pixels:
            raise Image.DecompressionBombError
        if smallest:
            picture.draft("RGB", (smallest, smallest))
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        clear = "A" in upright.getbands() or "transparency" in upright.info
        return upright.convert("RGBA" if clear else "RGB")


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    warnings.simplefilter("error")
    try:
        sys.stdout.buffer.write(
            draw(sys.stdin.buffer.read(), int(sys.argv[1]), sheet="sheet" in sys.argv[2:])
        )
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return TOO_MANY_PIXELS
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError, Warning):
        return DAMAGED
    return 0


if __name__ == "__main__":
    sys.exit(main())
