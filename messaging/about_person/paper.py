"""From the document of everything held to one PDF that a person reads: PDF/A-2a and PDF/UA-1.

The words are Polish here and in copy.typ, as on the consent form: this is an answer of a Polish office,
whatever language the screens speak.
"""

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from admin_module.configuration import Municipality, read
from consents.form_pdf import CHANNELS
from consents.form_pdf import TYPST as FORMS
from recipients.values import checks

from . import wording

TYPST = Path(__file__).parent / "typst"
TITLE = "Kopia danych"
LEAD = (
    "To wszystko, co urząd przechowuje o tej osobie w systemie powiadomień (art. 15 RODO). "
    "Te same dane dla programów komputerowych są w pliku JSON (art. 20 RODO)."
)
# Signs for which the font may have no glyph: pictures in the text of a message, say.
STRANGE = re.compile("[^\\u0020-\\u017f\\u0218-\\u021b\\u0400-\\u04ff\\u2010-\\u2026\\u20ac\\n]")
MOST_WORDS = 400  # characters of a message's text that are printed; the JSON has all of it
Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    texts: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    head: tuple[str, ...] = ()
    widths: tuple[float, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


# The section of each part in gathering.further.
further: dict[str, Callable[[Any], Section]] = {}


def pdf(document: dict[str, Any]) -> bytes:
    """Set the document in type; signs without a glyph become question marks."""
    made = datetime.fromisoformat(document["made_at"])
    data = {
        "title": TITLE,
        "lead": LEAD,
        "office": read(Municipality).name,
        "address": document["controller"]["address"],
        "made": wording.moment(document["made_at"]),
        "keywords": ["RODO", "kopia danych"],
        "sections": [asdict(section) for section in sections(document)],
    }
    return typeset(data, made)


def typeset(data: dict[str, Any], made: datetime) -> bytes:
    """Any paper of sections; `data` in the names that copy.typ reads."""
    text = json.dumps(data, ensure_ascii=False)
    try:
        return _compile(text, made)
    except typst.TypstError:
        return _compile(STRANGE.sub("?", text), made)


def _compile(data: str, made: datetime) -> bytes:
    file: bytes = typst.compile(
        str(TYPST / "copy.typ"),
        root=str(TYPST),
        font_paths=[str(FORMS / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"data": data},
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(made.timestamp()),
    )
    return file


def sections(document: dict[str, Any]) -> list[Section]:
    """Everything of the document, in the order of the page."""
    return [
        Section("Osoba", facts=_particulars(document)),
        _contacts(document["contacts"]),
        _devices(document["devices"]),
        *_consents(document["consents"]),
        _forms(document["forms"]),
        Section("Grupy", texts=tuple(document["groups"])),
        _messages(document["messages"]),
        _codes(document["codes"]),
        _requests(document["requests"]),
        _documents(document["epuap_documents"]),
        *(section(document[name]) for name, section in further.items()),
        _readings(document["readings"]),
        *_notice(document["controller"]),
    ]


def _particulars(document: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    person, address, guardian = document["person"], document["address"], document["guardian"]
    flat = f"/{address['flat']}" if address.get("flat") else ""
    street = f"{address.get('street') or ''} {address.get('house') or ''}{flat}".strip()
    town = f"{address.get('postal_code') or ''} {address.get('town') or ''}".strip()
    found = [
        ("Identyfikator", person["identifier"]),
        ("Dawne identyfikatory", ", ".join(person["former_identifiers"])),
        ("Imię", _joined(person, "first_name", "second_name")),
        ("Nazwisko", person.get("last_name") or ""),
        ("Data urodzenia", wording.day(person.get("birth_date"))),
        ("Płeć", wording.SEX.get(person.get("sex") or "", "")),
        ("PESEL", person.get("pesel") or "nie podano"),
        ("Adres", ", ".join(part for part in (street, town) if part)),
        ("Opiekun", _joined(guardian, "first_name", "last_name")),
        ("Kontakt do opiekuna", _joined(guardian, "phone", "email")),
        ("Język wiadomości", wording.LANGUAGES[person["language"]]),
        ("Stan konta", wording.STATES[person["state"]]),
        ("Stan konta do dnia", wording.day(person["state_until"])),
        ("Powód stanu konta", person["state_reason"] or ""),
        ("Sposób rejestracji", wording.ORIGINS[person["origin"]]),
        ("Zarejestrowano", wording.moment(person["registered_at"])),
        ("Wola rejestracji", wording.WISHES.get(person["wish"] or "", "")),
    ]
    return tuple((name, value) for name, value in found if value)


def _joined(part: dict[str, Any], *names: str) -> str:
    return " ".join(part[name] for name in names if part.get(name))


def _contacts(rows: list[dict[str, Any]]) -> Section:
    return Section(
        "Adresy kontaktowe",
        head=("Kanał", "Adres", "Potwierdzono"),
        widths=(1, 2, 1.3),
        rows=tuple(
            (
                CHANNELS[row["channel"]],
                checks.spaced(row["channel"], row["value"]) if row["value"] else "urządzenie",
                wording.moment(row["confirmed_at"]) or "nie",
            )
            for row in rows
        ),
    )


def _devices(rows: list[dict[str, Any]]) -> Section:
    return Section(
        "Urządzenia z aplikacją",
        head=("Rodzaj", "Połączono", "Ostatnio użyto", "Ustawienia osoby"),
        widths=(1, 1.2, 1.2, 2.6),
        rows=tuple(
            (
                wording.PLATFORMS[row["platform"]],
                wording.moment(row["paired_at"]),
                wording.moment(row["last_used_at"]),
                wording.wishes(row),
            )
            for row in rows
        ),
    )


def _consents(part: dict[str, Any]) -> list[Section]:
    now = Section(
        "Zgody obowiązujące",
        head=("Temat", "Kanały"),
        widths=(2, 1.5),
        rows=tuple((row["topic"], wording.channels(row["channels"])) for row in part["current"]),
    )
    history = Section(
        "Historia zgód",
        head=("Kiedy", "Co", "Temat", "Kanał", "Jak", "Wersja treści"),
        widths=(1.5, 1, 2, 0.8, 1.6, 0.8),
        rows=tuple(
            (
                wording.moment(row["at"]),
                wording.ACTS[row["act"]],
                row["topic"],
                CHANNELS[row["channel"]],
                " ".join(part for part in (wording.HOW[row["how"]], row["form"]) if part),
                str(row["text_version"]),
            )
            for row in part["history"]
        ),
    )
    words = tuple(
        f"Wersja {text['version']} (obowiązuje od {wording.day(text['valid_from'])}): {text['words']}"
        for text in part["texts"]
    )
    return [now, history, Section("Treść zgód", texts=words)]


def _forms(rows: list[dict[str, Any]]) -> Section:
    return Section(
        "Formularze zgody",
        head=("Numer", "Wydrukowano", "Przyjęto podpisany", "Skan"),
        widths=(1.2, 1.2, 1.2, 1.2),
        rows=tuple(
            (
                row["number"],
                wording.moment(row["printed_at"]),
                wording.moment(row["received_at"]) or "nie",
                wording.moment(row["scanned_at"]) or "brak",
            )
            for row in rows
        ),
    )


def _messages(rows: list[dict[str, Any]]) -> Section:
    return Section(
        "Co wysłano i dlaczego",
        head=("Kiedy", "Kanał", "Tytuł i treść", "Dlaczego do tej osoby", "Co się stało"),
        widths=(1.1, 0.8, 2.6, 1.8, 1.5),
        rows=tuple(
            (
                wording.moment(row["at"]),
                CHANNELS[row["channel"]],
                _shortened(row["title"], row["text"]),
                row["why"],
                row["outcome"],
            )
            for row in rows
        ),
    )


def _shortened(title: str, text: str | None) -> str:
    words = (text or "").strip()
    more = "…" if len(words) > MOST_WORDS else ""
    return f"{title}\n{words[:MOST_WORDS]}{more}" if words else title


def _codes(rows: list[dict[str, Any]]) -> Section:
    return Section(
        "Kody walidacyjne",
        texts=("Samych kodów urząd nie przechowuje, tylko chwile ich wysłania i użycia.",),
        head=("Kanał", "Wysłano", "Ważny do", "Użyto"),
        widths=(1, 1.2, 1.2, 1.2),
        rows=tuple(
            (
                CHANNELS.get(row["channel"], "list"),
                wording.moment(row["asked_at"]),
                wording.moment(row["expires_at"]),
                wording.moment(row["used_at"]) or "nie",
            )
            for row in rows
        ),
    )


def _requests(rows: list[dict[str, Any]]) -> Section:
    return Section(
        "Wnioski osoby",
        head=("Czego dotyczy", "Wpłynął", "Termin", "Zakończono", "Treść i odpowiedź"),
        widths=(1.4, 1.2, 1, 1.6, 2),
        rows=tuple(
            (
                f"{wording.REQUESTS[row['kind']]} ({wording.HOW[row['how']]})",
                wording.moment(row["received_at"]),
                wording.day(row["due_on"]),
                f"{wording.moment(row['closed_at'])} {wording.OUTCOMES.get(row['outcome'] or '', '')}".strip(),
                "\n".join(part for part in (row["asked"], row["answer"]) if part),
            )
            for row in rows
        ),
    )


def _documents(rows: list[dict[str, Any]]) -> Section:
    return Section(
        "Dokumenty z ePUAP",
        head=("Wpłynął", "Czego dotyczy", "Podpisano", "Zakończono"),
        widths=(1.2, 1.6, 1.2, 1.2),
        rows=tuple(
            (
                wording.moment(row["arrived_at"]),
                wording.PURPOSES.get(row["purpose"] or "", "nie rozpoznano"),
                wording.moment(row["signed_at"]),
                wording.moment(row["ended_at"]),
            )
            for row in rows
        ),
    )


def _readings(rows: list[dict[str, Any]]) -> Section:
    return Section(
        "Kto oglądał te dane",
        texts=(
            "Każde otwarcie danych jest zapisywane. Podajemy chwilę, powód, rolę i komórkę urzędu; "
            "nazwisk pracowników, którzy działają w imieniu urzędu, nie podajemy.",
        ),
        head=("Kiedy", "Co zrobiono", "Rola", "Jednostka"),
        widths=(1.2, 2, 1.4, 1.4),
        rows=tuple(
            (wording.moment(row["at"]), row["what"], row["roles"] or "", row["unit"] or "")
            for row in rows
        ),
    )


def _notice(controller: dict[str, Any]) -> list[Section]:
    facts = (
        ("Administrator danych", controller["name"]),
        ("Inspektor ochrony danych", controller["data_protection_officer"]),
    )
    notes = tuple(f"{part['title']}: {part['body']}" for part in controller["notice"])
    known = tuple((name, value) for name, value in facts if value)
    return [Section("Informacja o przetwarzaniu", texts=notes, facts=known)]
