"""The activities of the register (art. 30.1 GDPR), one for each thing the office does with data in ICP.

A module that does something new with people's data adds its activity here. The words are Polish: this
is a Polish legal document, whatever language the screens speak.
"""

from dataclasses import asdict, dataclass
from typing import Any

from admin_module.configuration import Retention, read

from . import conversation_activity as talks
from . import inventory
from .parties import parties

MEASURES = (
    "dane osobowe w bazie zaszyfrowane (AES-256-GCM), osobny klucz dla każdej osoby, klucze poza bazą",
    "wyszukiwanie po skrótach z kluczem; cechy do wyboru adresatów w zaszyfrowanych stronach",
    "usunięcie danych przez zniszczenie klucza, powtarzane po odtworzeniu kopii",
    "role i jednostki; cudza karta jest nieosiągalna; nikt nie nadaje uprawnień sobie",
    "konta osobiste, drugi składnik logowania, blokada po błędnych hasłach, wygasanie sesji",
    "niezmienny dziennik zdarzeń z łańcuchem podpisów, także odczytów danych",
    "szyfrowane połączenia (TLS), rygorystyczna polityka treści (CSP), ochrona formularzy (CSRF)",
    "zatwierdzanie wiadomości przez drugą osobę; alarm bez niej zostaje odnotowany",
    "kopie zapasowe z kluczami osobno, próby odtworzenia, blokada wysyłki po odtworzeniu",
    "dzienniki techniczne z zasłoniętymi danymi; brak danych osobowych w kolejkach i adresach stron",
)
NO_TRANSFER = "brak"


@dataclass(frozen=True, slots=True)
class Activity:
    """One entry; the fields follow art. 30.1 (b) to (g), with the legal basis beside them."""

    code: str
    name: str
    purpose: str
    basis: str
    people: str
    data: tuple[str, ...]
    source: str
    recipients: tuple[str, ...]
    transfer: str
    retention: str
    measures: tuple[str, ...] = MEASURES

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def activities() -> tuple[Activity, ...]:
    """Every entry as it stands now: data from the models, recipients and periods from the settings."""
    return (_telling_residents(), _reports(), _conversations(), _staff_accounts(), _audit_log())


def _telling_residents() -> Activity:
    active = [party for party in parties() if party.active]
    abroad = [party for party in active if "Stany Zjednoczone" in party.where]
    return Activity(
        code="powiadamianie",
        name="Powiadamianie mieszkańców",
        purpose="przekazywanie mieszkańcom informacji, ostrzeżeń i alarmów o sprawach gminy wybranym"
        " przez nich kanałem; dowodzenie zgód",
        basis="art. 6 ust. 1 lit. a RODO (zgoda); alarmy i ostrzeżenia: art. 6 ust. 1 lit. c i e RODO"
        " w związku z ustawą z 26 kwietnia 2007 r. o zarządzaniu kryzysowym; dowód zgody:"
        " art. 6 ust. 1 lit. c w związku z art. 7 ust. 1 RODO",
        people="mieszkańcy, którzy zarejestrowali się w systemie",
        data=(
            *inventory.words_of(inventory.RESIDENTS),
            "zgody i ich historia: temat, kanał, kiedy i w jaki sposób",
            "stany doręczeń wiadomości",
        ),
        source="od osoby, której dane dotyczą (formularz, telefon, pismo, ePUAP, aplikacja)",
        recipients=tuple(f"{party.name} ({party.role}): {party.data}" for party in active)
        or ("brak: żaden kanał nie jest włączony",),
        transfer="; ".join(f"{party.name}: {party.where}" for party in abroad) or NO_TRANSFER,
        retention="do wycofania zgody albo żądania usunięcia; dowód udzielenia i wycofania zgody, bez"
        " danych kontaktowych, nie dłużej niż 6 lat; wyeksportowane pliki"
        f" {read(Retention).export_days} dni; klucze w kopiach zapasowych najwyżej 30 dni",
    )


