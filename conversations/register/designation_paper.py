"""From the designations of today to one PDF that is PDF/A-2a and PDF/UA-1: to print and sign.

The words are Polish here: it is a paper of a Polish office.
"""

from dataclasses import asdict
from datetime import date, datetime

from django.utils import timezone

from admin_module.configuration import CustomerOffice, Municipality, read
from conversations.models import Designation
from messaging.about_person import paper, wording
from messaging.about_person.paper import Section

from . import designations

TITLES = {
    Designation.Scope.STAFF: "Dostęp do nagrań i zapisów czatów (§ 5)",
    Designation.Scope.SUPERVISOR: "Obecność przy odsłuchaniu i odczytaniu (§ 4 ust. 6)",
    Designation.Scope.DEPUTY: "Rozstrzyganie w zastępstwie Dyrektora (§ 4 ust. 3)",
}
LEAD = (
    "Osoby wyznaczone przez Dyrektora, których wyznaczenie obowiązuje w dniu sporządzenia wykazu"
    " (zarządzenie nr 308/18)."
)


def pdf() -> bytes:
    """The list of today."""
    now, office = timezone.localtime(), read(Municipality)
    data = {
        "title": f"Wykaz osób wyznaczonych: {read(CustomerOffice).office_name}",
        "lead": LEAD,
        "office": office.name,
        "address": office.address,
        "made": wording.moment(now.isoformat()),
        "keywords": ["wyznaczenia", "rozmowy"],
        "sections": [asdict(one) for one in sections(now.date())],
    }
    return paper.typeset(data, datetime.fromtimestamp(int(now.timestamp()), tz=now.tzinfo))


def sections(on: date) -> list[Section]:
    """One for each scope, and a place to sign."""
    return [*(_section(scope, on) for scope in Designation.Scope), _signature()]


def _section(scope: Designation.Scope, on: date) -> Section:
    rows = designations.standing(scope, on).select_related("user", "user__unit", "by")
    people = sorted(rows, key=lambda row: str(row.user))
    return Section(
        TITLES[scope],
        texts=() if people else ("Nikt nie jest wyznaczony.",),
        head=("Osoba", "Jednostka", "Od", "Do", "Wyznaczył(a)") if people else (),
        widths=(2, 2, 1, 1, 2) if people else (),
        rows=tuple(
            (
                str(row.user),
                row.user.unit.name,
                f"{row.begins_on:%d.%m.%Y}",
                f"{row.ends_on:%d.%m.%Y}" if row.ends_on else "bezterminowo",
                str(row.by),
            )
            for row in people
        ),
    )


def _signature() -> Section:
    return Section("Podpis Dyrektora", texts=("Data i podpis: ..............................",))
