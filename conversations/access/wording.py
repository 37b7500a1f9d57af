"""From a code of the procedure to the words that letters and forms use for it: Polish, as the papers are."""

from conversations.models import AccessDecision, AccessRequest, Opinion

Form, Basis, Giver = AccessRequest.Form, AccessRequest.Basis, Opinion.Giver

BASES = {
    Basis.ORDER: "§ 4 zarządzenia nr 308/18",
    Basis.GDPR: "art. 15 RODO",
    Basis.AUTHORITY: "żądanie uprawnionego organu",
}
FORMS = {
    Form.SUPERVISED: "odsłuchanie nagrania albo odczytanie zapisu w urzędzie",
    Form.TRANSCRIPT: "transkrypcja (wierny zapis treści)",
    Form.COPY: "kopia nagrania albo zapisu",
}
VERDICTS = {
    Opinion.Verdict.POSITIVE: "pozytywna",
    Opinion.Verdict.CONDITIONAL: "pozytywna z zastrzeżeniami",
    Opinion.Verdict.NEGATIVE: "negatywna",
}
GIVERS = {Giver.OFFICER: "Inspektor Ochrony Danych", Giver.UNIT: "kierujący jednostką"}
GROUNDS = {
    AccessDecision.Ground.THIRD_PARTY: "prawa i wolności innych osób (art. 15 ust. 4 RODO)",
    AccessDecision.Ground.EXCESSIVE: (
        "żądanie ewidentnie nieuzasadnione lub nadmierne (art. 12 ust. 5 RODO)"
    ),
    AccessDecision.Ground.NOT_IDENTIFIED: (
        "brak możliwości zidentyfikowania osoby (art. 11 ust. 2 i art. 12 ust. 6 RODO)"
    ),
    AccessDecision.Ground.CALLER_UNKNOWN: (
        "numer telefonu osoby dzwoniącej nie jest możliwy do zidentyfikowania (§ 4 ust. 7 zarządzenia)"
    ),
    AccessDecision.Ground.NOT_JUSTIFIED: (
        "nie zachodzi wyjątkowy i uzasadniony przypadek (§ 4 ust. 1 zarządzenia)"
    ),
    AccessDecision.Ground.OTHER_LAW: "odrębny przepis prawa",
}
NOT_FOUND = {
    "none": "W systemie nie ma nagrania rozmowy ani zapisu czatu, które odpowiadałyby opisowi we wniosku.",
    "deleted": (
        "Nagranie albo zapis zostały trwale usunięte po upływie okresu przechowywania (6 miesięcy, § 6 "
        "zarządzenia). Nie można ich odtworzyć."
    ),
    "not_identifiable": (
        "Na podstawie podanych informacji nie da się ustalić, o którą rozmowę chodzi. Można złożyć nowy "
        "wniosek i podać numer telefonu, dzień oraz przybliżoną godzinę rozmowy."
    ),
}
CLOSINGS = {
    "uncompleted": (
        "Wniosek nie został uzupełniony w wyznaczonym terminie, dlatego pozostawiam go bez rozpoznania. "
        "W każdej chwili można złożyć nowy wniosek."
    ),
    "absent": (
        "Osoba wnioskująca dwukrotnie nie stawiła się w wyznaczonym terminie, dlatego sprawę zamykam. "
        "W każdej chwili można złożyć nowy wniosek, dopóki nagranie albo zapis jest przechowywany."
    ),
    "withdrawn": "Zgodnie z oświadczeniem osoby wnioskującej wniosek uznaję za wycofany i sprawę zamykam.",
}
COMPLAINT = (
    "Na sposób załatwienia wniosku przysługuje skarga do Prezesa Urzędu Ochrony Danych Osobowych (art. 77 "
    "RODO). Skargę można wnieść pisemnie albo elektronicznie; szczegóły podaje strona uodo.gov.pl.",
    "Niezależnie od skargi przysługuje prawo do skutecznego środka ochrony prawnej przed sądem (art. 79 "
    "RODO). Właściwy jest sąd okręgowy (art. 93 ustawy z dnia 10 maja 2018 r. o ochronie danych osobowych).",
)
