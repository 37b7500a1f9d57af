"""From an untrusted picture on stdin to a PNG on stdout; a program of its own, without secrets.

    python -I drawing_anew.py MAX_PIXELS < picture > picture.png

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
DAMAGED, TOO_MANY_PIXELS = 2, 3


def draw(raw: bytes, max_pixels: int) -> bytes:
    """Decode the first frame and encode its pixels only."""
    with Image.open(io.BytesIO(raw), formats=FORMATS) as picture:
        if picture.width * picture.height > max_pixels:
            raise Image.DecompressionBombError
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        clear = "A" in upright.getbands() or "transparency" in upright.info
        pixels = upright.convert("RGBA" if clear else "RGB")
    pixels.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    fresh = Image.new(pixels.mode, pixels.size)
    fresh.paste(pixels)
    out = io.BytesIO()
    fresh.save(out, "PNG", optimize=True)
    return out.getvalue()


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    warnings.simplefilter("error")
    try:
        sys.stdout.buffer.write(draw(sys.stdin.buffer.read(), int(sys.argv[1])))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return TOO_MANY_PIXELS
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError, Warning):
        return DAMAGED
    return 0


if __name__ == "__main__":
    sys.exit(main())
