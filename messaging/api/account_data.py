"""From a person at their own device to the copy of everything that is held about them (GDPR art. 15 and 20)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.response import Response

from icp.api.endpoints import ApiRequest, endpoint
from icp.api.problems import Problem
from messaging.about_person import making
from recipients.models import RightsRequest
from recipients.people import moves

APP = RightsRequest.How.APP


class CopySerializer(serializers.Serializer[Any]):
    """`icp-copy-of-data/1`: docs/copy-of-data.md names every part."""

    schema = serializers.CharField()
    made_at = serializers.DateTimeField()
    controller = serializers.DictField()
    person = serializers.DictField()
    address = serializers.DictField()
    guardian = serializers.DictField()
    contacts = serializers.ListField(child=serializers.DictField())
    devices = serializers.ListField(child=serializers.DictField())
    groups = serializers.ListField(child=serializers.CharField())
    consents = serializers.DictField()
    forms = serializers.ListField(child=serializers.DictField())
    messages = serializers.ListField(child=serializers.DictField())
    codes = serializers.ListField(child=serializers.DictField())
    requests = serializers.ListField(child=serializers.DictField())
    epuap_documents = serializers.ListField(child=serializers.DictField())
    readings = serializers.ListField(child=serializers.DictField())


@endpoint(
    "POST",
    who="paired",
    limit="data",
    gives={200: CopySerializer},
    refuses=("account-state",),
    summary=_("A copy of everything that is held about the person"),
    tag="me",
)
def data_export(request: ApiRequest) -> Response:
    """The document for programs; the office gives the same to be read, as a PDF."""
    person = request.device.recipient
    if person is None:
        raise Problem("not-paired")
    try:
        document = making.hand_over(person, how=APP)
    except moves.CannotMove:
        raise Problem("account-state") from None
    return Response(document, headers={"Cache-Control": "no-store"})
