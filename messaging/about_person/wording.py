"""From the codes of the document to the Polish words of its printed form."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from consents.form_pdf import CHANNELS

SEX = {"F": "kobieta", "M": "mężczyzna"}
STATES = {
    "pending": "czeka na podpisany formularz",
    "active": "czynne",
    "restricted": "ograniczone przez urząd",
    "suspended": "wstrzymane na życzenie osoby",
    "merged": "połączone z innym kontem",
}
ORIGINS = {"desk": "w urzędzie", "epuap": "przez ePUAP", "import": "z pliku"}
WISHES = {"desk": "wyrażona w urzędzie", "phone": "wyrażona telefonicznie", "letter": "w liście"}
ACTS = {"grant": "udzielono", "withdraw": "wycofano"}
HOW: Mapping[str, str] = {
    "paper": "formularz papierowy",
    "epuap": "przez ePUAP",
    "app": "w aplikacji",
    "phone": "telefonicznie",
    "desk": "w urzędzie",
    "link": "odnośnikiem z wiadomości",
    "sms": "odpowiedzią SMS",
    "letter": "w liście",
}
REQUESTS = {
    "view": "wgląd w dane",
    "correct": "poprawienie danych",
    "complete": "uzupełnienie danych",
    "update": "aktualizacja danych",
    "rectify": "sprostowanie danych",
    "restrict": "ograniczenie przetwarzania",
    "suspend": "wstrzymanie konta",
    "resume": "wznowienie konta",
    "erase": "usunięcie danych",
}
PLATFORMS = {"web": "aplikacja webowa", "android": "Android", "ios": "iOS"}
LANGUAGES = {"pl": "polski", "uk": "ukraiński", "en": "angielski"}
OUTCOMES = {
    "done": "załatwiono",
    "refused": "odmówiono",
    "taken_back": "osoba wycofała wniosek",
    "void": "zakończono usunięciem danych",
}
PURPOSES = {
    "register": "rejestracja",
    "view": "wgląd w dane",
    "correct": "poprawienie danych",
    "suspend": "wstrzymanie konta",
    "resume": "wznowienie konta",
    "erase": "usunięcie danych",
    "delete": "usunięcie danych",
    "access": "dostęp do rozmowy lub czatu",
}


def moment(text: str | None) -> str:
    """ "20.11.2026, 17:05"; nothing for what never was."""
    if not text:
        return ""
    at = datetime.fromisoformat(text)
    return f"{at.day}.{at.month:02}.{at.year}, {at:%H:%M}"


def day(text: str | None) -> str:
    if not text:
        return ""
    found = date.fromisoformat(text)
    return f"{found.day}.{found.month:02}.{found.year}"


def wishes(device: Mapping[str, Any]) -> str:
    """What the holder set on a device, in one paragraph."""
    said = [
        f"język: {LANGUAGES[device['language']]}",
        f"cisza: {device['quiet_hours']}" if device["quiet_hours"] else "",
        _chosen("tematy", device["topics"]),
        _chosen("osiedla", device["areas"]),
        f"miejsce: {device['home']['lat']:.5f}, {device['home']['lon']:.5f}"
        if device["home"]
        else "",
        "" if device["report_pushes"] else "bez powiadomień o zgłoszeniach",
    ]
    return "; ".join(part for part in said if part)


def _chosen(what: str, names: list[str] | None) -> str:
    return "" if names is None else f"{what}: {', '.join(names) or 'żadne'}"


def channels(kinds: Iterable[str]) -> str:
    return ", ".join(CHANNELS[kind] for kind in kinds)
