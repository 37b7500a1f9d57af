"""From the figures of a month to the report of supervision: one PDF that is PDF/A-2a and PDF/UA-1.

The words are Polish here: it is a paper of a Polish office.
"""

from dataclasses import asdict
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import override

from admin_module.configuration import CustomerOffice, Municipality, read
from messaging.about_person import paper, wording
from messaging.about_person.paper import Section

from .figures import Supervision, supervision

LEAD = (
    "Nadzór Dyrektora (§ 3) i Sekretarza (§ 7) nad rejestrowaniem rozmów i zapisów czatów. Same liczby: nie"
    " ma tu danych osób."
)
MONTHS = (
    "styczeń", "luty", "marzec", "kwiecień", "maj", "czerwiec", "lipiec", "sierpień", "wrzesień",
    "październik", "listopad", "grudzień",
)  # fmt: skip
OPENED = {
    "request": "Odsłuch lub odczyt na wniosek, w obecności wyznaczonych osób",
    "quality": "Jakość obsługi",
    "complaint": "Skarga",
    "supervision": "Nadzór Dyrektora",
    "break_glass": "Dostęp awaryjny administratora",
    "export": "Kopia lub odpis po decyzji",
}
SCOPES = {
    "staff": "Wyznaczeni do dostępu do nagrań i zapisów",
    "supervisor": "Wyznaczeni do obecności przy odsłuchu",
    "deputy": "Wyznaczeni do zastępowania Dyrektora",
}


def pdf(first: date) -> bytes:
    """The report of the month that begins on this day."""
    now, office = timezone.localtime(), read(Municipality)
    with override("pl"):
        told = [asdict(one) for one in sections(supervision(first))]
    data = {
        "title": f"Nadzór nad rozmowami i czatami: {MONTHS[first.month - 1]} {first.year}",
        "lead": LEAD,
        "office": f"{office.name}, {read(CustomerOffice).office_name}",
        "address": office.address,
        "made": wording.moment(now.isoformat()),
        "keywords": ["nadzór", "rozmowy"],
        "sections": told,
    }
    return paper.typeset(data, datetime.fromtimestamp(int(now.timestamp()), tz=now.tzinfo))


def sections(month: Supervision) -> list[Section]:
    """In the order of the page."""
    return [
        Section("Zarejestrowane rozmowy i czaty", facts=_talks(month)),
        Section("Odsłuchiwanie i odczytywanie", facts=_opened(month)),
        Section("Wnioski o udostępnienie", facts=_requests(month)),
        Section("Przechowywanie i usuwanie", facts=_keeping(month)),
        Section("Osoby", facts=_people(month)),
        Section("Podpis Dyrektora", texts=("Data i podpis: ..............................",)),
    ]


def _talks(month: Supervision) -> tuple[tuple[str, str], ...]:
    talks = month.talks
    return (
        ("Rozmowy przychodzące", str(talks.incoming)),
        ("Rozmowy wychodzące", str(talks.outgoing)),
        ("Czaty", str(talks.chats)),
        ("Rozmowy nagrane", str(talks.recorded)),
        ("Bez nagrania, z wyboru rozmówcy", str(talks.opted_out)),
        ("Bez odnotowanej zapowiedzi", str(talks.without_notice)),
    )


def _opened(month: Supervision) -> tuple[tuple[str, str], ...]:
    rows = [(OPENED[purpose], str(number)) for purpose, number in month.opened]
    return (
        *rows,
        ("Odsłonięcia numeru", str(month.reveals)),
        ("Dostępy awaryjne, których Dyrektor jeszcze nie przejrzał", str(month.unreviewed)),
    )


def _requests(month: Supervision) -> tuple[tuple[str, str], ...]:
    asked = month.requests
    return (
        ("Wpłynęły w miesiącu", str(asked.received)),
        ("Zakończone w miesiącu", str(asked.closed)),
        ("Zakończone po terminie", str(asked.closed_late)),
        ("W toku po terminie", str(asked.late)),
        *((f"Stan: {step.label}", str(number)) for step, number in asked.steps),
    )


def _keeping(month: Supervision) -> tuple[tuple[str, str], ...]:
    check = month.check
    found = "nie było kontroli"
    if check is not None:
        when = wording.moment(timezone.localtime(check.at).isoformat())
        found = f"{when}: {'bez uwag' if not check.problems else 'są uwagi'}"
    return (
        ("Usunięte trwale w miesiącu", str(month.purged)),
        ("Po terminie, nieusunięte i niewstrzymane", str(month.overdue)),
        ("Wstrzymane przed usunięciem", str(month.holds)),
        ("Wstrzymania do przejrzenia", str(month.holds_to_review)),
        ("Ostatnia kontrola przechowywania", found),
    )


def _people(month: Supervision) -> tuple[tuple[str, str], ...]:
    rows = [(SCOPES[scope], str(number)) for scope, number in month.designated]
    return (*rows, ("Nie potwierdzili informacji o nagrywaniu", str(month.owing)))
