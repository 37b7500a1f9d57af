"""From the office's boxes in ePUAP to the intake: fetch, keep, commit, and only then confirm.

A crash at any place repeats a document, and the intake knows it. One worker at a time asks a box; while
ePUAP is down the pauses grow to a quarter of an hour, and nothing else waits for it.
"""

import hashlib
import logging
import threading
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from messaging import channels
from messaging.channels.epuap.arrivals import Arrived
from messaging.channels.epuap.pull import PullClient, PullFailed
from messaging.ledger.waking import hinting, wake
from messaging.models import EpuapBox

from . import boxes as epuap_boxes
from .arrivals import NotYet, receive

log = logging.getLogger(__name__)
LANE = 2
AT_ONCE = 200  # documents of one box in one turn
MARGIN = timedelta(seconds=60)  # on top of three answers of ePUAP, before another worker takes over
MOST_COUNTED = 10_000
LONGEST_PAUSE = timedelta(minutes=15)
SOON = timedelta(seconds=5)
# ePUAP took a confirmation and brings the same document again.
NOT_CONFIRMED, UNREADABLE = "not_confirmed", "unreadable"


def hint() -> None:
    """Where there is a broker, a worker is told of boxes that are due."""
    if hinting() and due():
        wake("pull_epuap", lane=LANE)


def pull_due(stop: threading.Event | None = None) -> int:
    """Ask every box that is due; returns how many new documents came."""
    return sum(_ask(pk, stop or threading.Event()) for pk in due())


def due() -> list[int]:
    """Boxes to be asked now that nobody is asking."""
    addresses = epuap_boxes.addresses()
    if not addresses:
        return []
    now = timezone.now()
    known = set(EpuapBox.objects.filter(address__in=addresses).values_list("address", flat=True))
    EpuapBox.objects.bulk_create(
        [EpuapBox(address=address, due_at=now) for address in addresses if address not in known],
        ignore_conflicts=True,
    )
    boxes = EpuapBox.objects.filter(_free(now), address__in=addresses)
    return list(boxes.order_by("pk").values_list("pk", flat=True))


def _free(now: datetime) -> Q:
    return Q(due_at__lte=now) & (Q(claimed_until=None) | Q(claimed_until__lt=now))


def _ask(pk: int, stop: threading.Event) -> int:
    """One turn at one box, where it is still free."""
    config = channels.configured("epuap")
    lease = MARGIN + timedelta(seconds=3 * float(config["timeout"]))
    now = timezone.now()
    mine = EpuapBox.objects.filter(pk=pk)
    if not mine.filter(_free(now)).update(claimed_until=now + lease):
        return 0
    turn = _Turn(mine.get().address, mine, lease)
    try:
        with PullClient(config) as client:
            turn.empty(client, stop)
    except PullFailed as failed:
        turn.problem = failed.code
    except NotYet:
        turn.pause = SOON
    finally:
        turn.end(timedelta(seconds=float(config["pull_seconds"])))
    return turn.new


class _Turn:
    """What one worker does at one box until it is empty."""

    def __init__(self, address: str, row: QuerySet[EpuapBox], lease: timedelta) -> None:
        self.address, self.row, self.lease = address, row, lease
        self.new, self.problem = 0, "fault"  # of a turn that nobody ended
        self.pause: timedelta | None = None
        self._seen: set[bytes] = set()

    def empty(self, client: PullClient, stop: threading.Event) -> None:
        for _each in range(AT_ONCE):
            if stop.is_set():
                break
            arrived = client.fetch(self.address)
            if arrived is None:
                break
            if not self._take(client, arrived):
                return
        else:
            self.pause = timedelta()  # there is more
        self.problem = ""

    def _take(self, client: PullClient, arrived: Arrived) -> bool:
        """Keep, then confirm; False where the box does not go on."""
        digest = hashlib.sha256(arrived.content).digest()
        if digest in self._seen:
            self.problem = NOT_CONFIRMED
            return False
        try:
            new = receive(arrived, "pull")
        except ValueError:
            self.problem = UNREADABLE
            return False
        client.confirm(self.address, arrived.content)
        self._seen.add(digest)
        self.new += new
        now = timezone.now()
        self.row.update(claimed_until=now + self.lease, taken_at=now)
        return True

    def end(self, interval: timedelta) -> None:
        """Let go of the box, until its next turn."""
        now = timezone.now()
        if not self.problem:
            self.row.update(
                due_at=now + (interval if self.pause is None else self.pause),
                claimed_until=None,
                answered_at=now,
                failures=0,
                problem="",
            )
            return
        failures = self.row.values_list("failures", flat=True).get()
        pause = min(interval * 2 ** min(failures, 10), max(LONGEST_PAUSE, interval))
        log.warning("ePUAP box %s: %s; asked again in %s.", self.row.get().pk, self.problem, pause)
        self.row.update(
            due_at=now + pause,
            claimed_until=None,
            failures=min(failures + 1, MOST_COUNTED),
            problem=self.problem[:40],
        )
