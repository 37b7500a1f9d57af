"""From the name of a page to the chapter that explains it: the one place that knows both."""

from django.urls import reverse

# The name of an address, or the beginning of several names; the longest that fits is taken.
HELP = {
    "dashboard": "pulpit",
    "account": "konto",
    "account-": "konto",
    "authenticator-": "konto",
    "factor-": "konto",
    "passkey-": "konto",
    "password-": "konto",
    "recovery-": "konto",
    "second-": "konto",
    "session-": "konto",
    "sessions-": "konto",
    "sign-": "konto",
    "steps-": "pulpit",
    "recipient-": "odbiorcy",
    "recipient-new": "rejestracja",
    "recipient-done": "rejestracja",
    "recipient-list": "szukanie",
    "recipient-search": "szukanie",
    "recipient-restrict": "prawa-osoby",
    "recipient-suspend": "prawa-osoby",
    "recipient-lift": "prawa-osoby",
    "recipient-resume": "prawa-osoby",
    "recipient-erase": "prawa-osoby#usuniecie",
    "erasure-": "prawa-osoby#usuniecie",
    "request-": "prawa-osoby#wnioski-i-terminy",
    "code-": "odbiorcy#kod-do-aplikacji",
    "device-remove": "urzadzenia",
    "group-": "grupy",
    "people-to-group": "grupy",
    "recipient-groups": "grupy",
    "duplicate-": "duplikaty",
    "recipient-join": "duplikaty",
    "recipient-twin": "duplikaty",
    "house-": "rejestracja",
    "pesel-": "rejestracja",
    "street-": "rejestracja",
    "consent-": "zgody",
    "consent-text": "tematy#tresc-zgody",
    "consent-text-": "tematy#tresc-zgody",
    "form-": "formularze",
    "scan-": "formularze#archiwum",
    "consent-register": "rejestr-zgod",
    "consent-find": "rejestr-zgod",
    "consent-export": "rejestr-zgod",
    "consent-act": "rejestr-zgod",
    "consent-statistics": "rejestr-zgod#statystyka",
    "topic-": "tematy",
    "message-": "wiadomosci",
    "message-progress": "postep",
    "message-withdraw": "alerty#jak-wycofac",
    "message-deliveries": "postep",
    "message-approve": "zatwierdzanie",
    "delivery-": "postep",
    "staff-": "pracownicy",
    "role-": "role",
    "unit-": "jednostki",
    "access-": "role#przeglad-uprawnien",
    "settings-": "ustawienia",
    "channel-reopen": "ustawienia#zmiana-bramki",
    "push-key-renew": "ustawienia#powiadomienia-w-aplikacji",
    "epuap-": "epuap",
    "epuap-document": "rejestracje-epuap",
    "epuap-queue": "rejestracje-epuap",
    "address-": "rejestr-adresow",
    "address-accept": "rejestr-adresow#adresy-do-dopasowania",
    "address-match": "rejestr-adresow#adresy-do-dopasowania",
    "address-unmatched": "rejestr-adresow#adresy-do-dopasowania",
    "coverage-map": "rejestr-adresow#mapa-zasiegu",
    "label-": "etykiety",
    "export-": "eksport",
    "person-copy": "prawa-osoby#kopia-danych",
    "person-copy-": "prawa-osoby#kopia-danych",
    "person-looks": "prawa-osoby#kto-ogladal",
    "person-trace": "prawa-osoby#kto-ogladal",
    "job": "import-osob#zadania-w-tle",
    "job-": "import-osob#zadania-w-tle",
    "people-import": "import-osob",
    "people-import-": "import-osob",
    "open311-key-": "klucze-open311",
    "audit-": "dziennik",
    "document-": "dokumenty",
    "accessibility": "dokumenty#strony-publiczne",
    "privacy": "dokumenty#strony-publiczne",
    "handbook": "pierwsze-kroki",
    "handbook-": "pierwsze-kroki",
    "styl": "pierwsze-kroki",
}


def help_for(url_name: str) -> str:
    """The address of the chapter for a page; of the whole handbook where none is its own."""
    fitting = [name for name in HELP if fits(name, url_name)]
    if not fitting:
        return reverse("handbook")
    chapter, _hash, anchor = HELP[max(fitting, key=len)].partition("#")
    return reverse("handbook-page", args=[chapter]) + (f"#{anchor}" if anchor else "")


def fits(name: str, url_name: str) -> bool:
    """Whether an entry of HELP is about this address."""
    return url_name.startswith(name) if name.endswith("-") else url_name == name
