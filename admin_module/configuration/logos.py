"""From the office's picture to the logo on its pages and forms."""

import base64
import hashlib
from dataclasses import replace

from admin_module.models import Logo

from .reading import read
from .sections import Municipality

LARGEST = 1024 * 1024  # bytes: it comes with every first page
# PNG, IHDR: the width and the height stand behind the signature and the chunk's head (RFC 2083).
WIDTH, HEIGHT = slice(16, 20), slice(20, 24)


def put(section: Municipality, drawn: bytes | None, remove: bool | None) -> Municipality:
    """The section with a new logo (a PNG), without one, or as it was."""
    if drawn:
        return replace(section, logo=keep(drawn))
    return replace(section, logo="") if remove else section


def keep(drawn: bytes) -> str:
    """Keep a PNG under a name that follows from what is in it, so that caches may keep it for good."""
    name = hashlib.sha256(drawn).hexdigest()[:32]
    size = {
        "width": int.from_bytes(drawn[WIDTH], "big"),
        "height": int.from_bytes(drawn[HEIGHT], "big"),
    }
    Logo.objects.get_or_create(name=name, defaults={"picture": drawn, **size})
    return name


def as_svg() -> str:
    """The logo as an SVG document around the PNG, for printed forms; empty where there is none."""
    logo = Logo.objects.filter(name=read(Municipality).logo).first()
    if logo is None:
        return ""
    data = base64.b64encode(bytes(logo.picture)).decode()
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{logo.width}' height='{logo.height}'"
        f" viewBox='0 0 {logo.width} {logo.height}'><image width='{logo.width}'"
        f" height='{logo.height}' href='data:image/png;base64,{data}'/></svg>"
    )
