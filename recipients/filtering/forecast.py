"""From an audience to how far a message would reach: by district and channel, and whom it would not reach."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from recipients.models import CONTACT_KINDS, District

from . import audience

_IDS = 1 << 16  # of districts


@dataclass(frozen=True, slots=True)
class Reach:
    """One district, or people outside the register (`district` 0); None: hidden because it is small."""

    district: int
    name: str
    people: int | None
    by_kind: Mapping[str, int | None]
    nobody: int | None


def by_district(
    term: audience.Filter,
    *,
    topic_bit: int | None,
    kinds: Collection[str],
    on: date | None = None,
    mask_below: int = 0,
) -> list[Reach]:
    """The districts that the audience has people of, by name; `topic_bit` None asks for no consent.

    Of a column in which one number only is hidden the next smallest is hidden too: else it could be
    reckoned from the sum.
    """
    meant = audience.look(term, topic_bit=topic_bit, kinds=CONTACT_KINDS, on=on)
    people = _counted(meant.districts)
    columns = {kind: _counted(meant.districts[mask]) for kind, mask in meant.reached.items()}
    chosen = np.zeros(len(meant.ids), bool)
    for kind in kinds:
        chosen |= meant.reached[kind]
    nobody = _counted(meant.districts[~chosen])
    names = dict(District.objects.values_list("pk", "name"))
    places = sorted(
        people.nonzero()[0].tolist(), key=lambda pk: (pk not in names, names.get(pk, ""))
    )
    shown = {
        name: _masked(column[places].tolist(), mask_below)
        for name, column in {"people": people, "nobody": nobody, **columns}.items()
    }
    return [
        Reach(
            place,
            names.get(place, ""),
            shown["people"][row],
            {kind: shown[kind][row] for kind in CONTACT_KINDS},
            shown["nobody"][row],
        )
        for row, place in enumerate(places)
    ]


def unreached(
    term: audience.Filter,
    *,
    topic_bit: int | None,
    kinds: Collection[str],
    on: date | None = None,
) -> list[int]:
    """Primary keys of the people meant whom none of the kinds reaches."""
    meant = audience.look(term, topic_bit=topic_bit, kinds=kinds, on=on)
    found: list[int] = meant.ids[~meant.by_any].tolist()
    return found


def _counted(districts: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    return np.bincount(districts, minlength=_IDS).astype(np.int64)


def _masked(numbers: list[int], below: int) -> list[int | None]:
    shown: list[int | None] = [number if number >= below else None for number in numbers]
    if below and shown.count(None) == 1 and len(shown) > 1:
        smallest = min(number for number in shown if number is not None)
        shown[shown.index(smallest)] = None
    return shown
