"""From work that was written down to a hint in the broker; without one, the dispatcher finds it.

A hint names rows by id, carries nothing personal, and may be lost without harm.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from icp.celery import app
from messaging.models import LANES

log = logging.getLogger(__name__)
# A hint that nobody took by then is of no use: the sweep gives a new one.
STALE_SECONDS = 30
QUEUE_OF_STEP = {"apply_receipts": "receipts"}


class _Voice:
    """Whether this process gives hints."""

    muted = False


@contextmanager
def muted() -> Iterator[None]:
    """For a process that finds the work by itself: the broker may be what is gone."""
    _Voice.muted = True
    try:
        yield
    finally:
        _Voice.muted = False


def hinting() -> bool:
    return bool(settings.BROKER_URL) and not _Voice.muted


def wake(step: str, *ids: int | str, lane: int | None = None) -> None:
    """Hint that a step of `messaging.tasks` has work, once the transaction is committed."""
    if not hinting():
        return
    queue = QUEUE_OF_STEP.get(step) or LANES[3 if lane is None else lane]
    transaction.on_commit(partial(_send, step, list(ids), queue))


def wake_drains(channels: list[str], lane: int) -> None:
    """Hint at a channel's lane once for each worker that may take part, and its share of the work."""
    shares = settings.DRAINS_PER_LANE
    for channel in channels:
        for share in range(shares):
            wake("drain", channel, lane, share, shares, lane=lane)


def _send(step: str, args: list[int | str], queue: str) -> None:
    try:
        app.send_task(
            f"messaging.tasks.{step}",
            args=args,
            queue=queue,
            expires=STALE_SECONDS,
            retry=False,
            ignore_result=True,
        )
    except (OperationalError, OSError):
        # The broker is gone: the order stands in the database, and the sweep or the dispatcher
        # comes by. The caller's work is committed and must not fail now.
        log.warning("No broker to take the hint for %s.", step)
