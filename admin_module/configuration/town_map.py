"""From where the office takes the picture of its town to what lies under the points of its maps."""

from dataclasses import dataclass
from typing import ClassVar, Self
from urllib.parse import urlsplit

from django.conf import settings


@dataclass(frozen=True, slots=True)
class TownMap:
    """`tiles`: an address with {z}, {x}, {y} and perhaps {s}; empty: only the outline of the town,
    drawn from its own register of addresses. `attribution`: whose map it is, as its licence asks."""

    secret: ClassVar[frozenset[str]] = frozenset()
    plain: ClassVar[frozenset[str]] = frozenset({"tiles", "attribution"})

    tiles: str = ""
    attribution: str = ""

    @classmethod
    def from_environment(cls) -> Self:
        return cls(settings.MAP["tiles"], settings.MAP["attribution"])

    @property
    def source(self) -> str:
        """What a content security policy calls the server of the tiles; empty where there is none."""
        parts = urlsplit(self.tiles)
        return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}" if parts.netloc else ""
