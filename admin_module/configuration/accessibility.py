"""From what the office says about accessibility to the declaration that the act of 4 April 2019 asks for."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

FIRST_ASSESSED = date(2026, 11, 20)  # axe on every screen, keyboard, 320 px, both themes


@dataclass(frozen=True, slots=True)
class Accessibility:
    """Art. 10 of the act; empty contacts: those of the office. Texts are paragraphs, one a line."""

    secret: ClassVar[frozenset[str]] = frozenset()
    plain: ClassVar[frozenset[str]] = frozenset({"status"})

    status: str = "full"  # full | partial | none
    problems: str = ""
    published: date = FIRST_ASSESSED
    updated: date = FIRST_ASSESSED
    prepared: date = FIRST_ASSESSED
    reviewed: date | None = None  # every year until 31 March
    assessed_by: str = ""  # empty: by the office itself
    contact: str = ""
    email: str = ""
    phone: str = ""
    building: str = ""
    communication: str = ""
    apps: str = ""

    @classmethod
    def from_environment(cls) -> Self:
        return cls()
