"""From the municipality's name to what a phone shows for the app on its screen (W3C Application Manifest)."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from admin_module.configuration import Municipality, read

from .icons import PICTURES

GROUND, BRAND = "#f4f6f9", "#0b3a75"  # the tokens --bg and --brand, light


def manifest() -> dict[str, Any]:
    """The members of the manifest; addresses below /app/ only."""
    town, home = read(Municipality).town, reverse("app")
    return {
        "id": home,
        "name": f"{town} – {_('the resident’s app')}",
        "short_name": town,
        "description": _("Alerts and messages of the office, and reports of what needs repair."),
        "lang": "pl",
        "dir": "ltr",
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "orientation": "any",
        "background_color": GROUND,
        "theme_color": BRAND,
        "categories": ["government", "utilities"],
        "icons": [
            {
                "src": static(name),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for name, size, purpose in PICTURES
        ],
        "shortcuts": [
            {"name": _("New report"), "url": f"{home}zglos"},
            {"name": _("Messages"), "url": home},
        ],
    }
