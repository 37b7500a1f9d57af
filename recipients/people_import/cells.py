"""From the cells of one row to what they say of a person, however a spreadsheet has written it."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from icp.encryption.canon import fold
from recipients.address_register import address_text
from recipients.models import Address, Guardian, Language, Sex

_DAYS = (
    "%d.%m.%Y", "%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%Y.%m.%d", "%Y/%m/%d", "%d %m %Y", "%d%m%Y",
    "%Y%m%d",
)  # fmt: skip
_CLOCK = re.compile(r"[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$")
_SERIAL = re.compile(r"\d{1,5}(\.0+)?")
_FIRST_DAY = date(1899, 12, 30)  # of the days that spreadsheets count
_SHORTENED = re.compile(r"\d[.,]?\d*E\+\d+", re.IGNORECASE)
_SEXES = {
    Sex.FEMALE: "k kobieta f female woman z zenska",
    Sex.MALE: "m mezczyzna male man meska",
}
_SEX_OF = {word: sex for sex, words in _SEXES.items() for word in words.split()}
_LANGUAGES = {
    Language.PL: "pl pol polski polish polska",
    Language.UK: "uk ua ukr ukrainski ukrainian українська",
    Language.EN: "en ang eng angielski english",
}
_LANGUAGE_OF = {
    fold(word): code.value for code, words in _LANGUAGES.items() for word in words.split()
}
_YES = frozenset(["tak", "t", "yes", "y", "x", "1", "true", "prawda", "+"])
_NO = frozenset(["", "nie", "n", "no", "0", "false", "falsz", "-"])
_PESEL_LENGTH, _LOST_ZEROS = 11, 2


def pesel(text: str) -> str:
    """A PESEL number; a spreadsheet that took it for a number has lost its leading zeros."""
    _refuse_shortened(text)
    number = _whole(text)
    lost = _PESEL_LENGTH - len(number)
    return number.zfill(_PESEL_LENGTH) if number.isdecimal() and 0 < lost <= _LOST_ZEROS else text


def phone(text: str) -> str:
    """A telephone number; one without its plus gets it back."""
    _refuse_shortened(text)
    number = re.sub(r"[\s\-()]", "", _whole(text))
    if number.isdecimal() and len(number) == 11 and number.startswith("48"):  # noqa: PLR2004
        return f"+{number}"
    return number


def day(text: str) -> date | None:
    """A date as people and spreadsheets write it: 3.05.1961, 1961-05-03 00:00, 22404."""
    value = _CLOCK.sub("", text.strip())
    if not value:
        return None
    if _SERIAL.fullmatch(value):
        return _FIRST_DAY + timedelta(days=int(float(value)))
    for form in _DAYS:
        try:
            return datetime.strptime(value, form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    raise ValidationError(_("This is not a date. Write it like 03.05.1961 or 1961-05-03."))


def sex(text: str) -> str:
    if not text.strip():
        return ""
    found = _SEX_OF.get(fold(text).strip(". "))
    if found is None:
        raise ValidationError(_("This is not a sex. Write K or M."))
    return found


def language(text: str) -> str:
    """A code of Language; empty where the cell is."""
    if not text.strip():
        return ""
    found = _LANGUAGE_OF.get(fold(text).strip(". "))
    if found is None:
        raise ValidationError(
            _("This language is not known here. Write polski, ukraiński or angielski.")
        )
    return found


def name(text: str) -> str:
    """A name in small letters where the whole sheet shouts."""
    return text.title() if text.isupper() and len(text) > 1 else text


def answer(text: str) -> bool:
    """A yes or a no to a topic."""
    word = fold(text)
    if word not in _YES | _NO:
        raise ValidationError(_("This is neither yes nor no. Write tak or nie."))
    return word in _YES


def postal_code(text: str) -> str:
    """00001 and 1 are 00-001."""
    digits = re.sub(r"[\s\-–]", "", _whole(text))
    if not digits:
        return ""
    if not digits.isdecimal() or len(digits) > 5:  # noqa: PLR2004
        raise ValidationError(_("A postal code looks like 00-000."))
    digits = digits.zfill(5)
    return f"{digits[:2]}-{digits[2:]}"


def names(row: Mapping[str, str]) -> tuple[str, str, str]:
    """First, second and last name, also where they stand in one cell."""
    forwards, backwards = (
        row.get("name_forwards", "").split(),
        row.get("name_backwards", "").split(),
    )
    if forwards:
        parts = (forwards[0], " ".join(forwards[1:-1]), " ".join(forwards[1:][-1:]))
    elif backwards:
        parts = (" ".join(backwards[1:2]), " ".join(backwards[2:]), backwards[0])
    else:
        first, second, last = "first_name", "second_name", "last_name"
        parts = (row.get(first, ""), row.get(second, ""), row.get(last, ""))
    return name(parts[0]), name(parts[1]), name(parts[2])


def guardian(row: Mapping[str, str]) -> Guardian | None:
    """Who consents for a child, where the row names somebody."""
    last = name(row.get("guardian_last_name", ""))
    if not last:
        return None
    return Guardian(
        first_name=name(row.get("guardian_first_name", "")),
        last_name=last,
        phone=phone(row.get("guardian_phone", "")),
        email=row.get("guardian_email", ""),
    )


def address(row: Mapping[str, str], town: str) -> Address:
    """Where the person lives; a street with a number in it, or the whole in one cell, is taken apart."""
    street, house = row.get("street", ""), _whole(row.get("house", ""))
    line = row.get("address", "") or ("" if house else street)
    read = address_text.read(line) if line else None
    if read is None and row.get("address"):
        raise ValidationError(
            _("The street and the house number cannot be told apart. Write: ul. Sportowa 12 m. 3.")
        )
    found = read or Address(street, house)
    return Address(
        street=found.street,
        house=found.house,
        flat=_whole(row.get("flat", "")) or found.flat,
        postal_code=postal_code(row.get("postal_code", "")) or found.postal_code,
        town=row.get("town", "") or found.town or town,
    )


def _whole(text: str) -> str:
    """12.0, as some programs write a whole number, is 12."""
    return re.sub(r"[.,]0{1,2}$", "", text.strip())


def _refuse_shortened(text: str) -> None:
    if _SHORTENED.fullmatch(text.strip()):
        raise ValidationError(
            _("The spreadsheet shortened this number. Make the column text and fill it in anew.")
        )


READERS: Mapping[str, Callable[[str], object]] = {
    "pesel": pesel,
    "birth_date": day,
    "sex": sex,
    "sms": phone,
    "language": language,
}
