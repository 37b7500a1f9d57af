"""From the customer office's lines, bases and periods to its entry of the register (art. 30.1 GDPR; order 308/18)."""

from dataclasses import dataclass

from admin_module.configuration import CustomerOffice, read
from conversations.models import Kind, LegalBasis, Line, RecordingMode, RetentionPolicy

from . import inventory
from .conversation_words import INTERLOCUTORS

NAME = "Rejestrowanie rozmów telefonicznych i zapisów czatów"
PURPOSE = (
    "zapewnienie jakości obsługi interesantów i ochrona danych osobowych rozmówców i uczestników czatów"
    " (§ 1 ust. 2 zarządzenia nr 308/18); udostępnianie zapisów na wniosek (§ 4)"
)
TRANSFER = (
    "brak, chyba że połączenia obsługuje dostawca spoza EOG: wtedy decyzja Komisji (UE) 2023/1795"
    " lub standardowe klauzule umowne; nagranie u dostawcy jest usuwane po pobraniu"
)
MEASURES = (
    "osobny klucz każdej rozmowy; usunięcie przez zniszczenie klucza, potem plików, potwierdzone protokołem",
    "numery zasłonięte; odsłonięcie, odsłuchanie i odczytanie z pisemnym powodem, każde w dzienniku",
    "nagrywanie domyślnie wyłączone; włączenie tylko z podstawą prawną, oceną skutków i opinią inspektora",
    "osoby uprawnione wyznaczone imiennie i na czas; odsłuch interesanta w obecności wyznaczonych osób",
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is so today."""

    months: dict[str, int]
    bases: tuple[str, ...]
    recording_lines: int
    lines: int


def facts() -> Facts:
    lines = Line.objects.filter(closed_at=None)
    standing = LegalBasis.objects.filter(approved_at__isnull=False, withdrawn_at=None)
    recording = lines.exclude(recording_mode=RecordingMode.OFF).filter(legal_basis__in=standing)
    return Facts(
        {
            kind: RetentionPolicy.objects.months_for(kind, line=None, inbox=None)
            for kind in Kind.values
        },
        tuple(
            sorted(
                {
                    line.legal_basis.basis
                    for line in recording.select_related("legal_basis")
                    if line.legal_basis
                }
            )
        ),
        recording.count(),
        lines.count(),
    )


def basis() -> str:
    """The law of every line that records, beside that of talking with people at all."""
    found = facts()
    general = (
        "art. 6 ust. 1 lit. e RODO w związku z art. 7 ust. 1 ustawy z 8 marca 1990 r. o samorządzie gminnym"
        " oraz zarządzenie nr 308/18; wnioski: art. 6 ust. 1 lit. c i art. 15 RODO"
    )
    if not found.recording_lines:
        return f"{general}; nagrywanie rozmów: nie nagrywa żadna z {found.lines} linii"
    words = "; ".join(one.rstrip(". ") for one in found.bases)
    return f"{general}; nagrywanie na {found.recording_lines} z {found.lines} linii: {words}"


def data() -> tuple[str, ...]:
    return (
        *inventory.words_of(INTERLOCUTORS),
        "nagranie głosu, na liniach z włączonym nagrywaniem",
        "czas, kierunek i linia rozmowy; która zapowiedź ją poprzedziła",
        "kto, kiedy i po co słuchał lub czytał",
    )


def retention() -> str:
    """§ 6: from the settings, in months."""
    months = facts().months
    days = read(CustomerOffice).hold_days_after_case
    return (
        f"rozmowy: {months[Kind.CALL]} mies. od rozmowy, czaty: {months[Kind.CHAT]} mies. od czatu, potem trwałe"
        f" usunięcie; dłużej tylko przy wstrzymaniu z podstawą prawną, w sprawie wniosku do {days} dni po jej"
        " zamknięciu; klucze w kopiach zapasowych najwyżej 30 dni"
    )
