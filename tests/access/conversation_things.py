"""From the name of an address of conversations to what fills it in; a part of things.THINGS."""

from tests.access.access_things import ACCESS_THINGS
from tests.access.desk_things import DESK_THINGS
from tests.access.playback_things import PLAYBACK_THINGS
from tests.access.register_things import REGISTER_THINGS
from tests.access.retention_things import RETENTION_THINGS
from tests.access.thing import Thing

CONVERSATION_THINGS: dict[str, Thing] = {
    **DESK_THINGS,
    **ACCESS_THINGS,
    **REGISTER_THINGS,
    **PLAYBACK_THINGS,
    **RETENTION_THINGS,
}