def _reports() -> Activity:
    return Activity(
        code="zgloszenia",
        name="Przyjmowanie i załatwianie zgłoszeń",
        purpose="przyjęcie zgłoszenia o czymś, co trzeba naprawić lub wyjaśnić, załatwienie go, odpowiedź"
        " zgłaszającemu, pokazanie sprawy innym mieszkańcom",
        basis="art. 6 ust. 1 lit. e RODO w związku z art. 7 ust. 1 ustawy z 8 marca 1990 r. o samorządzie"
        " gminnym; przekazanie właściwej instytucji: art. 65 k.p.a.",
        people="osoby, które coś zgłosiły, także bez konta; osoby do kontaktu w innych instytucjach;"
        " osoby trzecie wspomniane w opisie lub widoczne na zdjęciu",
        data=(
            *inventory.words_of(inventory.REPORTERS),
            "numer, kategoria, stan i terminy zgłoszenia; miejsce zaokrąglone do około 50 m",
            "kto śledzi czyje zgłoszenie",
        ),
        source="od zgłaszającego (aplikacja, strona internetowa, telefon, okienko, Open311)",
        recipients=(
            "instytucje, którym przekazano zgłoszenie: treść i miejsce, bez danych zgłaszającego",
            "każdy: treść i zdjęcia dopuszczone do publikacji przez pracownika, miejsce w przybliżeniu",
        ),
        transfer=NO_TRANSFER,
        retention="przez okres ustawiony dla kategorii, domyślnie 36 miesięcy od zamknięcia, potem"
        " zniszczenie klucza; niepotwierdzone zgłoszenie 7 dni; klucze w kopiach zapasowych najwyżej"
        " 30 dni",
    )


def _conversations() -> Activity:
    return Activity(
        code="rozmowy",
        name=talks.NAME,
        purpose=talks.PURPOSE,
        basis=talks.basis(),
        people="osoby, które dzwonią do urzędu, do których urząd dzwoni i które piszą na czacie; pracownicy"
        " prowadzący rozmowy; osoby, o których mowa w rozmowie",
        data=talks.data(),
        source="od rozmówcy; z centrali telefonicznej; od wnioskującego",
        recipients=(
            "dostawca łączności telefonicznej, jako podmiot przetwarzający (art. 28 RODO)",
            "osoba, której udostępniono zapis decyzją Dyrektora; organy uprawnione na podstawie prawa",
        ),
        transfer=talks.TRANSFER,
        retention=talks.retention(),
        measures=(*MEASURES, *talks.MEASURES),
    )


def _staff_accounts() -> Activity:
    return Activity(
        code="pracownicy",
        name="Obsługa kont pracowników",
        purpose="logowanie, uprawnienia, rozliczalność pracy w systemie",
        basis="art. 6 ust. 1 lit. c i e RODO w związku z rozporządzeniem o Krajowych Ramach"
        " Interoperacyjności oraz art. 32 RODO",
        people="pracownicy urzędu i jednostek miejskich",
        data=(
            *inventory.words_of(inventory.STAFF),
            "jednostka i role, czas ostatniego logowania, lista sesji",
            "hasło w postaci nieodwracalnego skrótu (scrypt)",
        ),
        source="od pracownika i od administratora systemu",
        recipients=("nikt poza administratorem danych",),
        transfer=NO_TRANSFER,
        retention="do czasu zatrudnienia; po zablokowaniu konta tak długo, jak wpisy dziennika, które go"
        " dotyczą",
    )


def _audit_log() -> Activity:
    return Activity(
        code="dziennik",
        name="Dziennik zdarzeń",
        purpose="wykazanie, kto, kiedy i w jakiej roli przetwarzał dane (art. 5 ust. 2 RODO)",
        basis="art. 6 ust. 1 lit. c RODO w związku z rozporządzeniem o Krajowych Ramach"
        " Interoperacyjności",
        people="pracownicy; pośrednio mieszkańcy, wskazani tylko numerem karty",
        data=("numer konta i role pracownika", "czynność, numer rzeczy, czas", "skróty z kluczem"),
        source="system",
        recipients=("organy uprawnione na podstawie prawa",),
        transfer=NO_TRANSFER,
        retention=f"{read(Retention).audit_years} lata lub dłużej, potem usuwane całymi miesiącami"
        if read(Retention).audit_years < 5  # noqa: PLR2004 - Polish: 2–4 lata, from 5 on lat
        else f"{read(Retention).audit_years} lat, potem usuwane całymi miesiącami",
    )
