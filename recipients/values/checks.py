"""From what a person or a clerk typed to values that can be kept: PESEL, phone, e-mail, box, name."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recipients.models import Language, Sex

# Facet pages count days from here (facets.py); nobody alive was born earlier.
EARLIEST_BIRTH = date(1880, 1, 1)
OLDEST_AGE = 130

_PESEL_LENGTH = 11
_PESEL_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)
# What is added to the month in each century (rozporządzenie w sprawie numeru PESEL, annex).
_CENTURY_OF_MONTH = {80: 1800, 0: 1900, 20: 2000, 40: 2100, 60: 2200}
_MOBILE = {
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
}
_BOX = re.compile(r"/[A-Za-z0-9_.\-]{1,64}/[A-Za-z0-9_.\-]{1,64}")
_HOUSE = re.compile(r"([1-9][0-9]{0,3})\s*([A-Za-zĄĆĘŁŃÓŚŹŻąćęłńóśźż]{0,3})")
_NAME = re.compile(r"[^\W\d_]+(?:[ '’.\-][^\W\d_]+)*\.?")
_NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Pesel:
    """A PESEL number that is valid in form, and what it says about its owner."""

    number: str = field(repr=False)
    birth_date: date = field(repr=False)
    sex: Sex = field(repr=False)


def pesel(text: str) -> Pesel:
    """Read a PESEL number; spaces and hyphens are forgiven."""
    number = re.sub(r"[\s\-]", "", text)
    if len(number) != _PESEL_LENGTH or not (number.isascii() and number.isdigit()):
        raise ValidationError(
            _("A PESEL number has 11 digits. Check whether one is missing or doubled."),
            code="pesel_length",
        )
    digits = [int(digit) for digit in number]
    total = sum(digit * weight for digit, weight in zip(digits, _PESEL_WEIGHTS, strict=False))
    if (10 - total % 10) % 10 != digits[-1]:
        raise ValidationError(
            _("The check digit of this PESEL number does not fit. Compare it with the document."),
            code="pesel_checksum",
        )
    sex = Sex.MALE if digits[9] % 2 else Sex.FEMALE
    return Pesel(number, _date_of_pesel(number), sex)


def _date_of_pesel(number: str) -> date:
    month = int(number[2:4])
    century = _CENTURY_OF_MONTH[month // 20 * 20]
    try:
        return date(century + int(number[:2]), month % 20, int(number[4:6]))
    except ValueError:
        raise ValidationError(
            _(
                "The first six digits of this PESEL number are not a date. Compare it with the document."
            ),
            code="pesel_date",
        ) from None


def birth_date(day: date) -> date:
    """A birth date that a living person can have."""
    today = timezone.localdate()
    if day > today:
        raise ValidationError(_("The birth date lies in the future."), code="birth_future")
    if day < EARLIEST_BIRTH or today.year - day.year > OLDEST_AGE:
        raise ValidationError(
            _("The birth date lies more than 130 years ago. Check the year."), code="birth_past"
        )
    return day


def name(text: str) -> str:
    """A first or last name: letters, with single spaces, hyphens, dots or apostrophes between."""
    value = " ".join(text.split())
    if not value:
        raise ValidationError(_("Fill in the name."), code="name_empty")
    if len(value) > _NAME_LENGTH:
        raise ValidationError(_("A name can have 60 characters at most."), code="name_long")
    if not _NAME.fullmatch(value):
        raise ValidationError(
            _("A name consists of letters; a space, a hyphen or an apostrophe may stand between."),
            code="name_letters",
        )
    return value


def phone(text: str) -> str:
    """A phone number that can take an SMS, as E.164; without a country code it is Polish."""
    try:
        number = phonenumbers.parse(text, "PL")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValidationError(
            _("This is not a phone number. Type 9 digits, or + and the country code in front."),
            code="phone",
        )
    if phonenumbers.number_type(number) not in _MOBILE:
        raise ValidationError(
            _("This number cannot take text messages. Type a mobile phone number."),
            code="phone_not_mobile",
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(text: str) -> str:
    """An e-mail address; the part after @ in small letters."""
    value = text.strip()
    local, _at, domain = value.rpartition("@")
    value = f"{local}@{domain.lower()}"
    try:
        validate_email(value)
        value.encode("ascii")
    except (ValidationError, UnicodeEncodeError):
        raise ValidationError(
            _(
                "This is not an e-mail address. Type it like name@example.pl, without Polish letters."
            ),
            code="email",
        ) from None
    return value


def epuap_box(text: str) -> str:
    """An address of an ePUAP box, `/podmiot/skrytka`."""
    value = text.strip()
    if not _BOX.fullmatch(value):
        raise ValidationError(
            _("Type the ePUAP box like /owner/box, for example /jankowalski/SkrytkaESP."),
            code="epuap",
        )
    return value


CHECK_OF_KIND: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"email": email, "sms": phone, "epuap": epuap_box}
)


def contact(kind: str, text: str) -> str:
    """The value of a contact point of `kind`, checked and in its one spelling."""
    return CHECK_OF_KIND[kind](text)


def house(text: str) -> tuple[int, str]:
    """A house number and its letter: "12 a" gives (12, "A"); of "12/14" the first counts."""
    found = _HOUSE.fullmatch(text.split("/", maxsplit=1)[0].strip())
    if found is None:
        raise ValidationError(
            _("A house number is a number, perhaps with a letter: 12 or 12A."), code="house"
        )
    return int(found[1]), found[2].upper()


def spaced(kind: str, value: str) -> str:
    """A contact value as people read it: "+48 501 234 567"; others as they are."""
    if kind != "sms":
        return value
    number = phonenumbers.parse(value)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def language(text: str) -> str:
    """A code of Language, or nothing."""
    code = text.strip().lower()
    if code and code not in Language.values:
        raise ValidationError(_("Choose one of the languages on the list."), code="language")
    return code
