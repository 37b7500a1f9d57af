"""From the chapters in docs/podrecznik to pages of the panel, with a search and help for each page."""

from .chapters import Chapter, Part, chapter, contents, neighbours
from .finding import Hit, find
from .helping import help_for
from .rendering import Section

__all__ = [
    "Chapter",
    "Hit",
    "Part",
    "Section",
    "chapter",
    "contents",
    "find",
    "help_for",
    "neighbours",
]
