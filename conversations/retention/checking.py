"""From every promise of § 6 to the ids of what breaks it: nothing too long, nothing lost, nothing brought back.

Asked after every purge, by `manage.py retention_audit`, and by whoever presses the button; a finding names
random numbers only.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conversations.models import (
    Conversation,
    PurgeRun,
    PurgeState,
    Recording,
    RetentionCheck,
    RetentionHold,
    SourceDisposal,
)
from icp.encryption import files
from icp.encryption.erasing import journal_path, read_journal
from icp.encryption.models import DataKey

from . import leftovers

# The purge comes once a day, and what begins in its minutes waits for the next.
GRACE = timedelta(hours=30)
STUCK = timedelta(hours=30)  # between the key and the last row
SOURCE = timedelta(days=7)  # until a source has confirmed
REVIEW = timedelta(days=31)  # past the day of a hold's review
KEEP = timedelta(days=400)  # what was found, for the supervision of a year
NAMED = 100  # of each kind in an answer
CHUNK = 500
Found = dict[str, list[str]]
GONE = (PurgeState.PURGING, PurgeState.PURGED)


def overdue() -> Iterator[object]:
    now = timezone.now()
    return _ids(Conversation.objects.due(now - GRACE))


def stuck() -> Iterator[object]:
    since = timezone.now() - STUCK
    return _ids(
        Conversation.objects.filter(
            purge_state=PurgeState.PURGING, tombstone__key_destroyed_at__lt=since
        )
    )


def key_left() -> Iterator[object]:
    """A key that should be gone: of what was deleted, or named in the journal of erasures."""
    yield from _ids(Conversation.objects.filter(purge_state__in=GONE).keyless(False))
    kept = Conversation.objects.filter(purge_state=PurgeState.KEPT)
    for part in _parts(_erased()):
        keys = DataKey.objects.filter(uid__in=part).values("uid")
        yield from _ids(kept.filter(uid__in=keys))


def key_lost() -> Iterator[object]:
    """Kept, and unreadable: a restore without the keys, or one after which nothing was purged yet."""
    return _ids(Conversation.objects.filter(purge_state=PurgeState.KEPT).keyless())


def no_tombstone() -> Iterator[object]:
    gone = Conversation.objects.filter(purge_state__in=GONE, tombstone__isnull=True)
    half = Conversation.objects.filter(
        purge_state=PurgeState.PURGED, tombstone__purged_at__isnull=True, tombstone__isnull=False
    )
    yield from _ids(gone)
    yield from _ids(half)


def rows_left() -> Iterator[object]:
    return iter(sorted(leftovers.left(Conversation.objects.filter(purge_state=PurgeState.PURGED))))


def file_missing() -> Iterator[object]:
    kept = Recording.objects.filter(conversation__purge_state=PurgeState.KEPT)
    for pk, uid in kept.order_by("pk").values_list("pk", "uid").iterator(chunk_size=CHUNK):
        if not files.path_of(uid).exists():
            yield pk


def file_orphaned() -> Iterator[object]:
    """Sealed files without a row, older than any that is being written."""
    return (uid for uid in files.orphans(time.time() - files.ORPHAN_SECONDS))


def source_left() -> Iterator[object]:
    since = timezone.now() - SOURCE
    return _ids(SourceDisposal.objects.filter(done_at=None, due_at__lt=since))


def protocol_missing() -> Iterator[object]:
    since = timezone.now() - STUCK
    return _ids(PurgeRun.objects.filter(ended_at__lt=since, protocol=None))


def hold_unreviewed() -> Iterator[object]:
    day = timezone.localdate() - REVIEW
    late = Q(review_on__lt=day) | Q(release_on__lt=timezone.localdate() - timedelta(days=2))
    return _ids(RetentionHold.objects.filter(late, released_at=None))


CHECKS: dict[str, tuple[str | Promise, Callable[[], Iterator[object]]]] = {
    "overdue": (_("conversations past their time, without a hold"), overdue),
    "stuck": (_("conversations whose deletion stands still"), stuck),
    "key_left": (_("deleted conversations whose key is there"), key_left),
    "key_lost": (_("kept conversations whose key is gone"), key_lost),
    "no_tombstone": (_("deleted conversations without a tombstone"), no_tombstone),
    "rows_left": (_("deleted conversations of which something is left"), rows_left),
    "file_missing": (_("recordings whose file is missing"), file_missing),
    "file_orphaned": (_("sealed files that belong to nothing"), file_orphaned),
    "source_left": (_("recordings that their source did not delete in a week"), source_left),
    "protocol_missing": (_("deletions without a protocol"), protocol_missing),
    "hold_unreviewed": (_("holds that nobody reviewed for a month past the day"), hold_unreviewed),
}


def look() -> Found:
    """What is wrong, by code, up to NAMED ids of each; empty: nothing is. Only reads."""
    found = {code: _named(ask()) for code, (_words, ask) in CHECKS.items()}
    return {code: ids for code, ids in found.items() if ids}


def check() -> RetentionCheck:
    """Look, and keep what was found, for the tile and the supervision."""
    found = look()
    now = timezone.now()
    RetentionCheck.objects.filter(at__lt=now - KEEP).delete()
    return RetentionCheck.objects.create(
        at=now, problems={code: len(ids) for code, ids in found.items()}
    )


def newest() -> RetentionCheck | None:
    return RetentionCheck.objects.order_by("-at", "-pk").first()


def words(problems: Iterable[str]) -> list[str]:
    return [str(CHECKS[code][0]) for code in problems if code in CHECKS]


def _erased() -> set[UUID]:
    path = journal_path()
    if not path.exists():
        return set()
    return read_journal(path.read_text(encoding="utf-8").splitlines())[0]


def _parts(uids: set[UUID]) -> Iterator[list[UUID]]:
    ordered = sorted(uids)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def _ids(rows: QuerySet[Any]) -> Iterator[object]:
    return iter(rows.order_by("pk").values_list("pk", flat=True)[: NAMED + 1])


def _named(ids: Iterator[object]) -> list[str]:
    return [str(one) for one, _place in zip(ids, range(NAMED), strict=False)]
