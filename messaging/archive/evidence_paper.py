"""From the document of evidence to one PDF that is PDF/A-2a and PDF/UA-1: to be read, printed, handed over.

The words are Polish here, as on the consent form: it is a paper of a Polish office.
"""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from consents.form_pdf import CHANNELS
from messaging.about_person import paper, wording
from messaging.about_person.paper import Section

TITLE = "Pakiet dowodowy wiadomości"
LEAD = (
    "Co urząd powiedział mieszkańcom, czyją ręką, do kogo i z jakim skutkiem. Pakiet nie wymienia "
    "odbiorców. Ten sam dokument dla programów komputerowych jest w pliku JSON."
)
CLASSES = {"alarm": "alarm", "warning": "ostrzeżenie", "information": "informacja"}
STATUSES = {
    "scheduled": "zaplanowana",
    "expanding": "przygotowywanie listy",
    "sending": "wysyłanie",
    "paused": "wstrzymana",
    "sent": "wysłana",
    "sent_with_failures": "wysłana, z niepowodzeniami",
    "cancelled": "anulowana",
    "rejected": "odrzucona",
    "expired": "przeterminowana",
    "draft": "szkic",
    "waiting_approval": "czeka na zatwierdzenie",
}
STATES = {
    "delivered": "potwierdzone doręczenie",
    "accepted": "przekazane, bez potwierdzenia jak dotąd",
    "no_receipt": "przekazane, potwierdzenie nie nadeszło",
    "unknown": "nieznane",
    "failed": "niedoręczone",
    "waiting": "czeka",
    "spared": "oszczędzone: otwarto wcześniej w aplikacji",
    "left_out": "pominięte",
}
OUTCOMES = {
    "accepted": "przyjęte",
    "delivered": "doręczone",
    "retry": "odmowa na teraz",
    "refused": "odmowa na stałe",
    "not_sent": "nie doszło do przekazania",
    "unknown": "brak odpowiedzi",
}
LANGUAGES = {"pl": "po polsku", "uk": "po ukraińsku", "en": "po angielsku"}
NEWS = "news:"
OPENED = "Po otwarciu w aplikacji:"


def pdf(document: dict[str, Any], json_sha256: str) -> bytes:
    """`json_sha256`: of the file for programs, so that the two belong together."""
    data = {
        "title": f"{TITLE} nr {document['message']['number']}",
        "lead": LEAD,
        "office": document["office"]["name"],
        "address": document["office"]["address"],
        "made": wording.moment(document["made_at"]),
        "keywords": ["dowód", "wiadomość"],
        "sections": [asdict(section) for section in sections(document, json_sha256)],
    }
    return paper.typeset(data, datetime.fromisoformat(document["made_at"]))


def sections(document: dict[str, Any], json_sha256: str) -> list[Section]:
    """In the order of the page."""
    return [
        Section("Wiadomość", facts=tuple(_facts(document["message"]))),
        *_texts(document["texts"]),
        _attachments(document["attachments"]),
        Section("Do kogo", facts=tuple(_audience(document["audience"]))),
        _approvals(document["approvals"]),
        _figures(document["figures"]),
        _answers(document["answers"]),
        _follow_ups(document["follow_ups"]),
        *_log(document["log"]),
        _verifying(document, json_sha256),
    ]


