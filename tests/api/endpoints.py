"""Endpoints that do nothing but keep to what every endpoint keeps to; an URLconf for tests."""

from datetime import UTC, datetime
from typing import Any

from django.urls import path
from rest_framework import serializers
from rest_framework.response import Response

from icp.api import etags
from icp.api.endpoints import ApiRequest, endpoint, together
from icp.api.problems import Problem
from icp.api.versions import Retiring
from icp.urls import handler400, handler403, handler404, handler500
from icp.urls import urlpatterns as every
from recipients.models import District

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
# What an endpoint does in the middle of its work: a test may put something else here.
MEANWHILE = [lambda: None]


class PlaceSerializer(serializers.Serializer[Any]):
    """A district to make."""

    name = serializers.CharField(max_length=40)
    houses = serializers.ListField(child=serializers.IntegerField(), required=False)
    wanted = serializers.BooleanField(required=False)
    nested = serializers.DictField(required=False)


class PageSerializer(serializers.Serializer[Any]):
    """What part of a list."""

    limit = serializers.IntegerField(min_value=1, max_value=50, required=False)


@endpoint(
    "POST", who="device", takes=PlaceSerializer, gives={201: PlaceSerializer}, idempotent=True
)
def place_new(request: ApiRequest) -> Response:
    """Makes a district and says its name."""
    made = District.objects.create(name=request.taken["name"])
    MEANWHILE[0]()
    if made.name == "nie":
        raise Problem("conflict")
    if made.name == "wcale":
        raise ValueError("48031512349")
    return Response({"name": made.name, "id": made.pk}, 201, headers={"Location": f"/{made.pk}"})


@endpoint("GET", who="anyone", limit="public", asks=PageSerializer)
def place_list(request: ApiRequest) -> Response:
    """The same for everybody."""
    return etags.answer(request, {"items": [], "cursor": None}, cache=etags.PUBLIC_SHORT)


@endpoint("GET", who="paired", limit="write")
def secret(request: ApiRequest) -> Response:
    """For paired devices."""
    return etags.answer(request, {"of": request.device.recipient_id})


@endpoint(
    "GET",
    who="anyone",
    retiring=Retiring(
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
        "https://icp.example/nowe",
    ),
)
def old(request: ApiRequest) -> Response:
    """Will go."""
    return Response({})


urlpatterns = [
    path("api/v1/places", together(place_new, place_list), name="places"),
    path("api/v1/secret", secret, name="secret"),
    path("api/v1/old", old, name="old"),
    *every,
]
