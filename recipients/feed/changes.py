"""From a change, in whatever order transactions commit, to a feed that loses and repeats none.

A row names what changed, for whom, and in which transaction. What a client has seen is a snapshot of
the database, not a number: rows of transactions that the snapshot does not see are news to it
(docs/decisions/0028). On SQLite, which has one writer, a number that grows does the same.
"""

import json
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from recipients.models import Change, ChangeStream, Device, Recipient

from . import change_sql

Data = dict[str, Any]  # as JSON can hold it
Kind = Literal["message", "report", "announcement"]
# What a device fetches of a kind: loader(device, uids) → what it may see of them, by uid. What is
# missing from the answer is gone for this device. Apps above add theirs in AppConfig.ready.
SOURCES: dict[str, Callable[[Device, Collection[uuid.UUID]], Mapping[uuid.UUID, Data]]] = {}
# A cursor may be so old; what was deleted is remembered for longer than the oldest one.
OLDEST_CURSOR = timedelta(days=60)
TOMBSTONES = timedelta(days=150)
# Whom the office doubts (§ 5.4) may not be who reads: their messages wait until the doubt is cleared.
READERS = (Recipient.State.PENDING, Recipient.State.ACTIVE, Recipient.State.SUSPENDED)
# A snapshot names every transaction under way. Of very many only the first is kept: then some changes
# are told twice, and none is lost.
LONGEST_SNAPSHOT = 700
ROW = 1
LAST = 2**63 - 1


class Expired(Exception):
    """The cursor is of another history, or too old: the client begins anew."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a client has read. `after`: it is in the middle of the changes up to `upto`."""

    stream: str
    base: str
    at: int  # seconds since 1970, when `upto` was taken
    upto: str = ""
    after: int = 0


@dataclass(frozen=True, slots=True)
class Noted:
    kind: str
    uid: uuid.UUID
    deleted: bool
    revision: int


@dataclass(frozen=True, slots=True)
class Page:
    changes: tuple[Noted, ...]
    cursor: Cursor
    more: bool


def note(
    kind: Kind,
    uids: Iterable[uuid.UUID],
    *,
    people: Collection[int] = (),
    devices: Collection[int] = (),
    everybody: bool = False,
    deleted: bool = False,
) -> None:
    """Note that these things changed for people and devices (by id) or for everybody.

    Runs in the transaction that changes them, at its end: rows stay locked until the commit.
    """
    things = sorted(set(uids), key=str)
    owners: tuple[tuple[str, Collection[int]], ...] = (
        ("person", sorted(set(people))),
        ("device", sorted(set(devices))),
        ("everybody", [0] if everybody else []),
    )
    with transaction.atomic():
        for owner, ids in owners:
            if things and ids:
                grow()
                _run(
                    change_sql.NOTE[connection.vendor][owner],
                    {"uids": things, "owners": ids, "kind": kind, "deleted": deleted},
                )


def person_of(device: Device) -> Recipient | None:
    """Whose news this device may read; None for nobody's, and while the person may not read."""
    person = device.recipient
    return person if person is not None and person.state in READERS else None


def cards_of(device: Device) -> "QuerySet[Recipient, int]":
    """The cards under which the person's messages may stand: theirs and those merged into it."""
    person = person_of(device)
    if person is None:
        return Recipient.objects.none().values_list("pk", flat=True)
    mine = Recipient.objects.filter(Q(pk=person.pk) | Q(merged_into=person.pk))
    return mine.values_list("pk", flat=True)


def grow() -> None:
    """Draw the next number, where numbers order the changes (SQLite); held until the commit."""
    if connection.vendor == "sqlite":
        rows = ChangeStream.objects.filter(pk=ROW)
        if not rows.update(last=F("last") + 1):
            ChangeStream.objects.create(pk=ROW, uid=uuid.uuid4(), last=change_sql.FROZEN + 1)