def _facts(message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    said = (
        ("Numer", f"{message['number']} ({message['id']})"),
        ("Rodzaj", CLASSES[message["class"]] + (" – ĆWICZENIE" if message["drill"] else "")),
        ("Stan", STATUSES[message["status"]]),
        ("Temat", message["topic"] or ""),
        ("Podstawa", "obowiązek prawny" if message["by_law"] else "zgoda odbiorców"),
        ("Kanały", ", ".join(CHANNELS[kind] for kind in message["channels"])),
        ("Jednostka", message["unit"]),
        ("Autor", message["author"]),
        ("Zatwierdzający", message["approved_by"] or "nie było"),
        ("Zatwierdzono dokładnie tę treść", _yes(message["approval_holds"])),
        ("Idzie za wiadomością nr", str(message["follows"] or "")),
        ("Adres do sprawdzenia SMS-a", message["short_address"] or ""),
        ("Utworzono", wording.moment(message["created_at"])),
        ("Zlecono wysłanie", wording.moment(message["ordered_at"])),
        ("Termin", wording.moment(message["due_at"])),
        ("Zakończono", wording.moment(message["finished_at"])),
        ("Ważna do", wording.moment(message["expires_at"])),
        ("Opublikowano dla wszystkich", wording.moment(message["published_at"])),
        ("Odwołano dla wszystkich", wording.moment(message["withdrawn_at"])),
    )
    return ((name, value) for name, value in said if value)


def _yes(holds: bool | None) -> str:
    return "" if holds is None else "tak" if holds else "NIE – treść zmieniono później"


def _texts(texts: list[dict[str, Any]]) -> Iterator[Section]:
    for text in texts:
        name = f"Treść: {CHANNELS[text['channel']]}, {LANGUAGES[text['language']]}"
        parts = str(text["sms_parts"]) if text["sms_parts"] else ""
        facts = (
            ("Nadawca", text["sender"]),
            ("Tytuł", text["subject"]),
            ("Części SMS", parts),
            ("SHA-256", grouped(text["sha256"])),
        )
        known = tuple((name, value) for name, value in facts if value)
        read = f"{text['text']}\n{OPENED}\n{text['opened']}" if text["opened"] else text["text"]
        lines = tuple(line for line in read.split("\n") if line.strip())
        yield Section(name, texts=lines, facts=known)


def _attachments(files: list[dict[str, Any]]) -> Section:
    return Section(
        "Załączniki",
        head=("Nazwa", "Rodzaj", "Bajtów", "SHA-256"),
        widths=(1.6, 1.2, 0.8, 3),
        rows=tuple(
            (one["name"], one["type"], str(one["bytes"]), grouped(one["sha256"])) for one in files
        ),
    )


def _audience(audience: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "Warunki", audience["words"] or "–"
    yield "Zapowiedziano osób", str(audience["promised"])
    yield "Na liście osób", str(audience["listed"])


def _approvals(steps: list[dict[str, Any]]) -> Section:
    return Section(
        "Zatwierdzanie",
        head=("Kiedy", "Co", "Kto", "Powód", "Skrót treści"),
        widths=(1.2, 1.3, 1.3, 1.6, 1.6),
        rows=tuple(
            (
                wording.moment(step["at"]),
                step["words"],
                step["by"] or "ICP",
                step["why"] or "",
                step["digest"][:16],
            )
            for step in steps
        ),
    )


def _figures(figures: list[dict[str, Any]]) -> Section:
    rows = [
        (CHANNELS[one["channel"]], STATES[state], str(number))
        for one in figures
        for state, number in one["states"].items()
        if number
    ]
    sums = [(CHANNELS[one["channel"]], "razem", str(one["total"])) for one in figures]
    return Section(
        "Skutek",
        head=("Kanał", "Stan", "Doręczeń"),
        widths=(1, 2.4, 0.8),
        rows=tuple(sorted(rows + sums, key=lambda row: row[0])),
    )


def _answers(answers: list[dict[str, Any]]) -> Section:
    return Section(
        "Odpowiedzi dostawców",
        head=("Kanał", "Odpowiedź", "Kod", "Ile", "Pierwsza", "Ostatnia"),
        widths=(0.8, 1.8, 1, 0.6, 1.2, 1.2),
        rows=tuple(
            (
                CHANNELS[one["channel"]],
                _outcome(one),
                one["code"] or "",
                str(one["number"]),
                wording.moment(one["first_at"]),
                wording.moment(one["last_at"]),
            )
            for one in answers
        ),
    )


def _outcome(answer: dict[str, Any]) -> str:
    outcome = answer["outcome"]
    said = OUTCOMES.get(outcome, outcome)
    if outcome.startswith(NEWS):
        said = f"wiadomość od dostawcy: {outcome.removeprefix(NEWS)}"
    return f"{said} – {answer['words']}" if answer["words"] else said


def _follow_ups(rows: list[dict[str, Any]]) -> Section:
    kinds = {"correction": "sprostowanie", "call_off": "odwołanie"}
    return Section(
        "Sprostowania i odwołania",
        head=("Numer", "Rodzaj", "Tytuł", "Kiedy", "Kto", "Stan"),
        widths=(0.6, 1, 2, 1.2, 1.2, 1),
        rows=tuple(
            (
                str(one["number"]),
                kinds.get(one["kind"], ""),
                one["title"],
                wording.moment(one["ordered_at"]),
                one["by"],
                STATUSES.get(one["status"], ""),
            )
            for one in rows
        ),
    )


def _log(entries: list[dict[str, Any]]) -> Iterator[Section]:
    yield Section(
        "Dziennik zdarzeń",
        head=("Kiedy", "Co zrobiono", "Kto", "Pozycja"),
        widths=(1.2, 2.4, 1.6, 0.7),
        rows=tuple(
            (
                wording.moment(one["at"]),
                one["words"],
                one["by"] or "ICP",
                str(one["position"] or "jeszcze poza łańcuchem"),
            )
            for one in entries
        ),
    )
    yield Section(
        "Skróty w łańcuchu dziennika",
        texts=("Każdy skrót obejmuje wszystko, co stoi w dzienniku przed nim.",),
        head=("Pozycja", "Skrót"),
        widths=(0.5, 5),
        rows=tuple(
            (str(one["position"]), grouped(one["digest"])) for one in entries if one["position"]
        ),
    )


def _verifying(document: dict[str, Any], json_sha256: str) -> Section:
    chain = document["chain"]
    return Section(
        "Jak to sprawdzić",
        texts=(
            "1. Policz SHA-256 pliku JSON i porównaj z liczbą niżej. W panelu, na stronie "
            "„Pakiet dowodowy”, wklej SHA-256 któregokolwiek z dwóch plików: ICP powie, kto i kiedy go "
            "sporządził.",
            "2. Porównaj pozycje i skróty z dziennikiem zdarzeń urzędu. Administrator sprawdza cały "
            "łańcuch poleceniem „manage.py audit_verify” albo w panelu: Dziennik, Sprawdź.",
            "3. Porównaj czoło łańcucha z punktami kontrolnymi, które urząd przechowuje poza systemem: "
            "wpis, którego ktoś by dopisał lub usunął, zmieniłby każdy późniejszy skrót.",
        ),
        facts=(
            ("SHA-256 pliku JSON", grouped(json_sha256)),
            ("Czoło łańcucha, pozycja", str(chain["position"] or "–")),
            ("Czoło łańcucha, skrót", grouped(chain["digest"] or "–")),
        ),
    )


def grouped(digest: str) -> str:
    """In eights, so that a line can break and an eye can compare."""
    return " ".join(digest[place : place + 8] for place in range(0, len(digest), 8))
