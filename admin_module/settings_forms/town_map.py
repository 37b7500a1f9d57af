"""From the fields about the map to their section."""

from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .base import SectionForm

PLACES = ("{z}", "{x}", "{y}")


class TownMapForm(SectionForm):
    code = "map"
    fieldsets = ((_("What lies under the points"), ("tiles", "attribution")),)

    tiles = forms.CharField(
        label=_("Address of the map’s tiles"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false"}),
        help_text=_(
            "For example https://mapa.miasto.example/{z}/{x}/{y}.png. Empty: districts and streets"
            " drawn from the address register, and nobody outside learns who looks at a map."
        ),
    )
    attribution = forms.CharField(
        label=_("Whose map it is"),
        max_length=200,
        required=False,
        help_text=_("Stands in the corner of every map, for example: © autorzy OpenStreetMap."),
    )

    def clean_tiles(self) -> str:
        tiles: str = self.cleaned_data["tiles"].strip()
        if not tiles:
            return ""
        parts = urlsplit(tiles)
        if parts.scheme != "https" or not parts.hostname or parts.username is not None:
            raise ValidationError(_("The address must begin with https:// and name a server."))
        if any(sign in parts.netloc for sign in ";, '\""):
            raise ValidationError(_("The address must begin with https:// and name a server."))
        if any(place not in tiles for place in PLACES):
            raise ValidationError(_("The address must hold {z}, {x} and {y}."))
        return tiles
