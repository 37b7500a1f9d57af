"""From the office's topics and districts to what a device may choose among; the same for everybody."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.response import Response

from consents.models import Topic
from icp.api import etags
from icp.api.endpoints import ApiRequest, endpoint
from recipients.models import CONTACT_KINDS, District


class TopicSerializer(serializers.Serializer[Any]):
    """What messages are about. A mandatory one comes to everybody by law, whatever a device wants."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    mandatory = serializers.BooleanField()
    legal_basis = serializers.CharField(allow_blank=True)
    unit = serializers.CharField(allow_null=True)
    channels = serializers.ListField(child=serializers.ChoiceField(CONTACT_KINDS))


class TopicsSerializer(serializers.Serializer[Any]):
    """All of them; `cursor` is null."""

    items = TopicSerializer(many=True)
    cursor = serializers.CharField(allow_null=True)


class AreaSerializer(serializers.Serializer[Any]):
    """A district of the municipality."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class AreasSerializer(serializers.Serializer[Any]):
    """All of them; `cursor` is null."""

    items = AreaSerializer(many=True)
    cursor = serializers.CharField(allow_null=True)


@endpoint("GET", who="anyone", limit="public", gives={200: TopicsSerializer}, summary=_("Topics"))
def topic_list(request: ApiRequest) -> Response:
    """What messages are about; a municipal unit's own topics name the unit."""
    topics = Topic.objects.open().select_related("unit")
    items = [
        {
            "id": topic.pk,
            "name": topic.name,
            "description": topic.description,
            "mandatory": topic.mandatory,
            "legal_basis": topic.legal_basis,
            "unit": topic.unit.name if topic.unit else None,
            "channels": [kind for kind in CONTACT_KINDS if topic.offers(kind)],
        }
        for topic in topics
    ]
    return etags.answer(request, {"items": items, "cursor": None}, cache=etags.PUBLIC_SHORT)


@endpoint("GET", who="anyone", limit="public", gives={200: AreasSerializer}, summary=_("Areas"))
def area_list(request: ApiRequest) -> Response:
    """The districts of the municipality, by which a device may choose what it wants to hear of."""
    items = list(District.objects.values("id", "name"))
    return etags.answer(request, {"items": items, "cursor": None}, cache=etags.PUBLIC_SHORT)
