"""From the names of the office to the words of order 308/18 (§ 1.4, § 1.5) and to the full information.

The Polish notices before a call and a chat are the order's, to the letter; names, the address and the page
of the bulletin come from the settings. The words are legal texts: they stand here in their languages and
not in the catalogue. A name for a part that the order does not have says so beside it.
"""

from admin_module.configuration import CustomerOffice, Municipality, read
from conversations.models import Kind, NoticeVersion, RetentionPolicy
from icp import braces

from .notice_full import FULL

Part = NoticeVersion.Part
CALL_PL = (  # § 1.4
    "Witamy w {centre_locative} {office_genitive}. Informujemy, że w trosce o zapewnienie najwyższej"
    " jakości usług, wszystkie rozmowy są nagrywane. Jeżeli nie wyrażacie Państwo zgody na ich nagrywanie"
    " prosimy o przerwanie połączenia. Administrator danych tj. {commune} – {office} {address}, zobowiązana"
    " jest wypełnić obowiązek informacyjny z art. 13, 14 i 15 ogólnego rozporządzenia o ochronie danych"
    " (RODO). Pełną informację, w tym informację o swoich prawach znajdziecie Państwo w Biuletynie Informacji"
    " Publicznej {office_genitive} na stronie {bip} w zakładce Ochrona Danych Osobowych/RODO. Jeżeli chcą"
    " Państwo wysłuchać pełną informację proszę wcisnąć 1. Jeżeli nie, to proszę poczekać na połączenie z"
    " konsultantem."
)
CHAT_PL = (  # § 1.5
    "Kontakt z {office_instrumental} za pośrednictwem usługi czat wiąże się z przetwarzaniem przez Urząd"
    " podanych danych osobowych. Jeżeli nie wyrażacie Państwo zgody na przetwarzanie danych osobowych prosimy"
    " o przerwanie korzystania z usługi czat. Administrator danych tj. {commune} {office} {address},"
    " zobowiązana jest wypełnić obowiązek informacyjny z art. 13, 14 i 15 ogólnego rozporządzenia o ochronie"
    " danych (RODO). Pełną informację, w tym informację o swoich prawach znajdziecie Państwo na stronie {bip}"
    " w zakładce Ochrona Danych Osobowych/RODO."
)
CHAT_EN = (
    "Contacting the office ({office}) by chat means that it processes the personal data you give. If you do"
    " not agree to the processing of personal data, please stop using the chat. The controller, {commune},"
    " {office}, {address}, is obliged to inform you under art. 13, 14 and 15 of the General Data Protection"
    " Regulation (GDPR). You will find the full information, also about your rights, at {bip} under Ochrona"
    " Danych Osobowych/RODO."
)
CHAT_UK = (
    "Звернення до установи ({office}) через чат пов’язане з обробкою нею наданих Вами персональних даних."
    " Якщо Ви не погоджуєтеся на обробку персональних даних, просимо припинити користування чатом."
    " Адміністратор даних, {commune}, {office}, {address}, зобов’язаний виконати обов’язок інформування за"
    " ст. 13, 14 і 15 Загального регламенту про захист даних (GDPR). Повну інформацію, зокрема про Ваші"
    " права, Ви знайдете на сторінці {bip} у вкладці Ochrona Danych Osobowych/RODO."
)
# The order has no words for a line that does not record: its own would be untrue there.
UNRECORDED_PL = (
    "Witamy w {centre_locative} {office_genitive}. Ta rozmowa nie jest nagrywana. Administratorem danych"
    " jest {commune} – {office} {address}. Pełną informację, w tym informację o swoich prawach znajdziecie"
    " Państwo w Biuletynie Informacji Publicznej {office_genitive} na stronie {bip} w zakładce Ochrona Danych"
    " Osobowych/RODO. Jeżeli chcą Państwo wysłuchać pełną informację proszę wcisnąć 1. Jeżeli nie, to proszę"
    " poczekać na połączenie z konsultantem."
)
# The order's notice is for incoming calls; art. 13 RODO asks for one in outgoing calls, too.
OUTGOING_PL = (
    "Dzień dobry, dzwonimy z {office_genitive}, {centre}. Ta rozmowa może być nagrywana; jeżeli nie chce jej"
    " Pan lub Pani nagrywać, proszę od razu powiedzieć to konsultantowi, a nagrywanie zostanie wyłączone."
    " Administratorem danych jest {commune} – {office}, {address}. Pełna informacja, także o Pana lub Pani prawach, jest na stronie {bip}"
    " w zakładce Ochrona Danych Osobowych/RODO. Konsultant może ją też przeczytać."
)
# What members of staff are told before they work on a line that records (Kodeks pracy, art. 22³).
STAFF_PL = (
    "Rozmowy telefoniczne na liniach, na których włączono nagrywanie, są nagrywane po obu stronach, a więc"
    " nagrywany jest także głos pracownika (art. 22³ Kodeksu pracy). Celem jest zapewnienie jakości obsługi"
    " interesantów i ochrona danych osobowych rozmówców, zgodnie z podstawą prawną zatwierdzoną dla linii."
    " Nagrania są przechowywane przez {months} od rozmowy, potem trwale usuwane. Mogą je odsłuchać tylko"
    " osoby wyznaczone przez Dyrektora ({customer_office}); każde odsłuchanie jest zapisywane w dzienniku"
    " zdarzeń. Nagrań nie używa się do innych celów. Pracownik ma prawo dostępu do swoich danych i może"
    " zwrócić się do inspektora ochrony danych: {dpo}."
)
WORDS: dict[tuple[str, str, str], str] = {
    (Kind.CALL, Part.SHORT, "pl"): CALL_PL,
    (Kind.CALL, Part.UNRECORDED, "pl"): UNRECORDED_PL,
    (Kind.CALL, Part.OUTGOING, "pl"): OUTGOING_PL,
    (Kind.CALL, Part.STAFF, "pl"): STAFF_PL,
    (Kind.CHAT, Part.SHORT, "pl"): CHAT_PL,
    (Kind.CHAT, Part.SHORT, "en"): CHAT_EN,
    (Kind.CHAT, Part.SHORT, "uk"): CHAT_UK,
    **FULL,
}


