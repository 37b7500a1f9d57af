"""From the head of a file to what its columns hold, as far as it can be guessed."""

import re
from collections.abc import Iterable, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consents.models import Topic
from icp.encryption.canon import fold
from recipients.models import CONTACT_KINDS

FIELDS: dict[str, str | Promise] = {
    "first_name": _("First name"),
    "second_name": _("Second name"),
    "last_name": _("Last name"),
    "name_forwards": _("First and last name"),
    "name_backwards": _("Last and first name"),
    "pesel": _("PESEL"),
    "birth_date": _("Birth date"),
    "sex": _("Sex"),
    "address": _("Whole address in one cell"),
    "street": _("Street"),
    "house": _("House number"),
    "flat": _("Flat"),
    "postal_code": _("Postal code"),
    "town": _("Town"),
    "sms": _("Mobile phone"),
    "email": _("E-mail address"),
    "epuap": _("Box on ePUAP"),
    "language": _("Language of messages"),
    "guardian_first_name": _("First name of the guardian"),
    "guardian_last_name": _("Last name of the guardian"),
    "guardian_phone": _("Telephone of the guardian"),
    "guardian_email": _("E-mail of the guardian"),
}
# Heads as people write them, folded and without signs.
_HEADS = {
    "first_name": "imie|pierwsze imie|imie 1|imie pierwsze|first name|firstname|given name|forename",
    "second_name": "drugie imie|imie 2|imie drugie|second name|middle name",
    "last_name": "nazwisko|last name|lastname|surname|family name",
    "name_forwards": "imie i nazwisko|imie nazwisko|osoba|name|full name",
    "name_backwards": "nazwisko i imie|nazwisko imie|nazwisko i imiona",
    "pesel": "pesel|nr pesel|numer pesel|pesel number|nr ewidencyjny pesel",
    "birth_date": "data urodzenia|data ur|ur|urodzony|urodzona|data urodz|birth date|birthdate|date of birth|dob|born",
    "sex": "plec|sex|gender",
    "address": "adres|adres zamieszkania|adres zameldowania|pelny adres|address",
    "street": "ulica|ul|nazwa ulicy|street",
    "house": "nr domu|numer domu|dom|nr|nr budynku|numer budynku|budynek|house|house number|house no|nr posesji",
    "flat": "nr mieszkania|numer mieszkania|mieszkanie|lokal|nr lokalu|numer lokalu|nr mieszk|m|flat|apartment",
    "postal_code": "kod|kod pocztowy|postal code|postcode|zip|zip code",
    "town": "miasto|miejscowosc|town|city|poczta",
    "sms": "telefon|tel|nr telefonu|numer telefonu|telefon komorkowy|tel komorkowy|tel kom|komorka|nr tel|gsm|sms|phone|mobile|mobile phone|phone number|telefon kontaktowy",
    "email": "email|e mail|mail|adres email|adres e mail|poczta elektroniczna|email address|e mail address",
    "epuap": "epuap|skrytka|skrytka epuap|adres skrytki epuap|skrzynka epuap|adres epuap|epuap box|box on epuap",
    "language": "jezyk|jezyk wiadomosci|jezyk korespondencji|language|language of messages|lang",
    "guardian_first_name": "imie opiekuna|imie rodzica|guardian first name",
    "guardian_last_name": "nazwisko opiekuna|nazwisko rodzica|guardian last name",
    "guardian_phone": "telefon opiekuna|telefon rodzica|guardian phone",
    "guardian_email": "email opiekuna|e mail opiekuna|email rodzica|guardian email",
}  # fmt: skip
_FIELD_OF = {head: name for name, heads in _HEADS.items() for head in heads.split("|")}
_KIND_WORDS = {
    "sms": ("sms", "telefon"),
    "email": ("mail",),
    "epuap": ("epuap",),
    "push": ("aplikac", "push"),
}
EVERY = "*"  # every kind by which the person can be reached
KIND_NAMES = {
    "email": _("by e-mail"),
    "sms": _("by SMS"),
    "epuap": _("by ePUAP"),
    "push": _("in the application"),
}


def consent_column(topic: Topic, kind: str) -> str:
    """The name of a column that says yes or no to a topic: "consent:3:sms"."""
    return f"consent:{topic.bit}:{kind}"


def choices(topics: Iterable[Topic]) -> list[tuple[str, str]]:
    """Everything that a column may hold, in words."""
    found = [("", str(_("– left out –")))]
    found += [(name, str(label)) for name, label in FIELDS.items()]
    for topic in topics:
        kinds = [kind for kind in CONTACT_KINDS if topic.offers(kind)]
        if kinds:
            found.append((consent_column(topic, EVERY), _("Consent: %(topic)s") % {"topic": topic}))
        for kind in kinds:
            words = {"topic": topic, "kind": KIND_NAMES[kind]}
            label = _("Consent: %(topic)s, %(kind)s") % words
            found.append((consent_column(topic, kind), label))
    return found


def plain(head: str) -> str:
    """A head as heads are compared: "Nr. PESEL:" is "nr pesel"."""
    return " ".join(re.findall(r"[^\W_]+", fold(head)))


def guess(head: Sequence[str], topics: Sequence[Topic]) -> tuple[str, ...]:
    """What each column holds; of two with the same head the first one, the other is left out."""
    taken: set[str] = set()
    found = []
    for cell in head:
        name = _guess_one(plain(cell), topics)
        found.append("" if name in taken else name)
        taken.add(name)
    return tuple(found)


def _guess_one(head: str, topics: Sequence[Topic]) -> str:
    if head in _FIELD_OF:
        return _FIELD_OF[head]
    for topic in topics:
        if plain(topic.name) and plain(topic.name) in head:
            return consent_column(topic, _guess_kind(head, topic))
    return ""


def _guess_kind(head: str, topic: Topic) -> str:
    rest = head.replace(plain(topic.name), "")
    for kind, words in _KIND_WORDS.items():
        if any(word in rest for word in words) and topic.offers(kind):
            return kind
    return EVERY


def is_head(row: Sequence[str]) -> bool:
    """Whether the first row names columns; where it does not, a person may stand in it."""
    return any(plain(cell) in _FIELD_OF for cell in row)


def letter(place: int) -> str:
    """The name of a column in a spreadsheet: A, B, … Z, AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name
