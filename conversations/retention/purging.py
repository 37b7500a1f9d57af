"""From the conversations whose time is over to one run that ends them, and to its protocol."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from conversations.models import Conversation, EarlyPurge, PurgeRun, PurgeState, Tombstone
from icp.encryption.erasing import journal_path, read_journal

from . import destroying, protocols
from .destroying import RunEnded

log = logging.getLogger(__name__)
BATCH = 500


@dataclass(frozen=True, slots=True)
class Purged:
    """What a run did. `failed`: ids of conversations that could not be ended and wait for the next."""

    done: int = 0
    failed: tuple[int, ...] = ()


def due_by_kind(at: datetime | None = None) -> dict[str, int]:
    """How many conversations the next run ends, by kind; nothing is done."""
    rows = Conversation.objects.due(at or timezone.now()).order_by().values_list("kind")
    return dict(rows.annotate(Count("pk")))


def purge(*, by: User | None = None, at: datetime | None = None) -> Purged:
    """Finish what an earlier run left, end what is due, draw the protocols. May run anywhere, twice.

    What goes wrong with one conversation hinders no other; it is logged by its number.
    """
    failed: list[int] = []
    done = sum(_try(pk, failed, partial(finish, by=by)) for pk in _unfinished())
    done += sum(_try(pk, failed, partial(_end, at=at, by=by)) for pk in _candidates(at))
    close_runs()
    protocols.draw_missing()
    return Purged(done, tuple(failed))


def _try(pk: int, failed: list[int], step: Callable[[int], bool]) -> bool:
    try:
        return step(pk)
    except Exception:
        log.exception("Conversation %s could not be purged.", pk)
        failed.append(pk)
        return False


def _end(pk: int, *, at: datetime | None, by: User | None) -> bool:
    """In the run that is under way; in a new one where another process just ended it."""
    for _again in range(2):
        try:
            return destroying.destroy_key(pk, _open_run(by), at=at) and finish(pk, by=by)
        except RunEnded:
            continue
    return False


def finish(pk: int, *, by: User | None = None) -> bool:
    """The steps after the key: from any point at which somebody was killed."""
    destroying.unlink_files(pk)
    return destroying.delete_rows(pk, by=by)


def purge_early(early: EarlyPurge, by: User) -> bool:
    """End one conversation that two people agreed on, in a run of its own; False where a hold stands."""
    run = PurgeRun.objects.create(by=by)
    if not destroying.destroy_key(early.conversation_id, run, early=early):
        run.delete()
        return False
    finish(early.conversation_id, by=by)
    close_runs()
    protocols.draw_missing()
    return True


def _unfinished() -> list[int]:
    rows = Conversation.objects.filter(purge_state=PurgeState.PURGING)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _candidates(at: datetime | None) -> Iterator[int]:
    """Ids of what is due, in batches, and of what a restore brought back without its key."""
    last = 0
    while True:
        rows = Conversation.objects.due(at or timezone.now()).filter(pk__gt=last)
        batch = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        yield from batch
        if len(batch) < BATCH:
            break
        last = batch[-1]
    yield from brought_back()


def brought_back() -> list[int]:
    """Kept by the main backup, their key destroyed by the journal: deleted before the restore."""
    keyless = Conversation.objects.filter(purge_state=PurgeState.KEPT).keyless()
    rows = list(keyless.order_by("pk").values_list("pk", "uid"))
    path = journal_path()
    if not rows or not path.exists():
        return []
    done, _begun = read_journal(path.read_text(encoding="utf-8").splitlines())
    return [pk for pk, uid in rows if uid in done]


def end_brought_back() -> int:
    """After a restore, before anybody works: returns how many were ended again."""
    failed: list[int] = []
    done = sum(_try(pk, failed, partial(_end, at=None, by=None)) for pk in brought_back())
    close_runs()
    protocols.draw_missing()
    return done


# --- runs ------------------------------------------------------------------------------------------
def _open_run(by: User | None) -> PurgeRun:
    """The one that is under way, of another process too; else a new one."""
    running = PurgeRun.objects.filter(ended_at=None, by=by).order_by("-pk").first()
    return running or PurgeRun.objects.create(by=by)


def close_runs() -> int:
    """End the runs of which nothing is left to do; one that deleted nothing yet waits for the next night."""
    closed = 0
    for pk in list(PurgeRun.objects.filter(ended_at=None).values_list("pk", flat=True)):
        with transaction.atomic():
            run = PurgeRun.objects.select_for_update().get(pk=pk)
            stones = Tombstone.objects.filter(run=run)
            if run.ended_at or stones.filter(purged_at=None).exists() or not stones.exists():
                continue
            run.purged, run.ended_at = stones.count(), timezone.now()
            run.save(update_fields=["purged", "ended_at"])
            audit.record("purge_run.ended", run, by=run.by, detail={"purged": run.purged})
            closed += 1
    return closed
