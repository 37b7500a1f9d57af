"""From a text to the number of SMS parts it takes, and to the same text without Polish letters.

GSM 7-bit default alphabet: 3GPP TS 23.038 § 6.2.1; joined parts lose six bytes to a header
(TS 23.040 § 9.2.3.24.1). A character of the extension table and a surrogate pair take two units,
which are never split over two parts.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
LAST_OF_PLANE_0 = "\uffff"
# What Unicode does not decompose, or what has a plainer usual form.
PLAINER = str.maketrans(
    {
        "ł": "l",
        "Ł": "L",
        "„": '"',
        "”": '"',
        "“": '"',
        "«": '"',
        "»": '"',
        "’": "'",
        "‘": "'",
        "‚": "'",
        "–": "-",
        "—": "-",
        "‑": "-",
        "−": "-",
        "…": "...",
        "•": "-",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\t": " ",
    }
)


class Encoding(StrEnum):
    """How a text travels."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


# Units in a text that fits one part, and in each part of a longer one.
ROOM = {Encoding.GSM7: (160, 153), Encoding.UCS2: (70, 67)}


@dataclass(frozen=True, slots=True)
class Parts:
    """What a text costs: `units` are septets (GSM-7) or 16-bit units (UCS-2)."""

    encoding: Encoding
    units: int
    parts: int


def count(text: str) -> Parts:
    """Count the parts of a text exactly as a phone network does."""
    encoding = Encoding.GSM7 if BASIC.union(EXTENDED).issuperset(text) else Encoding.UCS2
    widths = [_width(character, encoding) for character in text]
    units = sum(widths)
    alone, joined = ROOM[encoding]
    if units <= alone:
        return Parts(encoding, units, 1 if text else 0)
    parts, left = 1, joined
    for width in widths:
        if width > left:
            parts, left = parts + 1, joined
        left -= width
    return Parts(encoding, units, parts)


def transliterate(text: str) -> str:
    """Write a text without Polish letters and typographic marks, so that it fits GSM-7.

    A character that has no plain counterpart (another script, an emoji) stays as it is.
    """
    return "".join(_plain(character) for character in text.translate(PLAINER))


def _width(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM7:
        return 2 if character in EXTENDED else 1
    return 2 if character > LAST_OF_PLANE_0 else 1


def _plain(character: str) -> str:
    if character in BASIC or character in EXTENDED:
        return character
    base = unicodedata.normalize("NFD", character)[0]
    if base in BASIC or base in EXTENDED:
        return base
    return "" if unicodedata.combining(character) else character
