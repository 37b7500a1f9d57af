"""The full information of RODO art. 13 (1)–(2), for a call and for a chat: what is heard after 1 and read behind the link."""

from conversations.models import Kind, NoticeVersion

_FULL = NoticeVersion.Part.FULL
_WHO_PL = (
    "Administratorem danych osobowych jest {commune} – {office}, {address}, telefon {phone}, e-mail {email}.\n"
    "Inspektor ochrony danych: {dpo}.\n"
)
_REST_PL = (
    "Odbiorcami danych są podmioty, które na zlecenie administratora utrzymują system i łączność, oraz organy"
    " uprawnione na podstawie prawa. Dane nie są przekazywane poza Europejski Obszar Gospodarczy ani do"
    " organizacji międzynarodowej, chyba że dostawca łączności zapewnia odpowiednie zabezpieczenia według"
    " rozdziału V RODO; informację o nich i ich kopię daje inspektor ochrony danych.\n"
    "Dane są przechowywane przez {months} od chwili powstania zapisu, potem trwale usuwane. Klucze, bez których"
    " zapisu nie można odczytać, znikają z kopii zapasowych najpóźniej po 30 dniach od usunięcia. Dłużej dane są"
    " przechowywane tylko wtedy, gdy wymagają tego przepisy odrębne albo toczy się sprawa, której zapis dotyczy.\n"
    "Mają Państwo prawo dostępu do danych i otrzymania ich kopii, prawo do ich sprostowania, usunięcia,"
    " ograniczenia przetwarzania oraz prawo sprzeciwu wobec przetwarzania z przyczyn związanych z Państwa"
    " szczególną sytuacją. Wniosek o udostępnienie zapisu kieruje się do: {customer_office}.\n"
    "Mają Państwo prawo wniesienia skargi do Prezesa Urzędu Ochrony Danych Osobowych, ul. Stanisława Moniuszki"
    " 1A, 00-014 Warszawa.\n"
    "Dane nie służą profilowaniu ani zautomatyzowanemu podejmowaniu decyzji."
)
CALL_PL = (
    _WHO_PL
    + "Dane – numer telefonu, czas i przebieg rozmowy, a na liniach nagrywanych także jej nagranie – są"
    " przetwarzane w celu załatwienia sprawy, z którą Państwo dzwonią, zapewnienia jakości obsługi"
    " interesantów oraz ochrony danych osobowych rozmówców, na podstawie art. 6 ust. 1 lit. e RODO w związku z"
    " art. 7 ust. 1 ustawy z dnia 8 marca 1990 r. o samorządzie gminnym. Rozmowy są nagrywane tylko na liniach,"
    " dla których zatwierdzono podstawę prawną nagrywania; daje ją do wglądu inspektor ochrony danych.\n"
    "Podanie danych jest dobrowolne. Kto nie chce nagrywania, może rozmawiać bez niego tam, gdzie zapowiedź to"
    " proponuje, albo załatwić sprawę pisemnie, przez ePUAP lub osobiście.\n" + _REST_PL
)
CHAT_PL = (
    _WHO_PL
    + "Dane – treść czatu, jego czas oraz to, co podadzą Państwo o sobie – są przetwarzane w celu udzielenia"
    " odpowiedzi, zapewnienia jakości obsługi interesantów oraz ochrony danych osobowych uczestników czatu, na"
    " podstawie art. 6 ust. 1 lit. e RODO w związku z art. 7 ust. 1 ustawy z dnia 8 marca 1990 r. o samorządzie"
    " gminnym.\n"
    "Podanie danych jest dobrowolne: można pytać bez podawania imienia, adresu e-mail i telefonu. Kto nie chce"
    " zapisu czatu, może załatwić sprawę telefonicznie, pisemnie, przez ePUAP lub osobiście.\n"
    + _REST_PL
)
CHAT_EN = (
    "The controller of personal data is {commune} – {office}, {address}, phone {phone}, e-mail {email}.\n"
    "Data protection officer: {dpo}.\n"
    "The data – the text of the chat, its time and what you say about yourself – are processed to answer you,"
    " to ensure the quality of service and to protect the personal data of those who take part, under"
    " art. 6 (1) (e) GDPR with art. 7 (1) of the Polish Act of 8 March 1990 on municipal self-government.\n"
    "Giving data is voluntary: you may ask without a name, an e-mail address or a phone number. If you do not"
    " want the chat to be kept, you can call, write, use ePUAP or come in person.\n"
    "Recipients are those who run the system and its connections for the controller, and authorities entitled"
    " by law. The data are not transferred outside the European Economic Area or to an international"
    " organisation, unless a provider of connections ensures appropriate safeguards under chapter V GDPR; the"
    " data protection officer informs about them and gives a copy.\n"
    "The data are kept for {months} from the moment the record was made, then deleted for good. The keys without"
    " which the record cannot be read leave the backups within 30 days of the deletion. The data are kept"
    " longer only if another law demands it or there is a case that the record is about.\n"
    "You have the right of access to the data and to a copy of them, the rights to rectification, erasure and"
    " restriction, and the right to object on grounds relating to your particular situation. A request for the"
    " record is addressed to: {customer_office}.\n"
    "You may complain to the President of the Personal Data Protection Office (UODO), ul. Stanisława Moniuszki"
    " 1A, 00-014 Warszawa.\n"
    "The data are not used for profiling or automated decisions."
)
CHAT_UK = (
    "Адміністратором персональних даних є {commune} – {office}, {address}, телефон {phone}, e-mail {email}.\n"
    "Інспектор із захисту даних: {dpo}.\n"
    "Дані – текст чату, його час і те, що Ви повідомите про себе, – обробляються, щоб дати Вам відповідь,"
    " забезпечити якість обслуговування та захистити персональні дані учасників чату, на підставі ст. 6 ч. 1"
    " п. «e» GDPR у зв’язку зі ст. 7 ч. 1 польського Закону від 8 березня 1990 року про гмінне"
    " самоврядування.\n"
    "Надання даних добровільне: можна запитувати, не вказуючи імені, адреси e-mail і телефону. Якщо Ви не"
    " хочете, щоб чат зберігався, можете зателефонувати, написати, скористатися ePUAP або прийти особисто.\n"
    "Одержувачами даних є ті, хто за дорученням адміністратора утримує систему та зв’язок, і органи, уповноважені"
    " законом. Дані не передаються за межі Європейської економічної зони чи міжнародній організації, хіба що"
    " постачальник зв’язку забезпечує належні гарантії за розділом V GDPR; інформацію про них і їх копію надає"
    " інспектор із захисту даних.\n"
    "Дані зберігаються {months} від моменту створення запису, потім остаточно видаляються. Ключі, без яких запис"
    " неможливо прочитати, зникають із резервних копій щонайпізніше через 30 днів після видалення. Довше – лише якщо"
    " цього вимагає інший закон або триває справа, якої запис стосується.\n"
    "Ви маєте право на доступ до даних та отримання їх копії, право на виправлення, видалення, обмеження"
    " обробки, а також право заперечити проти обробки з причин, пов’язаних із Вашою особливою ситуацією. Заява"
    " про надання запису подається до: {customer_office}.\n"
    "Ви маєте право подати скаргу до Голови Управління із захисту персональних даних (UODO), ul. Stanisława"
    " Moniuszki 1A, 00-014 Warszawa.\n"
    "Дані не використовуються для профілювання чи автоматизованих рішень."
)
FULL: dict[tuple[str, str, str], str] = {
    (Kind.CALL, _FULL, "pl"): CALL_PL,
    (Kind.CHAT, _FULL, "pl"): CHAT_PL,
    (Kind.CHAT, _FULL, "en"): CHAT_EN,
    (Kind.CHAT, _FULL, "uk"): CHAT_UK,
}
