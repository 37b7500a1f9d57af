"""From how people write a street's name to the streets of the register that may be meant, nearest first."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from icp.encryption import canon

# Words before a street's name that people leave out or spell in many ways, in one spelling each.
PREFIXES = {
    "ul": "ul", "ulica": "ul", "ulicy": "ul",
    "al": "al", "aleja": "al", "aleje": "al", "alei": "al", "alejach": "al",
    "pl": "pl", "plac": "pl", "placu": "pl",
    "os": "os", "osiedle": "os", "osiedlu": "os",
    "rondo": "rondo", "skwer": "skwer", "bulwar": "bulw", "bulw": "bulw",
    "rynek": "rynek", "park": "park", "droga": "droga",
}  # fmt: skip
# Short words of street names and the beginnings of what they stand for.
SHORT = {
    "abp": "arcybisk", "bp": "bisk", "dr": "dokt", "gen": "genera", "het": "hetman", "hr": "hrab",
    "inz": "inzynier", "kard": "kardyna", "kpt": "kapita", "krol": "krol", "ks": "ksi", "kr": "krol",
    "mjr": "major", "marsz": "marszal", "o": "ojca", "plk": "pulkown", "por": "porucz",
    "ppor": "podporucz", "pptk": "podpulkow", "prof": "profesor", "rtm": "rotmistrz", "st": "stanislaw",
    "sw": "swiet", "bl": "blogosl", "br": "brata", "bohat": "bohater",
}  # fmt: skip
ORDINALS = {
    "pierwszego": "1", "drugiego": "2", "trzeciego": "3", "czwartego": "4", "piatego": "5",
    "szostego": "6", "siodmego": "7", "osmego": "8", "dziewiatego": "9", "dziesiatego": "10",
    "jedenastego": "11", "dwunastego": "12", "trzynastego": "13", "czternastego": "14",
    "pietnastego": "15", "szesnastego": "16", "siedemnastego": "17", "osiemnastego": "18",
    "dziewietnastego": "19", "dwudziestego": "20", "trzydziestego": "30",
}  # fmt: skip
_ROMAN = re.compile(r"x{0,2}(ix|iv|v?i{0,3})")
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10}

# What a difference costs; `addresses` says up to which sum a match is certain.
REORDERED, SHORTENED, INFLECTED, LEFT_OUT, OTHER_PREFIX = 0.05, 0.1, 0.1, 0.2, 0.15
ONE_SLIP, TWO_SLIPS, UNKNOWN_WORD = 0.5, 0.9, 1.2
FARTHEST = 1.3
_ONE_SLIP_FROM, _TWO_SLIPS_FROM = 5, 8  # letters: shorter words differ by more than a slip
_LETTERS_OF_TWO_SLIPS = 4
_SHORTEST_STEM = 4


@dataclass(frozen=True, slots=True)
class Near:
    """A street that may be meant and how far what was typed is from its name; 0 is the name."""

    street_id: int
    cost: float


def words_of(text: str) -> list[str]:
    """The words of a street's name as they are compared: folded, without dots."""
    return re.findall(r"[^\W_]+", canon.fold(text))


def without_prefix(words: Sequence[str]) -> tuple[str, list[str]]:
    """The prefix in its one spelling, or nothing, and the words after it."""
    if len(words) > 1 and words[0] in PREFIXES:
        return PREFIXES[words[0]], list(words[1:])
    return "", list(words)


def same_number(word: str) -> str:
    """Numbers in one spelling: "II" and "drugiego" are "2"."""
    if word in ORDINALS:
        return ORDINALS[word]
    if word and _ROMAN.fullmatch(word):
        values = [_ROMAN_DIGITS[sign] for sign in word]
        following = [*values[1:], 0]
        return str(sum(-v if v < after else v for v, after in zip(values, following, strict=True)))
    return word


