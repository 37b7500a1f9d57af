"""From what people type to the one form that is compared."""

import re
import unicodedata
from datetime import date
from typing import Protocol

_NOT_DIGITS = re.compile(r"\D+")
_PHONE_FILLING = re.compile(r"[\s().\-]+")
_NOT_DECOMPOSED = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ß": "ss"})


class Named(Protocol):
    """What a person is recognised by."""

    @property
    def first_name(self) -> str: ...
    @property
    def last_name(self) -> str: ...
    @property
    def birth_date(self) -> date: ...


def fold(text: str) -> str:
    """Letters as everybody can type them: NFKD, case folded, ł→l, marks stripped, spaces single."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.translate(_NOT_DECOMPOSED).split())


def digits(text: str) -> str:
    """Only the digits (a PESEL)."""
    return _NOT_DIGITS.sub("", text)


def contact(text: str) -> str:
    """An e-mail address in lower case, a phone number without filling, anything else as it is."""
    text = text.strip()
    if "@" in text:
        return text.lower()
    if text.startswith("+"):
        return _PHONE_FILLING.sub("", text)
    return text


def name_and_birth_date(person: Named) -> str:
    """Who looks like the same person though no PESEL is known."""
    names = (fold(person.last_name), fold(person.first_name), person.birth_date.isoformat())
    return "|".join(names)
