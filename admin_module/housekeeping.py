"""Daily: what the office keeps for a while only, once that while is over."""

from . import locking, session


def tidy_up() -> None:
    """Forget failed sign-ins and sessions that ran out."""
    locking.purge()
    session.purge()
