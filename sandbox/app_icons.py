"""From the sign of ICP to the pictures a phone shows for the app: `python -m sandbox.app_icons`.

Drawn with Pillow at four times the size, so that a phone's launcher needs no SVG. A maskable picture
keeps what matters within the inner 80 % (W3C Manifest, "safe zone") and fills the rest.
"""

from pathlib import Path

from PIL import Image, ImageDraw

TO = Path(__file__).resolve().parent.parent / "static" / "img" / "resident"
BRAND, WHITE = "#0b3a75", "#ffffff"
FINE = 4
UNITS = 40  # the sign's own square, as in static/img/favicon.svg
SAFE = 0.66  # how much of a maskable picture the sign takes


def sign(side: int, *, maskable: bool, corners: bool) -> Image.Image:
    """The white bubble with three bars, on the brand's blue; `side` in pixels."""
    big = side * FINE
    picture = Image.new("RGBA", (big, big), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    radius = big * 10 // UNITS if corners else 0
    draw.rounded_rectangle((0, 0, big - 1, big - 1), radius, fill=BRAND)
    scale = big / UNITS * (SAFE / 0.6 if maskable else 1.15)
    _bubble(draw, scale, big / 2)
    return picture.resize((side, side), Image.Resampling.LANCZOS)


def _bubble(draw: ImageDraw.ImageDraw, scale: float, middle: float) -> None:
    def at(x: float, y: float) -> tuple[float, float]:
        return middle + (x - 20) * scale, middle + (y - 21.5) * scale

    draw.rounded_rectangle((*at(8, 10), *at(32, 28)), 4 * scale, fill=WHITE)
    draw.polygon([at(13, 27), at(13, 33), at(20, 27)], fill=WHITE)
    for x, top, bottom in ((15.5, 21, 23), (20, 16, 23), (24.5, 19, 23)):
        corner = (*at(x - 1.25, top - 1.25), *at(x + 1.25, bottom + 1.25))
        draw.rounded_rectangle(corner, 1.25 * scale, fill=BRAND)


def main() -> None:
    TO.mkdir(parents=True, exist_ok=True)
    for side in (192, 512):
        sign(side, maskable=False, corners=True).save(TO / f"icon-{side}.png", optimize=True)
        sign(side, maskable=True, corners=False).save(TO / f"maskable-{side}.png", optimize=True)
    sign(180, maskable=True, corners=False).convert("RGB").save(TO / "apple-touch-icon.png")


if __name__ == "__main__":
    main()