def default(channel: str, part: str, language: str) -> str:
    """The words with today's names; KeyError where there are none in this language."""
    return fill(WORDS[channel, part, language], channel, language)


def fill(text: str, channel: str, language: str) -> str:
    """Words with their {placeholders} filled; UnknownPlaceholder says which there is not."""
    known = names(channel, language)
    braces.check(text, known)
    return braces.fill(text, known)


def names(channel: str, language: str = "pl") -> dict[str, str]:
    """By placeholder, what the settings say."""
    office, desk = read(Municipality), read(CustomerOffice)
    return {
        "office": office.name,
        "office_genitive": office.name_genitive,
        "office_instrumental": desk.office_instrumental or _instrumental(office.name),
        "commune": desk.commune or f"Gmina {office.town}",
        "controller": office.controller,
        "address": office.address,
        "phone": office.phone,
        "email": office.email,
        "bip": office.bip or office.website,
        "dpo": office.dpo,
        "centre": desk.centre_name,
        "centre_locative": desk.centre_locative,
        "customer_office": desk.office_name,
        "months": months(
            RetentionPolicy.objects.months_for(channel, line=None, inbox=None), language
        ),
    }


def _instrumental(name: str) -> str:
    """Urząd Miejski w Zażółcinie → Urzędem Miejskim w Zażółcinie; other names are set in the settings."""
    for nominative, instrumental in (
        ("Urząd Miejski", "Urzędem Miejskim"),
        ("Urząd Gminny", "Urzędem Gminnym"),
        ("Urząd", "Urzędem"),
    ):
        if name.startswith(nominative):
            return instrumental + name.removeprefix(nominative)
    return name


def months(number: int, language: str) -> str:
    """ "6 miesięcy", "1 month", "3 місяці"."""
    forms = {
        "pl": ("miesiąc", "miesiące", "miesięcy"),
        "uk": ("місяць", "місяці", "місяців"),
        "en": ("month", "months", "months"),
    }[language]
    return f"{number} {forms[_plural(number)]}"


def _plural(number: int) -> int:
    if number == 1:
        return 0
    few = number % 10 in {2, 3, 4} and number % 100 not in {12, 13, 14}
    return 1 if few else 2
