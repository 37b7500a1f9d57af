"""The words of the first categories in the app's other languages, by the Polish text."""

LANGUAGES = ("en", "uk")

DANGER = "To może zagrażać życiu lub zdrowiu. Nie wysyłaj zgłoszenia, zadzwoń pod numer 112."
GAS = "Wyjdź na zewnątrz, nie włączaj światła i zadzwoń pod 992 (pogotowie gazowe) albo 112."
POWER = "Nie zbliżaj się i nie dotykaj. Zadzwoń pod 991 (pogotowie energetyczne) albo 112."
WATER = "Zadzwoń pod 994 (pogotowie wodociągowe): dyżuruje całą dobę i przyjedzie od razu."
POLICE = "Jeśli dzieje się to teraz, zadzwoń pod 986 (straż miejska) albo 112."

WORDS: dict[str, tuple[str, str]] = {
    DANGER: (
        "This may be a danger to life or health. Do not send a report: call 112.",
        "Це може загрожувати життю або здоров’ю. Не надсилайте звернення: телефонуйте 112.",
    ),
    GAS: (
        "Go outside, do not switch on any light, and call 992 (gas emergency) or 112.",
        "Вийдіть надвір, не вмикайте світло й телефонуйте 992 (газова служба) або 112.",
    ),
    POWER: (
        "Keep away and do not touch. Call 991 (power emergency) or 112.",
        "Не наближайтеся й не торкайтеся. Телефонуйте 991 (енергетична служба) або 112.",
    ),
    WATER: (
        "Call 994 (water emergency): they are on duty day and night and come at once.",
        "Телефонуйте 994 (аварійна служба водоканалу): вона чергує цілодобово й приїде одразу.",
    ),
    POLICE: (
        "If it is happening now, call 986 (municipal guard) or 112.",
        "Якщо це відбувається зараз, телефонуйте 986 (муніципальна варта) або 112.",
    ),
    # groups
    "Drogi i chodniki": ("Roads and pavements", "Дороги та тротуари"),
    "Oświetlenie": ("Street lighting", "Освітлення"),
    "Zieleń": ("Green areas", "Зелені зони"),
    "Odpady i czystość": ("Waste and cleanliness", "Відходи та чистота"),
    "Woda i kanalizacja": ("Water and sewers", "Вода та каналізація"),
    "Zwierzęta": ("Animals", "Тварини"),
    "Porządek": ("Public order", "Громадський порядок"),
    "Miejsca publiczne": ("Public places", "Громадські місця"),
    "Dostępność": ("Accessibility", "Доступність"),
    "Inne": ("Other", "Інше"),
    # categories
    "Dziura w jezdni": ("Pothole", "Яма на дорозі"),
    "Ubytki i zapadnięcia jezdni.": (
        "Holes and subsidence of the road.",
        "Вибоїни та просідання дороги.",
    ),
    "Uszkodzony chodnik lub ścieżka rowerowa": (
        "Damaged pavement or cycle path",
        "Пошкоджений тротуар або велодоріжка",
    ),
    "Znak drogowy lub sygnalizacja świetlna": (
        "Road sign or traffic lights",
        "Дорожній знак або світлофор",
    ),
    "Śnieg i śliskość": ("Snow and ice", "Сніг і ожеледиця"),
    "Nie świeci latarnia": ("Street lamp out", "Не світить ліхтар"),
    "Drzewo lub gałąź": ("Tree or branch", "Дерево або гілка"),
    "Trawnik, krzewy, klomby": ("Lawns, bushes, flower beds", "Газони, кущі, клумби"),
    "Dzikie wysypisko": ("Illegal dumping", "Стихійне сміттєзвалище"),
    "Nie odebrano odpadów": ("Waste not collected", "Не вивезли відходи"),
    "Przepełniony kosz, brudna ulica": (
        "Overflowing bin, dirty street",
        "Переповнена урна, брудна вулиця",
    ),
    "Brak wody lub wyciek": ("No water or a leak", "Немає води або витік"),
    "Studzienka, kratka, zalana ulica": (
        "Manhole, drain, flooded street",
        "Люк, решітка, затоплена вулиця",
    ),
    "Zwierzę ranne, błąkające się lub martwe": (
        "Injured, stray or dead animal",
        "Поранена, бездомна або мертва тварина",
    ),
    "Złe parkowanie": ("Bad parking", "Неправильне паркування"),
    "Wandalizm, graffiti": ("Vandalism, graffiti", "Вандалізм, графіті"),
    "Dym, spalanie odpadów, uciążliwy zapach": (
        "Smoke, burning of waste, bad smell",
        "Дим, спалювання відходів, неприємний запах",
    ),
    "Plac zabaw, siłownia, boisko": (
        "Playground, outdoor gym, pitch",
        "Дитячий майданчик, тренажери, поле",
    ),
    "Przystanek i komunikacja": ("Bus stop and public transport", "Зупинка та транспорт"),
    "Pomnik, cmentarz, tablica": ("Monument, cemetery, plaque", "Пам’ятник, цвинтар, таблиця"),
    "Bariera dla osób ze szczególnymi potrzebami": (
        "Barrier for people with special needs",
        "Перешкода для людей з особливими потребами",
    ),
    "Podjazdy, windy, krawężniki, napisy, strony internetowe urzędu.": (
        "Ramps, lifts, kerbs, signs, websites of the office.",
        "Пандуси, ліфти, бордюри, написи, сайти управи.",
    ),
    "Coś innego": ("Something else", "Щось інше"),
    # questions that ask for danger
    "Czy może tam zaraz dojść do wypadku (na przykład zapadła się jezdnia)?": (
        "May an accident happen there any moment (the road has caved in, say)?",
        "Чи може там будь-якої миті статися аварія (наприклад, провалилася дорога)?",
    ),
    "Czy przez to dochodzi teraz do niebezpiecznych sytuacji na drodze?": (
        "Does it lead to dangerous situations on the road right now?",
        "Чи виникають через це зараз небезпечні ситуації на дорозі?",
    ),
    "Czy wystają przewody albo latarnia może się przewrócić?": (
        "Are wires exposed, or may the lamp fall over?",
        "Чи стирчать дроти або ліхтар може впасти?",
    ),
    "Czy drzewo lub gałąź może zaraz na kogoś spaść albo leży na przewodach?": (
        "May the tree or branch fall on somebody any moment, or does it lie on wires?",
        "Чи може дерево або гілка зараз на когось упасти, чи лежить на дротах?",
    ),
    "Czy woda zalewa ulicę, piwnicę lub wypływa spod jezdni?": (
        "Does water flood the street or a cellar, or come from under the road?",
        "Чи вода заливає вулицю, підвал або тече з-під дороги?",
    ),
    "Czy studzienka jest otwarta albo zapadnięta, tak że można w nią wpaść?": (
        "Is the manhole open or sunken, so that somebody may fall in?",
        "Чи люк відкритий або провалений, так що можна впасти?",
    ),
    "Czy zwierzę zagraża teraz ludziom?": (
        "Is the animal a danger to people right now?",
        "Чи тварина зараз загрожує людям?",
    ),
    "Czy dzieje się to właśnie teraz?": (
        "Is it happening right now?",
        "Чи це відбувається просто зараз?",
    ),
    "Czy czuć gaz albo widać ogień?": (
        "Do you smell gas or see fire?",
        "Чи чути запах газу або видно вогонь?",
    ),
    "Czy ktoś jest ranny?": ("Is somebody hurt?", "Чи є поранені?"),
    "Czy coś zagraża teraz życiu, zdrowiu lub mieniu?": (
        "Is anything a danger to life, health or property right now?",
        "Чи щось зараз загрожує життю, здоров’ю або майну?",
    ),
    # other questions
    "Jak duża jest dziura?": ("How big is the hole?", "Якого розміру яма?"),
    "Czego dotyczy zgłoszenie?": ("What is the report about?", "Чого стосується звернення?"),
    "Gdzie jest ślisko?": ("Where is it slippery?", "Де слизько?"),
    "Ile latarni nie świeci?": ("How many lamps are out?", "Скільки ліхтарів не світить?"),
    "Numer na słupie": ("Number on the post", "Номер на стовпі"),
    "Mała tabliczka na wysokości oczu; bardzo pomaga.": (
        "A small plate at eye level; it helps a lot.",
        "Маленька табличка на рівні очей; дуже допомагає.",
    ),
    "Co się dzieje?": ("What is the matter?", "Що сталося?"),
    "Czy są tam chemikalia, azbest lub leki?": (
        "Are there chemicals, asbestos or medicines?",
        "Чи є там хімікати, азбест або ліки?",
    ),
    "Których odpadów nie odebrano?": (
        "Which waste was not collected?",
        "Які відходи не вивезли?",
    ),
    "Kiedy miały być odebrane?": (
        "When were they to be collected?",
        "Коли їх мали вивезти?",
    ),
    "W jakim stanie jest zwierzę?": ("How is the animal?", "У якому стані тварина?"),
    "Czy pojazd stoi tam teraz?": ("Is the vehicle there now?", "Чи стоїть там авто зараз?"),
    "Czy coś jest ostre, urwane lub chwieje się?": (
        "Is anything sharp, broken off or loose?",
        "Чи є щось гостре, відірване або хитке?",
    ),
    "Komu to przeszkadza?": ("Whom does it hinder?", "Кому це заважає?"),
    # answers
    "tak": ("yes", "так"),
    "nie": ("no", "ні"),
    "nie wiem": ("I do not know", "не знаю"),
    "mniejsza niż talerz": ("smaller than a plate", "менша за тарілку"),
    "większa niż talerz": ("bigger than a plate", "більша за тарілку"),
    "znak drogowy": ("road sign", "дорожній знак"),
    "sygnalizacja świetlna": ("traffic lights", "світлофор"),
    "oznakowanie poziome": ("road markings", "дорожня розмітка"),
    "na jezdni": ("on the road", "на дорозі"),
    "na chodniku": ("on the pavement", "на тротуарі"),
    "na przystanku": ("at the bus stop", "на зупинці"),
    "jedna": ("one", "один"),
    "kilka obok siebie": ("several in a row", "кілька поруч"),
    "cała ulica": ("the whole street", "уся вулиця"),
    "złamane lub pochylone": ("broken or leaning", "зламане або похилене"),
    "suche": ("dead wood", "сухе"),
    "zasłania znak, latarnię lub widok": (
        "it hides a sign, a lamp or the view",
        "затуляє знак, ліхтар або огляд",
    ),
    "zmieszane": ("mixed", "змішані"),
    "papier": ("paper", "папір"),
    "szkło": ("glass", "скло"),
    "metale i tworzywa sztuczne": ("metals and plastics", "метали та пластик"),
    "bio": ("organic", "біовідходи"),
    "wielkie rzeczy (gabaryty)": ("bulky things", "великогабаритні"),
    "ranne": ("injured", "поранена"),
    "błąka się": ("straying", "блукає"),
    "martwe": ("dead", "мертва"),
    "tak, zastawia przejazd lub wyjazd": (
        "yes, it blocks the way or an exit",
        "так, перекриває проїзд або виїзд",
    ),
    "nie, ale to się powtarza": ("no, but it happens again and again", "ні, але це повторюється"),
    "stoi od tygodni i wygląda na porzucony": (
        "it has stood there for weeks and looks abandoned",
        "стоїть тижнями й схоже, що покинуте",
    ),
    "wiata lub ławka": ("shelter or bench", "навіс або лавка"),
    "rozkład jazdy": ("timetable", "розклад руху"),
    "autobus nie przyjechał": ("the bus did not come", "автобус не приїхав"),
    "osobom na wózku": ("people in wheelchairs", "людям на візках"),
    "osobom niewidomym i słabowidzącym": (
        "blind people and people with low vision",
        "незрячим і людям зі слабким зором",
    ),
    "osobom głuchym i słabosłyszącym": (
        "deaf people and people hard of hearing",
        "глухим і людям зі слабким слухом",
    ),
    "osobom z wózkiem dziecięcym": ("people with a pram", "людям із дитячим візком"),
    "osobom starszym": ("elderly people", "людям похилого віку"),
}
