"""From the name of an address of the register to a conversation of a unit, a line, a basis, a designation."""

from admin_module.models import Unit
from conversations.models import Designation
from tests import make_conversations as made
from tests.access.retention_things import call_of
from tests.access.thing import Thing

ALL = "conversations.view_conversation"


def _designation(unit: Unit) -> Designation:
    found = Designation.objects.filter(user__unit=unit).first()
    if found is None:
        made.designee(unit=unit)
        found = Designation.objects.get(user__unit=unit)
    return found


def _card(needs: str) -> Thing:
    return Thing(lambda world, of: {"pk": call_of(of.unit).pk}, needs=needs)


LINE = Thing(lambda world, of: {"pk": made.line("+48914245099").pk}, of_unit=False)
BASIS = Thing(lambda world, of: {"pk": made.legal_basis().pk}, of_unit=False)
NOTICE = Thing(
    lambda world, of: {"channel": "call", "part": "short", "language": "pl"}, of_unit=False
)
REGISTER_THINGS: dict[str, Thing] = {
    "conversation-card": _card(ALL),
    "conversation-number": _card(ALL),
    "conversation-case": _card("conversations.listen_conversation"),
    **dict.fromkeys(("line-edit", "line-close", "line-recording"), LINE),
    **dict.fromkeys(("notice-edit", "notice-restore"), NOTICE),
    **dict.fromkeys(
        (
            "legal-basis",
            "legal-basis-edit",
            "legal-basis-opine",
            "legal-basis-approve",
            "legal-basis-withdraw",
        ),
        BASIS,
    ),
    "designation-end": Thing(lambda world, of: {"pk": _designation(of.unit).pk}, of_unit=False),
}
