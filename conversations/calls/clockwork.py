"""From the tick of the engine to the watched folder, and to recordings that wait for conversion."""

from . import converting
from .watching import Watch

_watch = Watch()


def tick() -> None:
    """Every half a minute, in whichever process that is; each remembers its own looks."""
    _watch.look()
    converting.convert_some()
