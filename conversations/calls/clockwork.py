"""From the tick of the engine to the watched folder, and from a new day to what is put aside too long."""

from .watching import Watch

_watch = Watch()


def tick() -> None:
    """Every half a minute, in whichever process that is; each remembers its own looks."""
    _watch.look()
