"""From a Polish text and its variant to what the variant may lack: names in braces, dates, hours, numbers."""

import re
from collections.abc import Iterable

from icp.braces import names_in
from messaging.models import MessageText

from .variants import PARTS

# 12.03.2026 · 12.03 · 7.00 · 7:00 · 48
FIGURES = re.compile(r"(?<![\w./-])\d{1,4}(?:[.:]\d{2}(?:\.\d{4})?)?(?![\w/-])")
LINK = re.compile(r"https?://\S+")
MONTHS, NOON = 12, 12


def lacks(polish: MessageText, variant: MessageText) -> list[str]:
    """What stands in the Polish parts, and in the variant's own ones does not; as it is in Polish."""
    found: dict[str, None] = {}
    for part in PARTS:
        there, here = getattr(polish, part), getattr(variant, part)
        if here:
            found |= dict.fromkeys(_missing(there, here))
    return list(found)


def _missing(polish: str, variant: str) -> Iterable[str]:
    for name in sorted(names_in(polish) - names_in(variant)):
        yield f"{{{name}}}"
    for link in LINK.findall(polish):
        if link.rstrip(".,)") not in variant:
            yield link.rstrip(".,)")
    numbers = {int(digits) for digits in re.findall(r"\d{1,9}", variant)}
    for figure in FIGURES.findall(LINK.sub("", polish)):
        if not _stands_in(figure, numbers):
            yield figure


def _stands_in(figure: str, numbers: set[int]) -> bool:
    """Months may be words there ("12 March"), hours may count to twelve twice ("7 pm")."""
    first, *rest = (int(digits) for digits in re.split(r"[.:]", figure))
    hour = bool(rest) and first > NOON and first - NOON in numbers
    if not (first in numbers or hour):
        return False
    needed = [number for number in rest if number > MONTHS]
    return all(number in numbers for number in needed)
