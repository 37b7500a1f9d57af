"""From a message that is due to one delivery for every person and channel, once.

The ids of one snapshot are stored first; then chunks of deliveries and the cursor move together, so
that running it twice, or after a kill, adds nothing and loses nobody.
"""

import zlib
from datetime import timedelta

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from messaging import sql
from messaging.budget import budgeting
from messaging.ledger import counting, epoch, escalating, finishing
from messaging.ledger.waking import wake, wake_drains
from messaging.models import Message
from messaging.steps import approving, follow_ups, planning, publishing
from messaging.texts.rendering import names_on
from messaging.texts.variants import texts_of
from recipients.filtering import audience

from . import device_hints, sharing

Ids = npt.NDArray[np.int64]
# People in one write transaction. SQLite has one writer at a time, so there it must stay short;
# PostgreSQL lists 55 000 people a second in large chunks and 33 000 in small ones.
CHUNK = {"postgresql": 10_000, "sqlite": 2_000}
# The list may differ this much from what the check page promised before somebody is asked.
TOLERANCE, TOLERANCE_AT_LEAST = 0.05, 10
STAYS_DUE = timedelta(minutes=1)
LATE, COUNT_DIFFERS, SMS_LIMIT = "late", "count_differs", "sms_limit"


def expand(message_id: int) -> None:
    """Take a due message to `sending`; harmless to call at any time, from anywhere."""
    start(message_id)
    resolve(message_id)
    ids = stored(message_id)
    while insert_chunk(message_id, ids):
        pass


def start(message_id: int) -> bool:
    """scheduled → expanding, when it is due and not too late; raises the restore guard's number."""
    now = timezone.now()
    with transaction.atomic():
        message = _locked(message_id, Message.Status.SCHEDULED)
        if message is None or (message.due_at or now) > now or message.problem == epoch.RESTORED:
            return False
        if _waits_for_another(message):
            return False
        problem = _too_late(message)
        if problem:
            message.status = Message.Status.EXPIRED
            message.problem, message.finished_at = problem, now
            message.save(update_fields=["status", "problem", "finished_at"])
            audit.record("message.expired", message, by=None, detail={"problem": problem})
            return False
        if not approving.still_holds(message):
            planning.void(message)
            return False
        try:
            epoch.raise_both()
        except epoch.Restored:
            message.problem = epoch.RESTORED
            message.save(update_fields=["problem"])
            return False
        message.status, message.problem = Message.Status.EXPANDING, ""
        message.save(update_fields=["status", "problem"])
    return True


def _waits_for_another(message: Message) -> bool:
    """Whom a correction or a call-off is for is known when what it follows has stopped moving. Until
    then it stays due: waiting is no being late."""
    if message.follows_id is None or follow_ups.hinders(message) is None:
        return False
    now = timezone.now()
    if message.due_at and message.due_at + STAYS_DUE < now:
        message.due_at = now
        message.save(update_fields=["due_at"])
    return True


def _too_late(message: Message) -> str:
    now = timezone.now()
    if message.expires_at and message.expires_at <= now:
        return "expired"
    limit = timedelta(seconds=settings.LATEST_START_SECONDS)
    return LATE if message.due_at and message.due_at + limit < now else ""


def resolve(message_id: int) -> None:
    """Store who is meant, once; a count far from the expected one stops and asks."""
    with transaction.atomic():
        message = _locked(message_id, Message.Status.EXPANDING)
        if message is None or message.people is not None:
            return
        message.people = pack(ids := _meant(message))
        message.people_count = len(ids)
        if message.follows_id is None and _far(len(ids), message.expected_count):
            message.problem = COUNT_DIFFERS
            detail: dict[str, object] = {"expected": message.expected_count, "found": len(ids)}
            audit.record("message.asks", message, by=None, detail=detail)
        message.save(update_fields=["people", "people_count", "problem"])


def _meant(message: Message) -> Ids:
    if message.follows_id is not None:
        return follow_ups.reached(message)
    ids: Ids = audience.resolve(audience.parse(message.audience.filter))
    return ids


def _far(found: int, expected: int) -> bool:
    allowed = max(TOLERANCE_AT_LEAST, int(expected * TOLERANCE))
    return bool(expected) and abs(found - expected) > allowed