def join(stays: Recipient, goes: Recipient) -> None:
    """What is news to the card that goes is news to the person."""
    grow()
    _run(change_sql.JOIN[connection.vendor], {"stays": stays.pk, "goes": goes.pk})
    Change.objects.filter(recipient=goes).delete()


def forget_person(person: Recipient) -> None:
    Change.objects.filter(recipient=person).delete()


def forget_deleted() -> int:
    """Forget what was deleted so long ago that no cursor asks about it; returns how many."""
    done, _by_model = Change.objects.filter(
        deleted=True, changed_at__lt=timezone.now() - TOMBSTONES
    ).delete()
    return done


def begin_anew() -> None:
    """The database came from a backup: every client reads everything once more."""
    with transaction.atomic():
        ChangeStream.objects.update_or_create(pk=ROW, defaults={"uid": uuid.uuid4()})
        _run(change_sql.FREEZE[connection.vendor], {})


def read(cursor: Cursor | None, *, recipient: int | None, device: int | None, limit: int) -> Page:
    """Up to `limit` changes that the cursor has not seen, latest things first; raises Expired.

    None reads everything that stands. All pages of one round are of one snapshot.
    """
    seen = cursor or Cursor("", change_sql.NOTHING_SEEN[connection.vendor], 0)
    rows = _rows(seen, recipient, device, limit + 1)
    stream = uuid.UUID(str(rows[0][0])).hex
    now, upto, at = rows[0][1], _short(rows[0][2]), rows[0][3]
    if cursor is not None and _is_over(cursor, stream, now, at):
        raise Expired
    found = [row[4:] for row in rows if row[4] is not None]
    changes = tuple(
        Noted(kind, uuid.UUID(str(uid)), bool(deleted), int(revision))
        for _id, kind, uid, deleted, revision in found[:limit]
    )
    taken = seen.at if seen.upto else at
    if len(found) > limit:
        following = Cursor(stream, seen.base, taken, upto, found[limit - 1][0])
        return Page(changes, following, more=True)
    return Page(changes, Cursor(stream, upto, taken), more=False)


def _short(snapshot: str) -> str:
    first = snapshot.partition(":")[0]
    return snapshot if len(snapshot) <= LONGEST_SNAPSHOT else f"{first}:{first}:"


def _is_over(cursor: Cursor, stream: str, now: str, at: int) -> bool:
    """Of another history, of one that the database has forgotten, or too old to ask what went."""
    of_the_future = max(_end(cursor.base), _end(cursor.upto)) > _end(now)
    too_old = at - cursor.at > OLDEST_CURSOR.total_seconds()
    return cursor.stream != stream or of_the_future or too_old


def _end(snapshot: str) -> int:
    """The first transaction that a snapshot (xmin:xmax:…) cannot see; the number itself on SQLite."""
    parts = snapshot.split(":")
    return int(parts[min(1, len(parts) - 1)] or 0)


def _rows(seen: Cursor, recipient: int | None, device: int | None, limit: int) -> list[Any]:
    params = {
        "base": seen.base,
        "upto": seen.upto or None,
        "after": seen.after or LAST,
        "tombstones": seen.base != change_sql.NOTHING_SEEN[connection.vendor],
        "recipient": recipient,
        "device": device,
        "limit": limit,
    }
    rows = _run(change_sql.READ[connection.vendor], params)
    if not rows:
        ChangeStream.objects.get_or_create(pk=ROW, defaults={"uid": uuid.uuid4()})
        rows = _run(change_sql.READ[connection.vendor], params)
    return rows


def _run(statement: str, params: Mapping[str, Any]) -> list[Any]:
    if connection.vendor == "sqlite":
        params = {key: _plain(value) for key, value in params.items()}
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []


def _plain(value: object) -> object:
    if isinstance(value, list):
        return json.dumps([_plain(item) for item in value])
    return value.hex if isinstance(value, uuid.UUID) else value
