"""From a map or a place to the reports that everybody may see: rounded, moderated, without anybody's name."""

import math
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.response import Response

from icp.api import etags
from icp.api.endpoints import ApiRequest, endpoint
from icp.environment import PUBLIC_URL
from messaging.models import Message
from reports.models import Report, ReportCategory, State
from reports.showing import public
from reports.showing.showing import moment

from .categories import spoken
from .shapes import NamedCategorySerializer

TAG = "reports"
# Kept by caches, and asked about each time: what the office hides is gone at once.
CACHE = "public, no-cache"
SIDES = 4


class BboxField(serializers.CharField):
    """West, south, east and north in degrees, as in RFC 7946, section 5."""

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError:
            raise serializers.ValidationError(
                _("Give west, south, east and north in degrees, parted by commas."), code="bbox"
            ) from None
        right = -180 <= west <= east <= 180 and -90 <= south <= north <= 90  # noqa: PLR2004
        if not right or not all(map(math.isfinite, (west, south, east, north))):
            raise serializers.ValidationError(
                _("West lies left of east, south below north."), code="bbox"
            )
        return south, north, west, east


class AskedMapSerializer(serializers.Serializer[Any]):
    """`bbox`: west,south,east,north; `since`: reported at that moment or later."""

    bbox = BboxField(max_length=120)
    since = serializers.DateTimeField(required=False)


class AskedNearbySerializer(serializers.Serializer[Any]):
    """`category`: a code of GET /categories; `radius`: metres."""

    lat = serializers.FloatField(min_value=-90, max_value=90)
    lon = serializers.FloatField(min_value=-180, max_value=180)
    category = serializers.CharField(max_length=40, required=False)
    radius = serializers.IntegerField(
        min_value=10, max_value=public.FAREST_M, required=False, default=public.NEAR_M
    )


class PointSerializer(serializers.Serializer[Any]):
    """One report on a map; the place is rounded to about 50 metres. `open`: somebody still works on it."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    state = serializers.ChoiceField(State.choices)
    state_label = serializers.CharField()
    open = serializers.BooleanField()
    category = NamedCategorySerializer()
    lat = serializers.FloatField()
    lon = serializers.FloatField()
    created_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    url = serializers.URLField()


class PointsSerializer(serializers.Serializer[Any]):
    """At most 500, the newest first; where `more` is true, ask for a smaller part of the map."""

    items = PointSerializer(many=True)
    cursor = serializers.CharField(allow_null=True)
    more = serializers.BooleanField()


class NearSerializer(PointSerializer):
    """`description` and `photos` as the office let them out; follow it by PUT /reports/{id}/follow."""

    metres = serializers.IntegerField()
    description = serializers.CharField(allow_blank=True)
    photos = serializers.ListField(child=serializers.URLField())


class NoticeSerializer(serializers.Serializer[Any]):
    """What the office has published about the like reports around; read it by GET /announcements/{id}."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    text = serializers.CharField()


class NearbySerializer(serializers.Serializer[Any]):
    """Show these before somebody reports the same: following one is as good as reporting it."""

    items = NearSerializer(many=True)
    cursor = serializers.CharField(allow_null=True)
    notices = NoticeSerializer(many=True)


@endpoint(
    "GET",
    who="anyone",
    limit="public",
    asks=AskedMapSerializer,
    gives={200: PointsSerializer},
    summary=_("Reports on the map"),
    tag=TAG,
)
def map_reports(request: ApiRequest) -> Response:
    """What the office let out, for a part of the map."""
    rows = public.within(request.asked["bbox"], request.asked.get("since"))
    found = list(rows[: public.MOST_POINTS + 1])
    language = spoken(request)
    items = [_point(row, language) for row in found[: public.MOST_POINTS]]
    said = {"items": items, "cursor": None, "more": len(found) > public.MOST_POINTS}
    return etags.answer(request, said, cache=CACHE)


@endpoint(
    "GET",
    who="anyone",
    limit="public",
    asks=AskedNearbySerializer,
    gives={200: NearbySerializer},
    summary=_("Open reports near a place"),
    tag=TAG,
)
def reports_nearby(request: ApiRequest) -> Response:
    """For whoever is about to report: perhaps somebody did already, or the office knows of it."""
    asked, language = request.asked, spoken(request)
    lat, lon = asked["lat"], asked["lon"]
    code = asked.get("category")
    category = ReportCategory.objects.filter(code=code).first() if code else None
    found = (
        []
        if code and category is None
        else public.nearby(lat, lon, category=category, radius_m=asked["radius"])
    )
    said = {
        "items": [_near(one, language) for one in found],
        "cursor": None,
        "notices": [_notice(message) for message in public.notices(category, lat, lon)],
    }
    return etags.answer(request, said, cache=CACHE)


def _point(row: Report, language: str) -> dict[str, Any]:
    category = row.category
    return {
        "id": str(row.uid),
        "number": row.number,
        "state": row.state,
        "state_label": str(State(row.state).label),
        "open": row.is_open,
        "category": {
            "code": category.code,
            "name": category.said(category.name, language),
            "group": category.said(category.group, language),
        },
        "lat": row.lat,
        "lon": row.lon,
        "created_at": moment(row.created_at),
        "closed_at": moment(row.closed_at),
        "url": f"{PUBLIC_URL}/zgloszenia/publiczne/{row.uid}/",
    }


def _near(one: public.Near, language: str) -> dict[str, Any]:
    pictures = getattr(one.report, "pictures", [])
    return _point(one.report, language) | {
        "metres": one.metres,
        "description": one.report.public_text or "",
        "photos": [f"{PUBLIC_URL}/zgloszenia/publiczne/zdjecia/{photo.uid}/" for photo in pictures],
    }


def _notice(message: Message) -> dict[str, Any]:
    return {"id": str(message.uid), "title": message.text.title, "text": message.text.short}