class StreetNames:
    """The names of a register's streets; `near` may be asked often."""

    def __init__(self, streets: Iterable[tuple[int, str, str]]) -> None:
        """`streets`: primary key, prefix and name of each."""
        self._words: dict[int, tuple[str, ...]] = {}
        self._prefixes: dict[int, str] = {}
        self._having: Mapping[str, set[int]] = defaultdict(set)
        self._signs: dict[str, int] = {}
        self._initials: Mapping[str, set[int]] = defaultdict(set)
        self._alike: dict[str, Mapping[str, float]] = {}
        for pk, prefix, name in streets:
            self._add(pk, prefix, [same_number(word) for word in words_of(name)])

    def _add(self, pk: int, prefix: str, words: Sequence[str]) -> None:
        self._words[pk] = tuple(words)
        self._prefixes[pk] = PREFIXES.get("".join(words_of(prefix)), "")
        for word in words:
            self._having[word].add(pk)
            self._signs[word] = _letters(word)
        if len(words) > 1:
            self._initials["".join(word[0] for word in words)].add(pk)

    def near(self, text: str, most: int = 5) -> list[Near]:
        """Streets whose names are not farther than FARTHEST, the nearest first."""
        prefix, words = without_prefix([same_number(word) for word in words_of(text)])
        if not words:
            return []
        found = self._by_words(words)
        if len(words) == 1:
            for pk in self._initials.get(words[0], ()):
                found[pk] = min(found.get(pk, FARTHEST), SHORTENED)
        for pk in found:
            if prefix and self._prefixes[pk] and prefix != self._prefixes[pk]:
                found[pk] += OTHER_PREFIX
        near = [Near(pk, cost) for pk, cost in found.items() if cost <= FARTHEST]
        near.sort(key=lambda one: (one.cost, one.street_id))
        return near[:most]

    def _by_words(self, words: Sequence[str]) -> dict[int, float]:
        alike = [self._words_like(word) for word in words]
        streets = {pk for likes in alike for like in likes for pk in self._having[like]}
        return {pk: _cost_of(self._words[pk], alike) for pk in streets}

    def _words_like(self, word: str) -> Mapping[str, float]:
        """Words of the register that this one may be, and what the difference costs."""
        if word not in self._alike:
            self._alike[word] = dict(self._compared(word))
        return self._alike[word]

    def _compared(self, word: str) -> Iterator[tuple[str, float]]:
        if word in self._having:  # a word of the register is no slip of the pen
            yield word, 0.0
            return
        letters = _letters(word)
        for other, signs in self._signs.items():
            # A slip changes two letters of the alphabet at most: most words are told by that alone.
            near = (letters ^ signs).bit_count() <= _LETTERS_OF_TWO_SLIPS
            cost = difference(word, other) if near or word in SHORT else None
            if cost is not None:
                yield other, cost


def _letters(word: str) -> int:
    """Which letters a word has, as bits."""
    found = 0
    for sign in set(word):
        found |= 1 << (ord(sign) & 63)
    return found


def _cost_of(name: Sequence[str], typed: Sequence[Mapping[str, float]]) -> float:
    """Each typed word takes the nearest word of the name that is still free."""
    free, cost, order = list(name), 0.0, []
    for likes in typed:
        best = min((word for word in free if word in likes), key=lambda w: likes[w], default=None)
        if best is None:
            cost += UNKNOWN_WORD
            continue
        cost += likes[best]
        order.append(name.index(best))
        free.remove(best)
    if order != sorted(order):
        cost += REORDERED
    if free:
        # "Bema" is Generała Józefa Bema, but "Józefa" might be anybody.
        cost += LEFT_OUT if name[-1] not in free else UNKNOWN_WORD
    return cost


def difference(typed: str, word: str) -> float | None:
    """What it costs to take one word for the other; None where they are different words."""
    if typed == word:
        return 0.0
    if typed.isdigit() or word.isdigit():
        return None
    if typed in SHORT and word.startswith(SHORT[typed]):
        return SHORTENED
    if _inflected(typed, word):
        return INFLECTED
    allowed = (min(len(typed), len(word)) >= _ONE_SLIP_FROM) + (
        min(len(typed), len(word)) >= _TWO_SLIPS_FROM
    )
    if not allowed or abs(len(typed) - len(word)) > allowed:
        return None
    slips = slips_between(typed, word, allowed)
    return {1: ONE_SLIP, 2: TWO_SLIPS}.get(slips) if slips <= allowed else None


def _inflected(typed: str, word: str) -> bool:
    """ "sportowej" is Sportowa, "długiej" Długa: people write where they live, not what it is called."""
    for ending in ("iej", "ej"):
        if typed.endswith(ending) and word.endswith("a"):
            stem = typed.removesuffix(ending)
            if len(stem) >= _SHORTEST_STEM - 1 and stem in {word[:-1], word[:-2]}:
                return True
    return False


def slips_between(one: str, other: str, most: int) -> int:
    """Letters missing, added, exchanged or swapped with their neighbours; `most` + 1 where more.

    Optimal string alignment (Damerau and Levenshtein), stopped as soon as it cannot be reached.
    """
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        here = [row]
        for column, sign in enumerate(other, 1):
            cost = min(last[column] + 1, here[column - 1] + 1, last[column - 1] + (letter != sign))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == sign:
                cost = min(cost, before_last[column - 2] + 1)
            here.append(cost)
        if min(here) > most:
            return most + 1
        before_last, last = last, here
    return last[-1]
