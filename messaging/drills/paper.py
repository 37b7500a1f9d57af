"""From the drills of a month to one PDF that is PDF/A-2a and PDF/UA-1: for whoever answers for safety.

The words are Polish here, as on the consent form: it is a paper of a Polish office.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.utils import timezone

from admin_module.configuration import Municipality, read
from consents.form_pdf import CHANNELS
from messaging.about_person import paper, wording
from messaging.about_person.paper import Section

from .figures import Drill

LEAD = (
    "Ćwiczenie przechodzi całą drogę wiadomości i kończy się w pochłaniaczu: nikt niczego nie dostał. Czas liczy się "
    "od chwili, na którą zlecono wysyłkę, do przyjęcia przez pochłaniacz; nie obejmuje pracy operatorów."
)
MONTHS = (
    "styczeń", "luty", "marzec", "kwiecień", "maj", "czerwiec", "lipiec", "sierpień", "wrzesień",
    "październik", "listopad", "grudzień",
)  # fmt: skip
HEADS = ("Kanał", "Osoby", "Do 50 % (s)", "Do 95 % (s)", "Do ostatniej (s)")
WIDTHS = (2, 1, 1, 1, 1)


def pdf(month: date, found: Sequence[Drill]) -> bytes:
    """The month's drills; none is said in words."""
    now = timezone.now()
    office = read(Municipality)
    data = {
        "title": f"Ćwiczenia: {MONTHS[month.month - 1]} {month.year}",
        "lead": LEAD,
        "office": office.name,
        "address": office.address,
        "made": wording.moment(timezone.localtime(now).isoformat()),
        "keywords": ["ćwiczenie", "wiadomości"],
        "sections": [asdict(section) for section in sections(found)],
    }
    return paper.typeset(data, datetime.fromtimestamp(int(now.timestamp()), tz=now.tzinfo))


def sections(found: Sequence[Drill]) -> list[Section]:
    """One for each drill."""
    if not found:
        return [Section("Ćwiczenia", texts=("W tym miesiącu nie było ćwiczeń.",))]
    return [_section(one) for one in found]


def _section(one: Drill) -> Section:
    at = wording.moment(timezone.localtime(one.at).isoformat())
    rows = tuple(
        (CHANNELS[row.channel], str(row.people), *map(_seconds, (row.half, row.most, row.last)))
        for row in one.times
    )
    return Section(
        one.message.text.title,
        facts=(("Termin", at), ("Zlecił", str(one.message.author))),
        texts=() if rows else ("Ćwiczenie jeszcze trwa albo nikogo nie objęło.",),
        head=HEADS,
        widths=WIDTHS,
        rows=rows,
    )


def _seconds(number: float | None) -> str:
    return "–" if number is None else f"{number:.1f}".replace(".", ",")
