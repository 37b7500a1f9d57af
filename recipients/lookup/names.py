"""From the beginning of a name to the people who bear it: sealed pages of folded names."""

import re
from collections.abc import Container, Mapping, Sequence

import numpy as np

from icp.encryption import canon, pages
from recipients.models import Identity, Recipient

SHORTEST = 3  # letters; fewer would list half the town
MOST = 50
_TEXT_LENGTH = 127
# Text begins with a space, so that a word's start is a space and the letters.
RECORD = np.dtype([("state", "u1"), ("text", f"S{_TEXT_LENGTH}")])


class TooShort(ValueError):
    """The name must have at least SHORTEST letters."""


def load(pks: Sequence[int]) -> Mapping[int, bytes]:
    """The current records of people by primary key; nothing about the erased."""
    records = {pk: np.zeros(1, RECORD).tobytes() for pk in pks}
    people = Recipient.objects.filter(pk__in=pks, identity__isnull=False)
    for pk, identity in people.opened("identity"):
        records[pk] = np.array([(1, _text(identity))], RECORD).tobytes()
    return records


def _text(identity: Identity) -> bytes:
    names = (identity.last_name, identity.first_name, identity.second_name)
    return f" {' '.join(_words(' '.join(names)))}".encode()[:_TEXT_LENGTH]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", canon.fold(text))


def search(text: str, limit: int = MOST, *, among: Container[int] | None = None) -> list[int]:
    """Primary keys of people one of whose names starts with each word of `text`; first `limit`.

    With `among` only these are found. Raises TooShort. Whoever calls it writes the audit entry.
    """
    starts = [f" {word}".encode() for word in _words(text)]
    if not starts or max(map(len, starts)) <= SHORTEST:
        raise TooShort
    longest = max(starts, key=len)
    rest = [start for start in starts if start is not longest]
    shot = pages.snapshot(NAMES)
    column = np.ascontiguousarray(shot.records["text"]).tobytes()
    found: list[int] = []
    place = column.find(longest)
    while place >= 0 and len(found) < limit:
        row = place // _TEXT_LENGTH
        end = (row + 1) * _TEXT_LENGTH
        record = column[row * _TEXT_LENGTH : end]
        if place + len(longest) <= end and all(start in record for start in rest):
            pk = int(shot.ids[row])
            if among is None or pk in among:
                found.append(pk)
        place = column.find(longest, end)
    return found


def newest_person() -> int:
    """The highest primary key: pages reach up to it."""
    return Recipient.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


NAMES = pages.PageKind("names", RECORD, load, newest_person)