def insert_chunk(message_id: int, everybody: Ids | None) -> bool:
    """Insert the next deliveries with the cursor; true while there are more.

    `everybody` are the stored ids, which never change: opened once for all chunks.
    """
    if everybody is None:
        return False
    with transaction.atomic():
        message = _locked(message_id, Message.Status.EXPANDING)
        if message is None or message.problem:
            return False
        ids = everybody[message.cursor : message.cursor + CHUNK[connection.vendor]].tolist()
        if ids and not _insert_within_limit(message, ids):
            return False
        if not message.cursor:
            message.begun_at = timezone.now()
            publishing.publish(message)
            publishing.put_right(message, follow_ups.earlier(message))
            device_hints.begin(message)
            # Whoever is on the list already need not wait for its end.
            wake_drains(message.chosen_channels, message.lane)
        message.cursor += len(ids)
        more = message.cursor < message.people_count
        if not more:
            message.status = Message.Status.SENDING
        message.save(update_fields=["cursor", "status", "escalates_at", "begun_at"])
    if not more:
        finishing.finish([message_id])
    return more


class _OverLimit(Exception):
    """These people would take more SMS parts than somebody allowed."""


def _insert_within_limit(message: Message, ids: list[int]) -> bool:
    """Insert these people's deliveries, or none of them and ask: what is listed never costs more
    SMS parts than the message's own limit."""
    try:
        with transaction.atomic():
            _insert(message, ids)
            limit, needed = budgeting.limit_of(message), budgeting.listed_parts(message)
            if limit is not None and needed > limit:
                raise _OverLimit
    except _OverLimit:
        message.problem = SMS_LIMIT
        message.save(update_fields=["problem"])
        detail: dict[str, object] = {"problem": SMS_LIMIT, "limit": limit, "needed": needed}
        audit.record("message.asks", message, by=None, detail=detail)
        return False
    return True


def _insert(message: Message, ids: list[int]) -> None:
    kinds = message.chosen_channels
    if message.follows_id is not None:
        rows = follow_ups.expand(message, ids)
        follow_ups.note(message, ids)
    else:
        params = follow_ups.expansion_of(message, ids)
        rows = sql.run("expand", params | {"message": message.pk, "lane": message.lane})
    for channel, state, number in rows:
        counting.add({(message.pk, channel, state): number})
    escalating.postpone(message, ids)
    for channel in kinds:
        # Two people who share an address and would read the same get it once; an app is one person's.
        if channel != "push" and not _is_personal(message, channel):
            params = {"message": message.pk, "channel": channel, "ids": ids}
            shared = sql.run("same_address", params)
            counting.moved((message.pk, channel, "queued", "suppressed") for _row in shared)
            sharing.part_by_language(message, channel, {pk for (pk,) in shared})
    escalating.hasten_shared(message, ids)


def _is_personal(message: Message, channel: str) -> bool:
    return any(names_on(text, channel) for _language, text in texts_of(message))


def confirm_count(message: Message, *, by: User) -> None:
    """Staff looked at the count that differs: go on with it."""
    with transaction.atomic():
        held = _locked(message.pk, Message.Status.EXPANDING)
        if held is None or held.problem != COUNT_DIFFERS:
            return
        held.expected_count, held.problem = held.people_count, ""
        held.save(update_fields=["expected_count", "problem"])
        audit.record("message.count_confirmed", held, by=by, detail={"count": held.people_count})
        wake("expand", held.pk, lane=held.lane)


def lift_limit(message: Message, *, by: User) -> None:
    """Staff looked at what it costs: list the rest, too."""
    with transaction.atomic():
        held = _locked(message.pk, Message.Status.EXPANDING)
        if held is None or held.problem != SMS_LIMIT:
            return
        detail: dict[str, object] = {"limit": held.sms_limit}
        held.sms_limit, held.problem = None, ""
        held.save(update_fields=["sms_limit", "problem"])
        audit.record("message.limit_lifted", held, by=by, detail=detail)
        wake("expand", held.pk, lane=held.lane)


def pack(ids: Ids) -> bytes:
    """Sorted ids as their differences, compressed: a town of a million takes about a megabyte."""
    return zlib.compress(np.diff(ids, prepend=0).astype("<i8").tobytes(), 6)


def unpack(packed: bytes) -> Ids:
    ids: Ids = np.cumsum(np.frombuffer(zlib.decompress(packed), "<i8"))
    return ids


def stored(message_id: int) -> Ids | None:
    message = Message.objects.filter(pk=message_id, status=Message.Status.EXPANDING).first()
    return None if message is None or message.people is None else unpack(message.people)


def _locked(message_id: int, status: str) -> Message | None:
    # no_key: deliveries that are being inserted may still refer to the row.
    held = Message.objects.select_for_update(no_key=True, of=("self",)).select_related("topic")
    held = held.defer("people")
    return held.filter(pk=message_id, status=status).first()
