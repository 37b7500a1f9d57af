"""From registration data to the unique identifier that the regulation asks for.

`R`, 20 characters of Crockford's base32 (100 bits of an HMAC), one check character. Computed once
at registration, stored, never recomputed; the same person registering again gets the same one.
"""

from datetime import date

from .canon import digits, fold
from .keyring import hmac_sha256, ring
from .sealing import bind

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_ALPHABET = ALPHABET + "*~$=U"
_READ = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
LENGTH = 20


def recipient_identifier(
    pesel: str, last_name: str, first_name: str, birth_date: date, address_text: str
) -> str:
    """The identifier from the PESEL, or, where there is none, from name, birth date and address."""
    number = digits(pesel)
    if number:
        data = bind(b"pesel", number.encode())
    else:
        parts = (fold(last_name), fold(first_name), birth_date.isoformat(), fold(address_text))
        data = bind(b"person", *(part.encode() for part in parts))
    key = ring().subkey("rid", ring().primary("rid"), "recipient")
    value = int.from_bytes(hmac_sha256(key, data)[:13], "big") >> 4  # 100 of 104 bits
    return f"R{_base32(value)}{CHECK_ALPHABET[value % 37]}"


def check_identifier(text: str) -> bool:
    """Whether the check character fits, however it was typed (case, spaces, O for 0)."""
    typed = text.strip().upper().translate(_READ)
    if len(typed) != LENGTH + 2 or typed[0] != "R":
        return False
    try:
        value = _value(typed[1:-1])
    except ValueError:
        return False
    return CHECK_ALPHABET[value % 37] == typed[-1]


def _base32(value: int) -> str:
    letters = []
    for _ in range(LENGTH):
        value, rest = divmod(value, 32)
        letters.append(ALPHABET[rest])
    return "".join(reversed(letters))


def _value(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * 32 + ALPHABET.index(letter)
    return value
