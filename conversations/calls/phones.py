"""From a number as an exchange writes it to E.164, and from what it writes instead to whether it was withheld."""

import re

import phonenumbers

from conversations.models import CallerId

# What exchanges write where there is no number (Asterisk, FreeSWITCH, 3CX, Twilio), in small letters.
WITHHELD = {"anonymous", "restricted", "private", "withheld", "clir", "ukryty", "zastrzezony"}
UNKNOWN = {"", "unknown", "unavailable", "nieznany", "<unknown>", "asterisk", "0000000000"}
_FILLING = re.compile(r"[\s().\-/]+")


def e164(text: str) -> str:
    """The number in E.164, Polish without a country's code; empty where it is none.

    A short number of the network (112, 19115) or an extension is no number of a caller.
    """
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


def presentation(text: str) -> str:
    """Whether a number is shown, withheld or unknown, where the exchange does not say so itself."""
    said = text.strip().lower()
    if said in WITHHELD:
        return CallerId.WITHHELD
    return CallerId.ALLOWED if said not in UNKNOWN and e164(said) else CallerId.UNAVAILABLE
