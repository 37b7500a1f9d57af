"""From the areas that a hand drew on the map, as the page sends them, to a term of the filter."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

MOST_AREAS = 20
LONGEST = 200_000  # characters


class DrawnAreas:
    """Areas as lists of corners [longitude, latitude]; the field `areas` carries them as JSON."""

    def __init__(self, data: QueryDict | None, *, initial: Sequence[Any] | None = None) -> None:
        self.problem = ""
        self.areas: list[Any] = list(initial or ())
        if data is not None:
            self.areas = [] if data.get("areas-off") else self._read(data.get("areas", ""))

    def _read(self, text: str) -> list[Any]:
        if not text.strip():
            return []
        try:
            areas = json.loads(text[:LONGEST])
        except (ValueError, RecursionError):
            areas = None
        if not isinstance(areas, list):
            self.problem = _("The areas on the map cannot be read. Draw them again.")
            return []
        if len(areas) > MOST_AREAS:
            self.problem = _("Draw at most %(n)s areas, or choose districts.") % {"n": MOST_AREAS}
        return areas[:MOST_AREAS]

    @property
    def as_json(self) -> str:
        return json.dumps(self.areas) if self.areas else ""

    def terms(self) -> list[dict[str, Any]]:
        """One condition: whoever lives in any of the areas."""
        polygons = [{"polygon": corners} for corners in self.areas]
        return polygons if len(polygons) <= 1 else [{"any": polygons}]


def only_areas(term: Mapping[str, Any]) -> bool:
    """Whether a term of a stored filter is what these areas would make."""
    parts = term.get("any", [term])
    return bool(parts) and all(set(part) == {"polygon"} for part in parts)


def corners_in(term: Mapping[str, Any]) -> list[Any]:
    return [part["polygon"] for part in term.get("any", [term])]
