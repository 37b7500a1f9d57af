"""From the name of an address of the procedure to a request about a conversation of a unit."""

from collections.abc import Callable
from typing import Any

from admin_module.models import Unit
from conversations.models import AccessRequest
from tests import make_access
from tests.access.retention_things import call_of
from tests.access.thing import Thing
from tests.access.world import Holdings, World

# Heads of units see what concerns their own unit, though their department may see the whole town.
HEADS = frozenset({"unit_manager"})


def request_of(unit: Unit) -> AccessRequest:
    """Being checked, its conversation found."""
    found = AccessRequest.objects.filter(unit=unit, step="checking").first()
    return found or make_access.checked(of=call_of(unit))


def _thing(**more: Callable[[AccessRequest], Any]) -> Thing:
    def arguments(_world: World, holdings: Holdings) -> dict[str, Any]:
        row = request_of(holdings.unit)
        return {"pk": row.pk, **{name: value(row) for name, value in more.items()}}

    return Thing(arguments, own_unit=HEADS)


def _conversation(row: AccessRequest) -> int:
    return int(row.items.get().conversation_id)


def _letter(row: AccessRequest) -> int:
    return int(row.letters.earliest("id").pk)


ACCESS_THINGS: dict[str, Thing] = {
    "access-request": _thing(),
    "access-step": _thing(slug=lambda _row: "wezwanie"),
    "access-find": _thing(),
    "access-match": _thing(conversation=_conversation),
    "access-unmatch": _thing(conversation=_conversation),
    "access-code": _thing(),
    "access-code-send": _thing(),
    "access-letter": _thing(letter=_letter),
    "access-letter-sent": _thing(letter=_letter),
    "access-letter-scan": _thing(letter=_letter),
}
