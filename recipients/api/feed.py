"""From how far a device has read to everything that changed since: the feed behind the app."""

from collections import defaultdict
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.response import Response

from icp.api import cursors
from icp.api.endpoints import ApiRequest, endpoint
from icp.api.problems import Problem
from recipients.feed import changes
from recipients.feed.changes import Cursor, Data, Expired, Noted
from recipients.models import Device

CURSOR = "sync"
MOST = 200
UPSERT, DELETE = "upsert", "delete"


class AskedSerializer(serializers.Serializer[Any]):
    """Without a cursor: everything that stands."""

    cursor = cursors.CursorField()
    limit = serializers.IntegerField(required=False, default=100, min_value=1, max_value=MOST)


class ChangeSerializer(serializers.Serializer[Any]):
    """One thing anew. `kind`: message, announcement or report; leave out those you do not know. `data` has the
    shape of /messages/{id}, /alerts/{id} or /reports/{id}; null where `op` is delete."""

    kind = serializers.CharField()
    id = serializers.UUIDField()
    op = serializers.ChoiceField([UPSERT, DELETE])
    rev = serializers.IntegerField()
    data = serializers.DictField(allow_null=True)  # type: ignore[assignment]


class FeedSerializer(serializers.Serializer[Any]):
    """Keep the cursor and the changes together; ask again at once while `has_more`."""

    changes = ChangeSerializer(many=True)
    cursor = serializers.CharField()
    has_more = serializers.BooleanField()


@endpoint(
    "GET",
    who="device",
    limit="read",
    asks=AskedSerializer,
    gives={200: FeedSerializer},
    refuses=("cursor-invalid", "cursor-expired"),
    summary=_("What changed since"),
)
def sync(request: ApiRequest) -> Response:
    """Everything that changed for this device since the cursor, in no order. 410: begin again without one."""
    device, asked = request.device, request.asked
    scope = scope_of(device)
    person = changes.person_of(device)
    try:
        page = changes.read(
            _cursor(asked.get("cursor"), scope),
            recipient=person.pk if person else None,
            device=device.pk,
            limit=asked["limit"],
        )
    except Expired:
        raise Problem("cursor-expired") from None
    said = {
        "changes": fetched(device, page.changes),
        "cursor": cursors.make(CURSOR, asdict(page.cursor) | {"scope": scope}),
        "has_more": page.more,
    }
    return Response(said, headers={"Cache-Control": "no-store"})


def scope_of(device: Device) -> str:
    """Whose changes a cursor is about: another person's device, or none's, begins anew."""
    person = changes.person_of(device)
    return f"{device.pk}:{person.pk if person else 0}"


def _cursor(text: str | None, scope: str) -> Cursor | None:
    if text is None:
        return None
    known = cursors.read(CURSOR, text)
    if known.pop("scope") != scope:
        raise Problem("cursor-expired")
    return Cursor(**known)


def fetched(device: Device, noted: tuple[Noted, ...]) -> list[Data]:
    """Each change with what it is about as it is now; what is not there any more is deleted."""
    wanted: dict[str, list[UUID]] = defaultdict(list)
    for one in noted:
        if not one.deleted:
            wanted[one.kind].append(one.uid)
    found = {
        kind: changes.SOURCES[kind](device, uids)
        for kind, uids in wanted.items()
        if kind in changes.SOURCES
    }
    return [
        _told(one, found.get(one.kind, {}).get(one.uid))
        for one in noted
        if one.deleted or one.kind in changes.SOURCES
    ]


def _told(one: Noted, data: Data | None) -> Data:
    op = UPSERT if data is not None and not one.deleted else DELETE
    return {"kind": one.kind, "id": one.uid, "op": op, "rev": one.revision, "data": data}
