"""What a document is made of; a page and the typesetter draw the same parts."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Text:
    kind: ClassVar[str] = "text"
    words: str


@dataclass(frozen=True, slots=True)
class Items:
    kind: ClassVar[str] = "items"
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a name and a value."""

    kind: ClassVar[str] = "facts"
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`widths` are shares of the page's width, one for each column."""

    kind: ClassVar[str] = "table"
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ToFillIn:
    """Words of a person, or lines to write on where there are none yet."""

    kind: ClassVar[str] = "to_fill_in"
    label: str
    words: str = ""
    lines: int = 4


Block = Text | Items | Facts | Table | ToFillIn


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it stands on `day` ("20.11.2026")."""

    code: str
    title: str
    lead: str
    day: str
    sections: tuple[Section, ...]

    def plain(self) -> dict[str, Any]:
        """The document as lists and texts, each block with its kind: for JSON and the typesetter."""
        return {
            "title": self.title,
            "lead": self.lead,
            "day": self.day,
            "sections": [
                {
                    "title": section.title,
                    "blocks": [{"kind": block.kind, **asdict(block)} for block in section.blocks],
                }
                for section in self.sections
            ],
        }
