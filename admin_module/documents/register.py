"""From the activities to the entry in the register of processing activities (art. 30.1 GDPR)."""

from datetime import date

from admin_module.configuration import Municipality, read

from . import inventory
from .activities import MEASURES, Activity, activities
from .blocks import Block, Document, Facts, Items, Section, Table, Text

CODE = "rejestr-czynnosci"
TITLE = "Wpis do rejestru czynności przetwarzania"
LEAD = (
    "Sporządzony z tego, co system naprawdę przechowuje: z kolumn bazy, włączonych kanałów i ustawionych"
    " okresów przechowywania (art. 30 ust. 1 RODO)."
)


def register(day: date) -> Document:
    return Document(
        CODE,
        TITLE,
        LEAD,
        f"{day:%d.%m.%Y}",
        (
            Section("Administrator", (controller(),)),
            *(
                Section(f"Czynność {number}. {activity.name}", _entry(activity))
                for number, activity in enumerate(activities(), 1)
            ),
            Section("Środki bezpieczeństwa", (Items(MEASURES),)),
            Section(
                "Zakres danych, kolumna po kolumnie",
                (
                    Text(
                        "Wszystkie zaszyfrowane kolumny bazy. Pozostałe nie zawierają danych osób."
                    ),
                    data_table(),
                ),
            ),
        ),
    )


def controller() -> Facts:
    """Who answers, art. 30.1 (a)."""
    office = read(Municipality)
    return Facts(
        (
            ("Administrator danych", office.controller),
            ("Urząd", f"{office.name}, {office.address}"),
            ("Kontakt", ", ".join(part for part in (office.phone, office.email) if part)),
            ("Inspektor ochrony danych", office.dpo),
            ("System", "ICP – powiadamianie mieszkańców"),
        )
    )


def data_table() -> Table:
    return Table(
        "Zaszyfrowane kolumny",
        ("Dane", "Kogo dotyczą", "Tabela i kolumna", "Jak są chronione"),
        tuple(
            (one.words, inventory.OWNER_WORDS[one.owner], f"{one.table} {one.column}", one.how)
            for one in inventory.columns()
        ),
        (3, 1.8, 4, 3),
    )


def data_rows() -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Head and rows of the inventory as a file for a spreadsheet."""
    table = data_table()
    return (*table.head, "Etykieta"), [
        (*row, one.label) for row, one in zip(table.rows, inventory.columns(), strict=True)
    ]


def _entry(activity: Activity) -> tuple[Block, ...]:
    return (
        Facts(
            (
                ("Cel", activity.purpose),
                ("Podstawa prawna", activity.basis),
                ("Kategorie osób", activity.people),
                ("Kategorie danych", "; ".join(activity.data)),
                ("Źródło danych", activity.source),
                ("Odbiorcy", "; ".join(activity.recipients)),
                ("Przekazanie do państwa trzeciego", activity.transfer),
                ("Planowany termin usunięcia", activity.retention),
                ("Profilowanie, decyzje automatyczne", "nie"),
            )
        ),
    )
