"""From the office's settings to what an app asks for first: whose it is, which version it needs, whom to call."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.response import Response

from admin_module import configuration
from icp.environment import PUBLIC_URL

from . import etags, versions
from .endpoints import ApiRequest, endpoint


class EmergencySerializer(serializers.Serializer[Any]):
    """A number for emergencies and whose it is."""

    number = serializers.CharField()
    name = serializers.CharField()


class LinksSerializer(serializers.Serializer[Any]):
    """Pages that the law wants everybody to find."""

    privacy = serializers.URLField()
    accessibility = serializers.URLField()
    website = serializers.CharField()
    documentation = serializers.URLField()


class MunicipalitySerializer(serializers.Serializer[Any]):
    """The office as it introduces itself."""

    name = serializers.CharField()
    town = serializers.CharField()
    teryt = serializers.CharField()
    address = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()


class MetaSerializer(serializers.Serializer[Any]):
    """What an app asks for first; `min_client_version` is empty where every version will do."""

    municipality = MunicipalitySerializer()
    api_version = serializers.CharField()
    min_client_version = serializers.DictField(child=serializers.CharField())
    notice = serializers.CharField()
    vapid_public_key = serializers.CharField()
    links = LinksSerializer()
    emergency_numbers = EmergencySerializer(many=True)


@endpoint("GET", who="anyone", limit="public", gives={200: MetaSerializer}, summary=_("The office"))
def meta(request: ApiRequest) -> Response:
    """What an app asks for first: the office, the least version it takes, links and numbers."""
    office = configuration.read(configuration.Municipality)
    apps = configuration.read(configuration.ResidentApps)
    said = {
        "municipality": MunicipalitySerializer(office).data,
        "api_version": versions.API_VERSION,
        "min_client_version": versions.least_versions(),
        "notice": apps.notice,
        "vapid_public_key": configuration.channel_settings("push").get("vapid_public_key", ""),
        "links": {
            "privacy": f"{PUBLIC_URL}/prywatnosc/",
            "accessibility": f"{PUBLIC_URL}/dostepnosc/",
            "website": office.website,
            "documentation": f"{PUBLIC_URL}/api/v1/docs/",
        },
        "emergency_numbers": [
            {"number": number, "name": name} for number, name in apps.emergency_numbers()
        ],
    }
    return etags.answer(request, said, cache=etags.PUBLIC_SHORT)
