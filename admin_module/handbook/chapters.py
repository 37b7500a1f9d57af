"""From the list in docs/podrecznik/README.md to chapters in their order, each read once."""

import re
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from .rendering import Section, rendered

FOLDER = settings.BASE_DIR / "docs" / "podrecznik"
PART = re.compile(r"## (?P<title>.+)")
FIRST_LEVEL = 2  # the chapter's title is level 1
ENTRY = re.compile(r"\d+\. \[(?P<title>.+?)\]\((?P<slug>[a-z0-9-]+)\.md\) – (?P<about>.+)")


@dataclass(frozen=True, slots=True)
class Chapter:
    """One file; `html` is clean and goes into a page as it is."""

    slug: str
    title: str
    about: str
    html: str
    sections: tuple[Section, ...]

    @property
    def headings(self) -> list[Section]:
        """What the table of contents names: the headings of the first level under the title."""
        return [section for section in self.sections if section.level == FIRST_LEVEL]


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    chapters: tuple[Chapter, ...]


@cache
def contents() -> tuple[Part, ...]:
    """The whole handbook, part by part; a change of the files needs a restart."""
    parts: list[tuple[str, list[Chapter]]] = []
    for line in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines():
        if part := PART.fullmatch(line):
            parts.append((part["title"], []))
        elif entry := ENTRY.fullmatch(line):
            parts[-1][1].append(_read(entry["slug"], entry["title"], entry["about"]))
    return tuple(Part(title, tuple(chapters)) for title, chapters in parts)


def chapter(slug: str) -> Chapter | None:
    return _by_slug().get(slug)


def neighbours(slug: str) -> tuple[Chapter | None, Chapter | None]:
    """The chapters before and after this one."""
    order = [None, *_by_slug().values(), None]
    place = [one and one.slug for one in order].index(slug)
    return order[place - 1], order[place + 1]


@cache
def _by_slug() -> dict[str, Chapter]:
    return {one.slug: one for part in contents() for one in part.chapters}


def _read(slug: str, title: str, about: str) -> Chapter:
    text = (FOLDER / f"{slug}.md").read_text(encoding="utf-8")
    html, sections = rendered(text)
    return Chapter(slug, title, about, html, sections)
