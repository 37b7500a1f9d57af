"""From what the office says of its customer office to the names and terms of order 308/18."""

from dataclasses import dataclass
from typing import ClassVar, Self


@dataclass(frozen=True, slots=True)
class CustomerOffice:
    """Names in the cases that the notices need (empty: worked out from the municipality's); terms in days,
    those named `working` in working days.

    `administrators_listen` follows § 5 to the letter: administrators hear and read with a written reason,
    and not only in an emergency (docs/decisions/0046).
    """

    secret: ClassVar[frozenset[str]] = frozenset()
    plain: ClassVar[frozenset[str]] = frozenset({"administrators_listen"})

    office_name: str = "Biuro Obsługi Interesantów"
    centre_name: str = "Centrum Informacji Mieszkańców"
    centre_locative: str = "Centrum Informacji Mieszkańców"  # Witamy w…
    office_instrumental: str = ""  # Kontakt z… (Urzędem Miejskim w Zażółcinie)
    commune: str = ""  # Administrator danych, tj.… (Gmina Zażółcin)
    place: str = ""  # where recordings are heard, unless an appointment says otherwise
    supervisors_at_listening: int = 2  # § 4.6
    hold_days_after_case: int = 30
    verify_working_days: int = 3
    opinion_days: int = 7
    opinion_reminder_days: int = 5
    decision_days: int = 14
    appointment_days: int = 21
    administrators_listen: bool = False
    playback_minutes: int = 60  # of one session; whoever needs longer gives a reason again

    @classmethod
    def from_environment(cls) -> Self:
        return cls()
