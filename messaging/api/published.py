"""From anybody to what the office tells everybody: alerts and announcements."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from icp.api import cursors, etags
from icp.api.endpoints import ApiRequest, endpoint
from icp.api.problems import Problem
from messaging.public import bulletin

from .shapes import (
    AlertsAskedSerializer,
    PageSerializer,
    PublicListSerializer,
    PublicSerializer,
    public_data,
)

CURSOR = "announcements"


@endpoint(
    "GET",
    who="anyone",
    limit="public",
    asks=AlertsAskedSerializer,
    gives={200: PublicListSerializer},
    summary=_("Alarms and warnings"),
)
def alert_list(request: ApiRequest) -> Response:
    """Alarms and warnings that go on or ended in the past 30 days. `active=1`: only those that go on; `area`
    and `bbox`: those for a place, and those for the whole town."""
    asked = request.asked
    active = {"1": True, "0": False}.get(asked.get("active", ""))
    found = bulletin.alerts(active=active, area=asked.get("area"), box=asked.get("bbox"))
    said = {"items": list(map(public_data, found)), "cursor": None}
    return etags.answer(request, said, cache=etags.PUBLIC_SHORT)


@endpoint(
    "GET",
    who="anyone",
    limit="public",
    gives={200: PublicSerializer},
    refuses=("not-found",),
    summary=_("One alarm or warning"),
)
def alert_detail(request: ApiRequest, uid: UUID) -> Response:
    """One alarm or warning, also when it was called off or is long over."""
    return _one(request, uid, alert=True)


@endpoint(
    "GET",
    who="anyone",
    limit="public",
    asks=PageSerializer,
    gives={200: PublicListSerializer},
    refuses=("cursor-invalid",),
    summary=_("Announcements"),
)
def announcement_list(request: ApiRequest) -> Response:
    """What the office tells everybody and is neither an alarm nor a warning, the latest first."""
    limit, before = request.asked["limit"], None
    if text := request.asked.get("cursor"):
        known = cursors.read(CURSOR, text)
        before = datetime.fromisoformat(known["at"]), known["key"]
    found = bulletin.announcements(before=before, limit=limit + 1)
    cursor = None
    if len(found) > limit:
        last = found[limit - 1]
        at = last.published_at.isoformat() if last.published_at else ""
        cursor = cursors.make(CURSOR, {"at": at, "key": last.pk})
    items = list(map(public_data, bulletin.items(found[:limit])))
    said = {"items": items, "cursor": cursor}
    return etags.answer(request, said, cache=etags.PUBLIC_SHORT)


@endpoint(
    "GET",
    who="anyone",
    limit="public",
    gives={200: PublicSerializer},
    refuses=("not-found",),
    summary=_("One announcement"),
)
def announcement_detail(request: ApiRequest, uid: UUID) -> Response:
    """One announcement; one that was withdrawn is not found."""
    return _one(request, uid, alert=False)


def _one(request: ApiRequest, uid: UUID, *, alert: bool) -> Response:
    item = bulletin.one(uid, alert=alert)
    if item is None:
        raise Problem("not-found")
    return etags.answer(request, public_data(item), cache=etags.PUBLIC_SHORT)
