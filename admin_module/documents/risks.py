"""What could go wrong for people, how likely and how badly, and what ICP does about it (art. 35.7 GDPR)."""

from dataclasses import dataclass

LEVELS = {1: "niskie", 2: "niskie", 3: "średnie", 4: "średnie", 6: "wysokie", 9: "wysokie"}


@dataclass(frozen=True, slots=True)
class Risk:
    """Likelihood and effect from 1 to 3; `after` is the likelihood with the measure in place."""

    danger: str
    effect_words: str
    likelihood: int
    effect: int
    measure: str
    where: str  # the page of the documentation that shows it
    after: int

    @property
    def before_words(self) -> str:
        return _words(self.likelihood, self.effect)

    @property
    def after_words(self) -> str:
        return _words(self.after, self.effect)


def _words(likelihood: int, effect: int) -> str:
    product = likelihood * effect
    return f"{likelihood} × {effect} = {product} ({LEVELS[product]})"


RISKS = (
    Risk(
        "kradzież bazy danych lub jej kopii",
        "ujawnienie danych i adresów wielu osób",
        2,
        3,
        "dane zaszyfrowane kluczami osób, klucze główne poza bazą i kopiami",
        "docs/encryption.md",
        1,
    ),
    Risk(
        "pracownik przegląda karty z ciekawości",
        "naruszenie prywatności pojedynczych osób",
        2,
        2,
        "role i jednostki, zapis każdego otwarcia karty i szukania, przegląd uprawnień co rok",
        "docs/threat-model.md",
        1,
    ),
    Risk(
        "przejęcie konta pracownika",
        "dostęp do danych, fałszywa wiadomość w imieniu miasta",
        2,
        3,
        "drugi składnik, blokada po błędnych hasłach, krótka sesja, zatwierdzanie przez drugą osobę",
        "docs/threat-model.md",
        1,
    ),
    Risk(
        "fałszywy lub pomyłkowy alarm",
        "panika, utrata zaufania do ostrzeżeń",
        2,
        3,
        "zatwierdzenie przez drugą osobę, strona sprawdzenia z liczbą osób, osobne uprawnienie dyżurnego",
        "docs/engine.md",
        1,
    ),
    Risk(
        "wiadomość trafia do niewłaściwych osób",
        "ujawnienie treści, zbędne zaniepokojenie",
        2,
        2,
        "zgoda na temat i kanał sprawdzana przy każdym doręczeniu, podgląd liczby, zapis doboru",
        "docs/audience.md",
        1,
    ),
    Risk(
        "wysyłka bez zgody",
        "naruszenie woli osoby",
        2,
        2,
        "zgody jako niezmienne wpisy z dowodem, pominięcie bez zgody z podaniem powodu",
        "docs/consents.md",
        1,
    ),
    Risk(
        "dostawca kanału ujawnia lub traci dane",
        "ujawnienie adresu i treści wiadomości",
        2,
        2,
        "dostawca dostaje tylko adres i treść; umowy powierzenia; w treści nie umieszcza się danych osób",
        "docs/threat-model.md",
        2,
    ),
    Risk(
        "usunięte dane wracają z kopii zapasowej",
        "przetwarzanie wbrew żądaniu osoby",
        2,
        2,
        "niszczenie klucza, kopia kluczy najwyżej 30 dni, powtarzanie usunięć po odtworzeniu",
        "docs/encryption.md",
        1,
    ),
    Risk(
        "rozpoznanie osoby po warunkach doboru adresatów",
        "ujawnienie wieku lub miejsca zamieszkania",
        2,
        2,
        "liczby poniżej 5 są zakrywane; warunki i listy zaszyfrowane; wgląd w osoby tylko z uprawnieniem",
        "docs/audience.md",
        1,
    ),
    Risk(
        "utrata kluczy lub bazy",
        "brak ostrzeżeń w chwili zagrożenia",
        1,
        3,
        "kopie sprawdzane i próbnie odtwarzane, formularze papierowe, plan alarmowania inną drogą",
        "docs/operations.md",
        1,
    ),
    Risk(
        "zmiana wpisów dziennika",
        "nie da się wykazać, kto miał dostęp do danych",
        1,
        2,
        "łańcuch podpisów, blokada zmian w bazie, codzienne pieczęcie poza bazą",
        "docs/audit.md",
        1,
    ),
)
