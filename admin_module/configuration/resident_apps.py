"""From what the office wants of residents' apps to what the API tells them first."""

from dataclasses import dataclass
from typing import ClassVar, Self

DASH = " – "
# In Poland since 2005 one number for all, and the older ones that still ring (numbering plan, 2013).
EMERGENCY = "112 – numer alarmowy\n997 – policja\n998 – straż pożarna\n999 – pogotowie ratunkowe"


@dataclass(frozen=True, slots=True)
class ResidentApps:
    """The least version of each platform's app (1.2.0; empty: any), a notice that every app shows, and
    emergency numbers, one a line: "112 – numer alarmowy"."""

    secret: ClassVar[frozenset[str]] = frozenset()
    plain: ClassVar[frozenset[str]] = frozenset({"least_web", "least_android", "least_ios"})

    least_web: str = ""
    least_android: str = ""
    least_ios: str = ""
    notice: str = ""
    emergency: str = EMERGENCY

    @classmethod
    def from_environment(cls) -> Self:
        return cls()

    def emergency_numbers(self) -> list[tuple[str, str]]:
        """(number, whose) for each line."""
        lines = [line.partition(DASH) for line in self.emergency.splitlines() if line.strip()]
        return [(number.strip(), name.strip()) for number, _dash, name in lines]
