"""The categories that a new ICP starts with: what people of a Polish town report; the office changes them.

Words are Polish, as whatever an office writes into its own lists; `reports.models.ReportCategory` says
what each key means. Codes are those of Open311 and never change.
"""

from typing import Any

from .first_words import DANGER, GAS, LANGUAGES, POLICE, POWER, WATER, WORDS

Plain = dict[str, Any]


def _choice(code: str, text: str, stop: str = "", call: str = "") -> Plain:
    extra = {"stop": stop, "call": call} if stop else {}
    return {"code": code, "text": text} | extra


def _ask(code: str, text: str, *choices: Plain, required: bool = True, **more: Any) -> Plain:
    kind = {"type": "choice", "choices": list(choices)} if choices else {"type": "text"}
    return {"code": code, "text": text, "required": required} | kind | more


YES_NO = (_choice("tak", "tak"), _choice("nie", "nie"))


def _danger(text: str, stop: str = DANGER, call: str = "112") -> Plain:
    return _ask("zagrozenie", text, _choice("tak", "tak", stop, call), _choice("nie", "nie"))


def _category(code: str, group: str, name: str, days: int, *questions: Plain, **more: Any) -> Plain:
    plain = {"code": code, "group": group, "name": name, "working_days": days}
    return plain | {"questions": list(questions)} | more


ROADS, LIGHT, GREEN = "Drogi i chodniki", "Oświetlenie", "Zieleń"
WASTE, WATERS, ANIMALS = "Odpady i czystość", "Woda i kanalizacja", "Zwierzęta"
ORDER, PLACES, ACCESS, OTHER = "Porządek", "Miejsca publiczne", "Dostępność", "Inne"

