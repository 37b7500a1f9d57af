"""From a few words to the sections of the handbook that hold them all, the best first."""

import re
from dataclasses import dataclass

from icp.encryption import canon

from .chapters import Chapter, contents
from .rendering import Section

MOST = 30
AROUND = 90  # letters shown on either side of the word found
SHORTEST_STEM = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """A section that holds every word; the excerpt is cut in three, the middle part was found."""

    chapter: Chapter
    section: Section
    before: str
    found: str
    after: str


def find(words: str) -> list[Hit]:
    """Sections with all `words`, whatever their endings: "zgoda" finds "zgody" too."""
    stems = [_stem(word) for word in re.findall(r"\w+", canon.fold(words))]
    if not stems:
        return []
    found = [
        (sum(stem in canon.fold(f"{chapter.title} {section.title}") for stem in stems), hit)
        for part in contents()
        for chapter in part.chapters
        for section in chapter.sections
        if (hit := _hit(chapter, section, stems))
    ]
    # The sort is stable: equally good ones stay in the order of the book.
    return [hit for _weight, hit in sorted(found, key=lambda pair: -pair[0])][:MOST]


def _stem(word: str) -> str:
    """Polish endings are short: two letters fewer find most forms of a word."""
    return word[: max(SHORTEST_STEM, len(word) - 2)]


def _hit(chapter: Chapter, section: Section, stems: list[str]) -> Hit | None:
    folded = canon.fold(f"{chapter.title} {section.title} {section.text}")
    if not all(re.search(rf"\b{re.escape(stem)}", folded) for stem in stems):
        return None
    text = section.text
    words = list(re.finditer(r"\w+", text))
    match = next((word for word in words if canon.fold(word[0]).startswith(tuple(stems))), None)
    start, end = match.span() if match else (0, 0)
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    if start > AROUND:
        before = f"…{before.partition(' ')[2]}"
    if end + AROUND < len(text):
        after = f"{after.rpartition(' ')[0]}…"
    return Hit(chapter, section, before, text[start:end], after)
