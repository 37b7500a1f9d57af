"""From the name of an address of conversations to what fills it in; a part of things.THINGS."""

from tests.access.retention_things import RETENTION_THINGS
from tests.access.thing import Thing

CONVERSATION_THINGS: dict[str, Thing] = {
    **RETENTION_THINGS,
}
