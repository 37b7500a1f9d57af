"""From two wordings to the words that were taken out and put in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, OUT, IN = "same", "del", "ins"
# Words with the space behind them: lines stay whole, and a change of a space alone is a change.
WORD = re.compile(r"\S+\s*|\s+")
# Comparing takes the product of both lengths at worst; beyond this the middle is shown as exchanged.
MOST_PAIRS = 250_000


@dataclass(frozen=True, slots=True)
class Piece:
    kind: str  # SAME | OUT | IN
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """Pieces that spell `after` without those taken out, and `before` without those put in."""
    old, new = WORD.findall(before), WORD.findall(after)
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    middle = _between(old[head : len(old) - tail], new[head : len(new) - tail])
    pieces = [(SAME, old[:head]), *middle, (SAME, old[len(old) - tail :])]
    return [Piece(kind, "".join(words)) for kind, words in pieces if words]


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words both begin with."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _between(old: list[str], new: list[str]) -> list[tuple[str, list[str]]]:
    if len(old) * len(new) > MOST_PAIRS:
        return [(OUT, old), (IN, new)]
    found: list[tuple[str, list[str]]] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            found.append((SAME, old[a:b]))
        else:
            found += [(OUT, old[a:b]), (IN, new[c:d])]
    return found
