"""Daily: what the office keeps for a while only, once that while is over."""

from icp.encryption import files

from . import locking, session


def tidy_up() -> None:
    """Forget failed sign-ins and sessions that ran out, and sealed files that nothing leads to."""
    locking.purge()
    session.purge()
    files.forget_orphans()
