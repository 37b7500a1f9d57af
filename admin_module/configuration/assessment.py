"""From what the data protection officer wrote to the data protection impact assessment (art. 35 GDPR)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self


@dataclass(frozen=True, slots=True)
class ImpactAssessment:
    """What no program can say; empty parts stand in the document as lines to write on."""

    secret: ClassVar[frozenset[str]] = frozenset()
    plain: ClassVar[frozenset[str]] = frozenset()

    context: str = ""
    necessity: str = ""
    views: str = ""  # of the people concerned, art. 35.9
    opinion: str = ""  # of the officer, art. 35.2
    decision: str = ""  # of the controller
    review_on: date | None = None  # art. 35.11

    @classmethod
    def from_environment(cls) -> Self:
        return cls()
