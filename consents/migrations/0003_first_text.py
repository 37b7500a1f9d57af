"""The first wording of the consent, so that a new installation can print a form."""

from datetime import date

from django.db import migrations

STATEMENT = (
    "Wyrażam zgodę na otrzymywanie od {name_genitive} komunikatów na tematy i przez kanały "
    "zaznaczone w tabeli oraz na przetwarzanie w tym celu moich danych podanych przy rejestracji."
)
NOTICE = """\
Administrator: Administratorem Pani/Pana danych jest {controller}, {name}, {address}, \
tel. {phone}, {website}.

Inspektor ochrony danych: We wszystkich sprawach dotyczących danych można pisać na adres {dpo} \
albo na adres urzędu z dopiskiem „Inspektor ochrony danych”.

Cel i podstawa: Dane (imię i nazwisko, data urodzenia lub PESEL, płeć, adres i wybrane dane \
kontaktowe) służą do przekazywania komunikatów o sprawach gminy na podstawie zgody (art. 6 ust. 1 \
lit. a RODO). Ostrzeżenia i alarmy, które gmina ma obowiązek ogłaszać, wysyłamy na podstawie \
art. 6 ust. 1 lit. c i e RODO w związku z ustawą z 26 kwietnia 2007 r. o zarządzaniu kryzysowym. \
Dowód zgody przechowujemy na podstawie art. 6 ust. 1 lit. c w związku z art. 7 ust. 1 RODO.

Odbiorcy danych: Dane kontaktowe i treść wiadomości powierzamy dostawcom, którzy przekazują je w \
naszym imieniu: operatorowi poczty elektronicznej, operatorowi bramki SMS, dostawcy powiadomień w \
aplikacji; skrytkę ePUAP prowadzi minister właściwy do spraw informatyzacji. Dostawca bramki SMS i \
powiadomień może przetwarzać dane w Stanach Zjednoczonych na podstawie decyzji Komisji (UE) \
2023/1795 lub standardowych klauzul umownych; ich kopię można otrzymać od inspektora.

Jak długo: Do wycofania zgody albo do usunięcia danych na Pani/Pana żądanie. Dowód udzielenia i \
wycofania zgody, bez danych kontaktowych, przechowujemy do upływu terminu przedawnienia roszczeń, \
nie dłużej niż 6 lat.

Prawa: Ma Pani/Pan prawo dostępu do danych i otrzymania ich kopii, sprostowania, usunięcia, \
ograniczenia przetwarzania i przenoszenia danych, prawo sprzeciwu wobec przetwarzania na podstawie \
art. 6 ust. 1 lit. e oraz prawo skargi do Prezesa Urzędu Ochrony Danych Osobowych, \
ul. Stanisława Moniuszki 1A, 00-014 Warszawa.

Dobrowolność: Podanie danych i zgoda są dobrowolne. Brak zgody oznacza tylko tyle, że nie będziemy \
wysyłać komunikatów na dany temat lub przez dany kanał.

Wycofanie zgody: Zgodę można wycofać w każdej chwili, tak łatwo, jak się ją daje: w urzędzie, \
telefonicznie, przez ePUAP, w aplikacji albo odnośnikiem w e-mailu; dla każdego tematu i kanału \
osobno. Wycofanie nie wpływa na zgodność z prawem tego, co zrobiono wcześniej.

Bez profilowania: Nie profilujemy i nie podejmujemy decyzji w sposób zautomatyzowany. Wiek, płeć i \
adres służą tylko temu, by komunikat dotarł do osób, których dotyczy."""


def add_first_text(apps, editor):
    apps.get_model("consents", "ConsentText").objects.get_or_create(
        version=1,
        defaults={
            "statement": STATEMENT,
            "privacy_notice": NOTICE,
            "valid_from": date(2026, 11, 1),
        },
    )


class Migration(migrations.Migration):
    dependencies = [("consents", "0002_guards")]

    operations = [migrations.RunPython(add_first_text, migrations.RunPython.noop)]
