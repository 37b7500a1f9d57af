"""The shapes in which an account, its devices and its consents are described to their person."""

from typing import Any

from rest_framework import serializers

from consents.models import Topic
from recipients.contacts import permissions
from recipients.models import CONTACT_KINDS, Device, Language, Recipient, RightsRequest

from .device_shapes import PushSerializer, moment

SHOWN_OF_PHONE = 3


class RequestSerializer(serializers.Serializer[Any]):
    """What the person asked the office to do, and by which day the office answers (GDPR art. 12)."""

    kind = serializers.ChoiceField(RightsRequest.Kind.choices)
    received_at = serializers.DateTimeField()
    due_on = serializers.DateField()


class AccountSerializer(serializers.Serializer[Any]):
    """Whose device this is. `state` restricted: the office checks something, nothing new is sent;
    suspended: the person wanted to be left alone, `until` a day where they named one."""

    id = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    state = serializers.ChoiceField(Recipient.State.choices)
    until = serializers.DateField(allow_null=True)
    language = serializers.ChoiceField(Language.choices)
    devices = serializers.IntegerField()
    requests = RequestSerializer(many=True)


class AccountWishesSerializer(serializers.Serializer[Any]):
    """What a person may say of themselves in the app."""

    language = serializers.ChoiceField(Language.choices)


class OwnDeviceSerializer(serializers.Serializer[Any]):
    """One of the person's devices; `this`: the one that asks."""

    id = serializers.UUIDField()
    this = serializers.BooleanField()
    platform = serializers.ChoiceField(Device.Platform.choices)
    client_version = serializers.CharField(allow_blank=True)
    paired_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField()
    push = PushSerializer(allow_null=True)


class OwnDevicesSerializer(serializers.Serializer[Any]):
    """All of them; `cursor` is null."""

    items = OwnDeviceSerializer(many=True)
    cursor = serializers.CharField(allow_null=True)


class WaySerializer(serializers.Serializer[Any]):
    """One way to the person; `hint` is enough to recognise it by."""

    channel = serializers.ChoiceField(CONTACT_KINDS)
    hint = serializers.CharField(allow_blank=True)
    confirmed = serializers.BooleanField()


class ConsentStateSerializer(serializers.Serializer[Any]):
    """One topic: by which channels the person agreed, and by which people may agree at all."""

    topic = serializers.IntegerField()
    name = serializers.CharField()
    mandatory = serializers.BooleanField()
    agreed = serializers.ListField(child=serializers.ChoiceField(CONTACT_KINDS))
    offered = serializers.ListField(child=serializers.ChoiceField(CONTACT_KINDS))


class ChannelsSerializer(serializers.Serializer[Any]):
    """`how_to_agree`: a yes needs a signature, so the app cannot take one; a no needs nothing."""

    channels = WaySerializer(many=True)
    consents = ConsentStateSerializer(many=True)
    how_to_agree = serializers.CharField()


class ConsentSerializer(serializers.Serializer[Any]):
    """One topic by one channel."""

    topic = serializers.IntegerField(min_value=1)
    channel = serializers.ChoiceField(CONTACT_KINDS)


class DecidedSerializer(ConsentSerializer):
    """What holds now; a withdrawal can be undone until `undo_until`."""

    agreed = serializers.BooleanField()
    undo_until = serializers.DateTimeField(allow_null=True)


class SuspensionSerializer(serializers.Serializer[Any]):
    """Until the day before `until`; without one until the person comes back."""

    until = serializers.DateField(required=False, allow_null=True)


class ErasureSerializer(serializers.Serializer[Any]):
    """`confirm` must be true: what is erased cannot be brought back."""

    confirm = serializers.BooleanField()


def account(person: Recipient) -> dict[str, Any]:
    """The members of AccountSerializer."""
    identity = person.identity
    return {
        "id": person.identifier,
        "first_name": identity.first_name if identity else "",
        "last_name": identity.last_name if identity else "",
        "state": person.state,
        "until": person.state_until.isoformat() if person.state_until else None,
        "language": person.reads,
        "devices": person.devices.count(),
        "requests": [asked(row) for row in RightsRequest.objects.open().filter(recipient=person)],
    }


def asked(row: RightsRequest) -> dict[str, Any]:
    """The members of RequestSerializer."""
    return {
        "kind": row.kind,
        "received_at": moment(row.received_at),
        "due_on": row.due_on.isoformat(),
    }


def own_device(row: Device, this: Device) -> dict[str, Any]:
    """The members of OwnDeviceSerializer."""
    push = {"kind": row.push_kind, "seen_at": moment(row.push_seen_at)} if row.push_kind else None
    return {
        "id": str(row.uid),
        "this": row.pk == this.pk,
        "platform": row.platform,
        "client_version": row.client_version,
        "paired_at": moment(row.paired_at),
        "last_used_at": moment(row.last_used_at),
        "push": push,
    }


def ways(person: Recipient) -> list[dict[str, Any]]:
    """WaySerializer for each contact point, in the order of channels."""
    points = sorted(person.contact_points.all(), key=lambda p: CONTACT_KINDS.index(p.kind))
    return [
        {
            "channel": point.kind,
            "hint": _hint(point.kind, point.value),
            "confirmed": point.verified_at is not None,
        }
        for point in points
    ]


def consents(person: Recipient) -> list[dict[str, Any]]:
    """ConsentStateSerializer for each topic that is open or was agreed to."""
    rows = [
        {
            "topic": topic.pk,
            "name": topic.name,
            "mandatory": topic.mandatory,
            "agreed": [k for k in CONTACT_KINDS if permissions.may(person.consents, topic.bit, k)],
            "offered": [k for k in CONTACT_KINDS if topic.offers(k)],
        }
        for topic in Topic.objects.all()
    ]
    return [row for row in rows if row["agreed"] or row["offered"]]


def _hint(kind: str, value: str) -> str:
    """j…@przyklad.example, …678, …/SkrytkaESP; nothing about the app."""
    if kind == "email":
        name, _, host = value.partition("@")
        return f"{name[:1]}…@{host}"
    if kind == "sms":
        return f"…{value[-SHOWN_OF_PHONE:]}"
    return f"…/{value.rpartition('/')[2]}" if kind == "epuap" else ""