CATEGORIES: tuple[Plain, ...] = (
    _category(
        "dziura_w_jezdni", ROADS, "Dziura w jezdni", 10,
        _danger("Czy może tam zaraz dojść do wypadku (na przykład zapadła się jezdnia)?"),
        _ask("wielkosc", "Jak duża jest dziura?",
             _choice("mala", "mniejsza niż talerz"), _choice("duza", "większa niż talerz"),
             required=False),
        keywords="wyrwa, asfalt, droga, ulica", description="Ubytki i zapadnięcia jezdni.",
    ),
    _category(
        "chodnik", ROADS, "Uszkodzony chodnik lub ścieżka rowerowa", 14,
        keywords="płyty, krawężnik, rower",
    ),
    _category(
        "znak_sygnalizacja", ROADS, "Znak drogowy lub sygnalizacja świetlna", 5,
        _danger("Czy przez to dochodzi teraz do niebezpiecznych sytuacji na drodze?"),
        _ask("co", "Czego dotyczy zgłoszenie?", _choice("znak", "znak drogowy"),
             _choice("swiatla", "sygnalizacja świetlna"), _choice("pasy", "oznakowanie poziome")),
        keywords="światła, pasy, stop",
    ),
    _category(
        "odsniezanie", ROADS, "Śnieg i śliskość", 1,
        _ask("gdzie", "Gdzie jest ślisko?", _choice("jezdnia", "na jezdni"),
             _choice("chodnik", "na chodniku"), _choice("przystanek", "na przystanku")),
        keywords="lód, zima, sól, piasek", cluster_metres=1000,
    ),
    _category(
        "latarnia", LIGHT, "Nie świeci latarnia", 7,
        _danger("Czy wystają przewody albo latarnia może się przewrócić?", POWER, "991"),
        _ask("ile", "Ile latarni nie świeci?", _choice("jedna", "jedna"),
             _choice("kilka", "kilka obok siebie"), _choice("ulica", "cała ulica")),
        _ask("numer", "Numer na słupie", required=False,
             hint="Mała tabliczka na wysokości oczu; bardzo pomaga."),
        publishing="at_once", keywords="lampa, światło, ciemno",
    ),
    _category(
        "drzewo", GREEN, "Drzewo lub gałąź", 10,
        _danger("Czy drzewo lub gałąź może zaraz na kogoś spaść albo leży na przewodach?"),
        _ask("co", "Co się dzieje?", _choice("zlamane", "złamane lub pochylone"),
             _choice("suche", "suche"), _choice("zaslania", "zasłania znak, latarnię lub widok")),
        keywords="konar, wycinka, wichura",
    ),
    _category(
        "trawnik", GREEN, "Trawnik, krzewy, klomby", 14,
        keywords="koszenie, chwasty, park", publishing="at_once",
    ),
    _category(
        "dzikie_wysypisko", WASTE, "Dzikie wysypisko", 10,
        _ask("niebezpieczne", "Czy są tam chemikalia, azbest lub leki?",
             *YES_NO, _choice("nie_wiem", "nie wiem")),
        keywords="śmieci, gruz, opony, azbest",
    ),
    _category(
        "nieodebrane_odpady", WASTE, "Nie odebrano odpadów", 3,
        _ask("rodzaj", "Których odpadów nie odebrano?", _choice("zmieszane", "zmieszane"),
             _choice("papier", "papier"), _choice("szklo", "szkło"),
             _choice("plastik", "metale i tworzywa sztuczne"), _choice("bio", "bio"),
             _choice("gabaryty", "wielkie rzeczy (gabaryty)")),
        _ask("dzien", "Kiedy miały być odebrane?", type="date", required=False),
        publishing="never", keywords="kosz, harmonogram", cluster_metres=800,
    ),
    _category(
        "przepelniony_kosz", WASTE, "Przepełniony kosz, brudna ulica", 3,
        publishing="at_once", keywords="śmietnik, sprzątanie, szkło",
    ),
    _category(
        "awaria_wody", WATERS, "Brak wody lub wyciek", 2,
        _danger("Czy woda zalewa ulicę, piwnicę lub wypływa spod jezdni?", WATER, "994"),
        keywords="wodociąg, ciśnienie, hydrant", cluster_metres=600,
    ),
    _category(
        "studzienka", WATERS, "Studzienka, kratka, zalana ulica", 7,
        _danger("Czy studzienka jest otwarta albo zapadnięta, tak że można w nią wpaść?"),
        keywords="kanalizacja, deszcz, właz",
    ),
    _category(
        "zwierze_ranne", ANIMALS, "Zwierzę ranne, błąkające się lub martwe", 2,
        _danger("Czy zwierzę zagraża teraz ludziom?"),
        _ask("stan", "W jakim stanie jest zwierzę?", _choice("ranne", "ranne"),
             _choice("blaka", "błąka się"), _choice("martwe", "martwe")),
        keywords="pies, kot, dzik, sarna, schronisko",
    ),
    _category(
        "zle_parkowanie", ORDER, "Złe parkowanie", 5,
        _ask("teraz", "Czy pojazd stoi tam teraz?",
             _choice("tak", "tak, zastawia przejazd lub wyjazd", POLICE, "986"),
             _choice("czesto", "nie, ale to się powtarza"),
             _choice("wrak", "stoi od tygodni i wygląda na porzucony")),
        publishing="never", keywords="samochód, wrak, chodnik, straż miejska", cluster_reports=0,
    ),
    _category(
        "akty_wandalizmu", ORDER, "Wandalizm, graffiti", 14,
        _danger("Czy dzieje się to właśnie teraz?", POLICE, "986"),
        keywords="zniszczone, napis, szyba",
    ),
    _category(
        "halas_dym", ORDER, "Dym, spalanie odpadów, uciążliwy zapach", 5,
        _danger("Czy czuć gaz albo widać ogień?", GAS, "112"),
        publishing="never", keywords="piec, smog, gaz, smród", cluster_metres=500,
    ),
    _category(
        "plac_zabaw", PLACES, "Plac zabaw, siłownia, boisko", 7,
        _danger("Czy ktoś jest ranny?"),
        _ask("ostre", "Czy coś jest ostre, urwane lub chwieje się?", *YES_NO),
        keywords="huśtawka, zjeżdżalnia, ławka",
    ),
    _category(
        "przystanek", PLACES, "Przystanek i komunikacja", 10,
        _ask("co", "Czego dotyczy zgłoszenie?", _choice("wiata", "wiata lub ławka"),
             _choice("rozklad", "rozkład jazdy"), _choice("kurs", "autobus nie przyjechał")),
        keywords="autobus, wiata, bilet",
    ),
    _category(
        "cmentarz_pomnik", PLACES, "Pomnik, cmentarz, tablica", 14, keywords="miejsce pamięci",
    ),
    _category(
        "bariera", ACCESS, "Bariera dla osób ze szczególnymi potrzebami", 10,
        _ask("kogo", "Komu to przeszkadza?", type="multi", choices=[
            _choice("wozek", "osobom na wózku"), _choice("wzrok", "osobom niewidomym i słabowidzącym"),
            _choice("sluch", "osobom głuchym i słabosłyszącym"), _choice("dzieci", "osobom z wózkiem dziecięcym"),
            _choice("starsi", "osobom starszym")], required=False),
        keywords="winda, podjazd, krawężnik, napisy", cluster_reports=0,
        description="Podjazdy, windy, krawężniki, napisy, strony internetowe urzędu.",
    ),
    _category(
        "inne", OTHER, "Coś innego", 14,
        _danger("Czy coś zagraża teraz życiu, zdrowiu lub mieniu?"),
        keywords="pytanie, pomysł", cluster_reports=0,
    ),
)  # fmt: skip


def texts_of(plain: Plain) -> list[str]:
    """Everything of a category that people read, each once."""
    found = [plain["group"], plain["name"], plain.get("description", "")]
    for question in plain["questions"]:
        found += [question["text"], question.get("hint", "")]
        for choice in question.get("choices", ()):
            found += [choice["text"], choice.get("stop", "")]
    return [text for text in dict.fromkeys(found) if text]


def rows() -> list[Plain]:
    """Columns of ReportCategory, in the order of the list."""
    made = []
    for place, plain in enumerate(CATEGORIES, start=1):
        texts = texts_of(plain)
        translations = {
            language: {text: WORDS[text][n] for text in texts}
            for n, language in enumerate(LANGUAGES)
        }
        made.append(plain | {"place": place * 10, "translations": translations})
    return made
