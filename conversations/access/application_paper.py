"""From an application to its paper: filled in for the case file, or blank for whoever wants to print it.

The order's annex with the pattern is not part of its text: these are the questions that § 4 needs answers
to (docs/decisions/0045).
"""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from admin_module.configuration import Municipality, read
from conversations.models import AccessRequest, Applicant

from .dates import day_of
from .typesetting import typeset
from .wording import BASES, FORMS

Basis, Form = AccessRequest.Basis, AccessRequest.Form
TITLE = "Wniosek o udostępnienie nagrania rozmowy telefonicznej lub zapisu czatu"
LEAD = (
    "Wniosek składa osoba, która prowadziła rozmowę lub czat z pracownikiem urzędu (§ 4 zarządzenia nr "
    "308/18). Numer telefonu, z którego dzwoniono, dzień i godzina pozwalają znaleźć rozmowę; nagrania są "
    "przechowywane przez 6 miesięcy."
)
ON_BASIS = {
    Basis.ORDER: "odsłuchanie lub odczytanie w wyjątkowym i uzasadnionym przypadku (§ 4 zarządzenia)",
    Basis.GDPR: "dostęp do moich danych osobowych i ich kopia (art. 15 RODO; uzasadnienie nie jest potrzebne)",
}
NOTICE = (
    "Administratorem danych jest {controller}. Dane z wniosku są przetwarzane wyłącznie po to, by go "
    "rozpoznać (art. 6 ust. 1 lit. c RODO), i przechowywane przez okres wymagany dla akt sprawy. Nagranie "
    "lub zapis, którego dotyczy wniosek, nie zostanie usunięty, dopóki sprawa trwa.",
    "Odpowiedź zostanie udzielona bez zbędnej zwłoki, najpóźniej w ciągu miesiąca. Przysługuje prawo dostępu "
    "do danych, ich sprostowania i ograniczenia przetwarzania oraz skarga do Prezesa Urzędu Ochrony Danych "
    "Osobowych. Kontakt z Inspektorem Ochrony Danych: {dpo}.",
)


def blank() -> bytes:
    """The form with lines to write on; the same all day."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return _set(Applicant(), midnight, number="")


def filled(request: AccessRequest) -> bytes:
    """What was told at the counter, on paper for the applicant's signature."""
    return _set(request.applicant, request.received_at, number=request.number, request=request)


def _set(
    person: Applicant, made: datetime, *, number: str, request: AccessRequest | None = None
) -> bytes:
    office = read(Municipality)
    facts = {"controller": office.controller or office.name, "dpo": office.dpo or office.email}
    data = {
        "title": TITLE,
        "lead": LEAD,
        "number": number,
        "filled": request is not None,
        "sections": _sections(person, request),
        "notice": [words.format(**facts) for words in NOTICE],
    }
    return typeset("application.typ", data, made)


def _sections(person: Applicant, request: AccessRequest | None) -> list[dict[str, Any]]:
    basis = request.basis if request else ""
    form = request.requested_form if request else ""
    return [
        _section("1. Osoba wnioskująca", 2, _person(person)),
        _section("2. Rozmowa lub czat", 2, _conversation(person)),
        _section(
            "3. Czego dotyczy wniosek",
            1,
            [
                (
                    "Czego dotyczyła rozmowa i po co potrzebny jest dostęp (uzasadnienie)",
                    _why(person),
                    4,
                )
            ],
        ),
        _section(
            "4. Podstawa",
            1,
            [],
            [(words, basis == key) for key, words in ON_BASIS.items()]
            + ([(BASES[Basis.AUTHORITY], True)] if basis == Basis.AUTHORITY else []),
        ),
        _section("5. Oczekiwana forma", 1, [], [(FORMS[key], form == key) for key in FORMS]),
        _section(
            "6. Ułatwienia",
            1,
            [
                (
                    "Tłumacz, polski język migowy, dostępne pomieszczenie, pełnomocnik",
                    _needs(person),
                    1,
                )
            ],
        ),
    ]


def _section(
    title: str,
    columns: int,
    fields: list[tuple[str, str, int]],
    choices: list[tuple[str, bool]] | None = None,
) -> dict[str, Any]:
    return {
        "title": title,
        "columns": columns,
        "fields": [{"name": name, "value": value, "lines": rows} for name, value, rows in fields],
        "choices": [{"words": words, "on": on} for words, on in choices or []],
    }


def _person(person: Applicant) -> list[tuple[str, str, int]]:
    return [
        ("Imię i nazwisko", f"{person.first_name} {person.last_name}".strip(), 1),
        ("Adres do korespondencji", ", ".join(person.address.splitlines()), 1),
        ("Adres e-mail (nieobowiązkowo)", person.email, 1),
        ("Skrytka ePUAP (nieobowiązkowo)", person.epuap, 1),
    ]


def _conversation(person: Applicant) -> list[tuple[str, str, int]]:
    on = person.conversation_on
    day = day_of(date.fromisoformat(on)) if on else ""
    return [
        ("Numer telefonu, z którego dzwoniono", person.phone, 1),
        ("Dzień rozmowy lub czatu", day, 1),
        ("Przybliżona godzina", person.conversation_time, 1),
        ("Temat", person.about, 1),
    ]


def _why(person: Applicant) -> str:
    return person.justification


def _needs(person: Applicant) -> str:
    return "; ".join(part for part in (person.needs, person.proxy) if part)
