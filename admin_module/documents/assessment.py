"""From what ICP knows about itself to the data protection impact assessment (art. 35.7 GDPR).

The description, the risks and the measures are filled in; necessity, views, opinion and decision are
the officer's and the controller's to write.
"""

from datetime import date

from admin_module.configuration import ImpactAssessment, read
from recipients.models import Recipient

from .activities import activities
from .blocks import Block, Document, Facts, Items, Section, Table, Text, ToFillIn
from .register import controller
from .risks import RISKS

CODE = "ocena-skutkow"
TITLE = "Ocena skutków dla ochrony danych"
LEAD = (
    "Opis, ryzyka i środki wypełnił system. Pozostałe części uzupełnia inspektor ochrony danych i"
    " administrator danych; każda zapisana wersja zostaje w historii (art. 35 RODO)."
)
LEAD_OF_VERSION = "Wersja {version} z {day:%d.%m.%Y}: tak brzmiały części uzupełnione przez ludzi. Opis i ryzyka są dzisiejsze."
ROUNDING = 100  # people: the scale matters, not the number


def assessment(day: date) -> Document:
    return with_words(read(ImpactAssessment), day)


def with_words(words: ImpactAssessment, day: date, lead: str = LEAD) -> Document:
    """The assessment as it would stand on `day` with these words of the officer's."""
    return Document(
        CODE,
        TITLE,
        lead,
        f"{day:%d.%m.%Y}",
        (
            Section("1. Opis przetwarzania (art. 35 ust. 7 lit. a)", _description(words)),
            Section("2. Niezbędność i proporcjonalność (lit. b)", _necessity(words)),
            Section("3. Ryzyko dla osób (lit. c) i środki (lit. d)", _risks()),
            Section(
                "4. Stanowisko osób lub ich przedstawicieli (ust. 9)",
                (ToFillIn("Kogo zapytano i co odpowiedzieli", words.views),),
            ),
            Section(
                "5. Zalecenia inspektora ochrony danych (ust. 2)",
                (ToFillIn("Zalecenia", words.opinion, 6),),
            ),
            Section("6. Decyzja administratora danych", _decision(words)),
        ),
    )


def _description(words: ImpactAssessment) -> tuple[Block, ...]:
    residents = activities()[0]
    return (
        controller(),
        Facts(
            (
                ("Cel", residents.purpose),
                ("Podstawa prawna", residents.basis),
                ("Kogo dotyczy", residents.people),
                ("Skala", f"{_scale()} kart osób"),
                ("Dane", "; ".join(residents.data)),
                ("Odbiorcy", "; ".join(residents.recipients)),
                ("Przekazanie poza EOG", residents.transfer),
                ("Jak długo", residents.retention),
            )
        ),
        ToFillIn("Kontekst gminy (uzupełnienie)", words.context),
    )


def _scale() -> str:
    people = Recipient.objects.exclude(state__in=Recipient.GONE).count()
    if people < ROUNDING:
        return f"mniej niż {ROUNDING}"
    return f"około {round(people, -2):,}".replace(",", "\N{NO-BREAK SPACE}")


def _necessity(words: ImpactAssessment) -> tuple[Block, ...]:
    return (
        Items(
            (
                "PESEL nie jest wymagany; wystarczy data urodzenia i płeć, potrzebne do doboru adresatów",
                "osoba podaje tylko te adresy, którymi chce dostawać wiadomości",
                "zgoda jest osobna dla każdego tematu i kanału; wycofanie działa od razu",
                "pracownik widzi tylko to, czego wymaga jego rola i jednostka",
                "na wydruku zgody są tylko adresy zaznaczonych kanałów",
                "brak profilowania i decyzji automatycznych",
            )
        ),
        ToFillIn("Ocena niezbędności i proporcjonalności", words.necessity),
    )


def _risks() -> tuple[Block, ...]:
    return (
        Text(
            "Prawdopodobieństwo i skutek w skali 1–3. Iloczyn 1–2: ryzyko niskie, 3–4: średnie,"
            " 6–9: wysokie."
        ),
        Table(
            "Ryzyka",
            ("Zagrożenie", "Skutek dla osób", "Przed", "Środki", "Gdzie opisane", "Po"),
            tuple(
                (
                    risk.danger,
                    risk.effect_words,
                    risk.before_words,
                    risk.measure,
                    risk.where,
                    risk.after_words,
                )
                for risk in RISKS
            ),
            (3, 3, 2, 4, 2.4, 2),
        ),
    )


def _decision(words: ImpactAssessment) -> tuple[Block, ...]:
    review = f"{words.review_on:%d.%m.%Y}" if words.review_on else ""
    return (
        ToFillIn("Decyzja, w tym czy potrzebne są uprzednie konsultacje (art. 36)", words.decision),
        ToFillIn("Następny przegląd (ust. 11)", review, 1),
        ToFillIn("Data i podpis administratora danych", "", 2),
    )


def risk_rows() -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """Head and rows of the table of risks, as a file for a spreadsheet."""
    head = (
        "Zagrożenie",
        "Skutek dla osób",
        "Prawdopodobieństwo",
        "Skutek",
        "Środki",
        "Po środkach",
    )
    return head, [
        (one.danger, one.effect_words, one.likelihood, one.effect, one.measure, one.after)
        for one in RISKS
    ]
