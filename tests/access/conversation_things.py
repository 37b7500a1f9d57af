"""From the name of an address of conversations to what fills it in; a part of things.THINGS."""

from tests.access.access_things import ACCESS_THINGS
from tests.access.calls_things import CALLS_THINGS
from tests.access.desk_things import DESK_THINGS
from tests.access.playback_things import PLAYBACK_THINGS
from tests.access.register_things import REGISTER_THINGS
from tests.access.retention_things import RETENTION_THINGS
from tests.access.thing import Thing
from tests.access.voice_things import VOICE_THINGS

CONVERSATION_THINGS: dict[str, Thing] = {
    **CALLS_THINGS,
    **DESK_THINGS,
    **ACCESS_THINGS,
    **REGISTER_THINGS,
    **PLAYBACK_THINGS,
    **RETENTION_THINGS,
    **VOICE_THINGS,
}
