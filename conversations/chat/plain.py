"""From what somebody typed to plain text: no markup is made of it anywhere, and nothing invisible is left."""

import re
import unicodedata

from conversations.models import BODY_LETTERS

# Signs that turn the order of letters around (Unicode TR 36, section 2.10): a line must read as it was typed.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
KEPT = "\n\t"


def plain(text: str) -> str:
    """Without control signs and outer space; line ends as one sign."""
    found = TURNING.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(sign for sign in found if sign in KEPT or _is_seen(sign)).strip()


def fits(text: str) -> bool:
    return 0 < len(text) <= BODY_LETTERS


def _is_seen(sign: str) -> bool:
    # Cc: control signs. Cs: halves of pairs, which no database takes.
    return unicodedata.category(sign) not in {"Cc", "Cs"}
