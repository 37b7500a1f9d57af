"""From a telephone number as people write it to the one way in which it is kept and looked for."""

import re

import phonenumbers

_FILLING = re.compile(r"[\s().\-/]+")


def e164(text: str) -> str:
    """+48601234567; Polish where there is no country code. Empty where it cannot be a number."""
    plain = _FILLING.sub("", text)
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    try:
        number = phonenumbers.parse(plain, "PL")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
