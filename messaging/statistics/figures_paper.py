"""From the figures of a span of days to one PDF that is PDF/A-2a and PDF/UA-1.

The words are Polish here, as on the consent form: it is a paper of a Polish office.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from admin_module.configuration import Municipality, read
from admin_module.models import User
from messaging.about_person import paper, wording
from messaging.about_person.paper import Section

from . import figures, figures_page
from .figures import Span

LEAD = "Liczby pochodzą z liczników doręczeń. Nie ma tu danych osób, a ćwiczeń nie policzono."
FEW = "poniżej 5"
HEADS = ("", "Wiad.", "Do wysłania", "Przekaz.", "Potw.", "Niedor.", "Nieznane", "Oszcz.", "Pomin.", "Części", "Koszt zł")  # fmt: skip
WIDTHS = (2.6, 0.8, 1.1, 1.1, 1, 1, 1.05, 0.9, 0.9, 0.9, 1.1)
TABLES = {
    "channel": "Według kanału",
    "klass": "Według rodzaju",
    "topic": "Według tematu",
    "unit": "Według jednostki",
    "district": "Według osiedla",
    "month": "Według miesiąca",
}


def pdf(user: User, span: Span, wanted: dict[str, Any] | None = None) -> bytes:
    """Every table of the days, and the days before beside the sums."""
    now = timezone.now()
    office = read(Municipality)
    data = {
        "title": f"Statystyka wiadomości: {_day(span.first)}–{_day(span.last)}",
        "lead": LEAD,
        "office": office.name,
        "address": office.address,
        "made": wording.moment(timezone.localtime(now).isoformat()),
        "keywords": ["statystyka", "wiadomości"],
        "sections": [asdict(section) for section in sections(user, span, wanted)],
    }
    return paper.typeset(data, datetime.fromtimestamp(int(now.timestamp()), tz=now.tzinfo))


def sections(user: User, span: Span, wanted: dict[str, Any] | None = None) -> list[Section]:
    messages = figures.seen(user, span, wanted)
    found = figures.facts(messages)
    before = figures.total(figures.facts(figures.seen(user, span.before, wanted)))
    now = figures.total(found)
    compared = Section(
        "W porównaniu z poprzednim okresem",
        texts=(f"Poprzedni okres: {_day(span.before.first)}–{_day(span.before.last)}.",),
        head=("", "Teraz", "Poprzednio", "Zmiana"),
        widths=(2, 1, 1, 1),
        rows=tuple(
            (NAMES[one.name], _number(one.now), _number(one.before), _percent(one.percent))
            for one in figures_page.changes(now, before)
        ),
    )
    tables = [
        _table(
            TABLES[by],
            figures.by_district(messages) if by == "district" else figures.table(found, by),
            masked=figures_page.masks(user, by),
        )
        for by in TABLES
    ]
    return [compared, _table("Razem", [now], masked=False), *tables]


NAMES = {
    "messages": "Wiadomości",
    "handed_over": "Przekazane",
    "failed": "Niedoręczone",
    "cost": "Koszt netto, zł",
}


def _table(title: str, lines: Sequence[figures.Line], *, masked: bool) -> Section:
    rows = figures_page.cells(lines, masked=masked)
    return Section(
        title,
        head=HEADS,
        widths=WIDTHS,
        rows=tuple(
            (line.name, *(FEW if value is None else _number(value) for value in row))
            for line, row in zip(lines, rows, strict=True)
        ),
    )


def _number(value: int | Decimal) -> str:
    if isinstance(value, Decimal):
        return f"{value:,.2f}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
    return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")


def _percent(change: int | None) -> str:
    return "–" if change is None else f"{change:+d}%"


def _day(day: date) -> str:
    return f"{day.day}.{day.month:02}.{day.year}"
