"""From a name in braces to a person's word: the closed list of what a message may fill in."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from django.db.models.functions import Length
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from admin_module.configuration import Municipality, read
from icp.braces import names_in
from messaging.channels.sms_parts import transliterate
from recipients.models import Address, District, Identity, Street

Districts = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`default` stands where nothing is known, `abroad` in its place for who reads another language;
    `needs` names the sealed document that `value` reads."""

    label: Promise
    default: str
    needs: str  # "identity" | "address"
    value: Callable[[Any, Districts], str]
    abroad: Mapping[str, str] = field(default_factory=dict)

    def default_in(self, language: str) -> str:
        """What stands where nothing is known."""
        return self.abroad.get(language, self.default)


def _town(address: Address, _districts: Districts) -> str:
    return address.town or read(Municipality).town


PLACEHOLDERS: dict[str, Placeholder] = {
    "imie": Placeholder(
        gettext_lazy("first name"),
        "mieszkanko, mieszkańcu",
        "identity",
        lambda i, _d: i.first_name,
        {"uk": "мешканко, мешканцю", "en": "resident"},
    ),
    "nazwisko": Placeholder(
        gettext_lazy("last name"),
        "osoba zarejestrowana",
        "identity",
        lambda i, _d: i.last_name,
        {"uk": "зареєстрована особа", "en": "registered person"},
    ),
    "ulica": Placeholder(
        gettext_lazy("street with “ul.”"),
        "Państwa ulica",
        "address",
        lambda a, _d: a.street,
        {"uk": "ваша вулиця", "en": "your street"},
    ),
    "dom": Placeholder(gettext_lazy("house number"), "–", "address", lambda a, _d: a.house),
    "osiedle": Placeholder(
        gettext_lazy("district"),
        "Państwa okolica",
        "address",
        lambda a, districts: districts.get(a.district_id, ""),
        {"uk": "ваш район", "en": "your area"},
    ),
    "miejscowosc": Placeholder(
        gettext_lazy("town"),
        "Państwa miejscowość",
        "address",
        _town,
        {"uk": "ваше місто", "en": "your town"},
    ),
}
# The same for every reader of a message, and only in short texts: the others list what is attached.
OF_MESSAGE: dict[str, Promise] = {"zalaczniki": gettext_lazy("link to the attachments")}
# What a sealed value may hold at most: without Polish letters, and with them (the dearer SMS).
LONGEST = {
    "imie": ("Maksymilianna", "Świętosława"),
    "nazwisko": ("Konstantynopolitanczykiewicz", "Brzęczyszczykiewicz-Źdźbło"),
    "dom": ("1234ABC", "1234ABC"),
    "miejscowosc": ("Nowe Miasto nad Warta Dolne", "Nowe Miasto nad Wartą Dolne"),
}


def placeholders_in(text: str) -> set[str]:
    """The known names a text fills in."""
    return names_in(text) & PLACEHOLDERS.keys()


def is_personal(text: str) -> bool:
    """Whether two people at one address would read different texts."""
    return bool(placeholders_in(text))


def needs_of(names: Set[str]) -> set[str]:
    """Which sealed documents ("identity", "address") must be opened to fill these names."""
    return {PLACEHOLDERS[name].needs for name in names}


def district_names() -> dict[int, str]:
    """The names behind `{osiedle}`: one query for a whole batch."""
    return dict(District.objects.values_list("id", "name"))


def values_for(
    names: Set[str],
    identity: Identity | None,
    address: Address | None,
    *,
    districts: Districts | None = None,
    plain: bool = False,
    language: str = "pl",
) -> dict[str, str]:
    """A person's words for these names, with the default of `language` where nothing is known.

    Give `districts` (see `district_names`) when filling many people; `plain` drops Polish letters,
    for an SMS that is sent without them.
    """
    if districts is None:
        districts = district_names() if "osiedle" in names else {}
    sealed = {"identity": identity, "address": address}
    values = {}
    for name in names:
        place = PLACEHOLDERS[name]
        document = sealed[place.needs]
        value = place.value(document, districts) if document is not None else ""
        value = value or place.default_in(language)
        values[name] = transliterate(value) if plain else value
    return values


def longest_fills(names: Set[str]) -> list[dict[str, str]]:
    """Two fillings that bound every person's: the longest, and the longest with Polish letters."""
    longest = {name: LONGEST.get(name) or _longest_registered(name) for name in names}
    return [{name: pair[which] for name, pair in longest.items()} for which in (0, 1)]


def _longest_registered(name: str) -> tuple[str, str]:
    rows = Street.objects if name == "ulica" else District.objects
    by_length = rows.order_by(Length("name").desc())[:50]
    place = PLACEHOLDERS[name]
    values = [*(str(row) for row in by_length), place.default, *place.abroad.values()]
    polish = [value for value in values if not value.isascii()]
    return max(values, key=len), max(polish, key=len)
