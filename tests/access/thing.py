"""How an address with arguments is filled in by the table of who gets in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.access.world import Holdings, World


@dataclass(frozen=True, slots=True)
class Thing:
    """How an address with arguments is filled in, and whether its object belongs to a unit."""

    arguments: Callable[[World, Holdings], dict[str, Any]]
    of_unit: bool = True
    there: bool = True  # False: nobody's but its owner's, so everybody of this table gets 404
    needs: str = ""  # a further permission, of the object's kind: who lacks it gets 404
    own_unit: frozenset[str] = (
        frozenset()
    )  # roles that see their own unit's only, wherever they work
