"""The shapes in which a device is described, and in which it describes itself."""

from datetime import UTC
from typing import Any

from rest_framework import serializers

from recipients.models import Device

MOST_WANTED = 500
MOST_LETTERS_OF_CODE = 40
ADDRESS_LETTERS = 254
LATITUDE, LONGITUDE = 90, 180


class QuietHoursSerializer(serializers.Serializer[Any]):
    """From when to when nothing but alarms makes a sound, in the town's time; over midnight is fine."""

    begin = serializers.TimeField(format="%H:%M", input_formats=["%H:%M"])
    end = serializers.TimeField(format="%H:%M", input_formats=["%H:%M"])


class HomeSerializer(serializers.Serializer[Any]):
    """Degrees, WGS 84. Sealed, seen by nobody, gone with the device."""

    lat = serializers.FloatField(min_value=-LATITUDE, max_value=LATITUDE)
    lon = serializers.FloatField(min_value=-LONGITUDE, max_value=LONGITUDE)


class PushSerializer(serializers.Serializer[Any]):
    """How the device is hinted at."""

    kind = serializers.ChoiceField(Device.PushKind.choices)
    seen_at = serializers.DateTimeField()


class DeviceSerializer(serializers.Serializer[Any]):
    """The device that asks. `topics` and `areas` null: everything; an empty list: nothing."""

    id = serializers.UUIDField()
    platform = serializers.ChoiceField(Device.Platform.choices)
    client_version = serializers.CharField(allow_blank=True)
    locale = serializers.ChoiceField(Device.Locale.choices)
    paired = serializers.BooleanField()
    paired_at = serializers.DateTimeField(allow_null=True)
    quiet_hours = QuietHoursSerializer(allow_null=True)
    topics = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    areas = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    home = HomeSerializer(allow_null=True)
    report_pushes = serializers.BooleanField()
    push = PushSerializer(allow_null=True)
    created_at = serializers.DateTimeField()


class EnrolSerializer(serializers.Serializer[Any]):
    """What a new device says about itself."""

    platform = serializers.ChoiceField(Device.Platform.choices)
    locale = serializers.ChoiceField(Device.Locale.choices, required=False)
    client_version = serializers.RegexField(r"^[0-9A-Za-z.+\-]{1,32}$", required=False)


class EnrolledSerializer(serializers.Serializer[Any]):
    """`token` is shown this once; send it as `Authorization: Bearer …`."""

    device = DeviceSerializer()
    token = serializers.CharField()


class RotatedSerializer(serializers.Serializer[Any]):
    """The token that was used until now is good until `previous_until`, not longer."""

    token = serializers.CharField()
    previous_until = serializers.DateTimeField()


class CodeSerializer(serializers.Serializer[Any]):
    """A validation code; `address` is what it was sent to, where the person can say (e-mail, telephone,
    box, or the identifier on a printed letter)."""

    code = serializers.CharField(max_length=MOST_LETTERS_OF_CODE)
    address = serializers.CharField(max_length=ADDRESS_LETTERS, required=False, allow_blank=True)


class WishesSerializer(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    locale = serializers.ChoiceField(Device.Locale.choices, required=False)
    client_version = serializers.RegexField(r"^[0-9A-Za-z.+\-]{1,32}$", required=False)
    quiet_hours = QuietHoursSerializer(required=False, allow_null=True)
    topics = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        max_length=MOST_WANTED,
        required=False,
        allow_null=True,
    )
    areas = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        max_length=MOST_WANTED,
        required=False,
        allow_null=True,
    )
    home = HomeSerializer(required=False, allow_null=True)
    report_pushes = serializers.BooleanField(required=False)


class KeysSerializer(serializers.Serializer[Any]):
    """The keys of a browser's subscription (RFC 8291), base64url without padding."""

    p256dh = serializers.RegexField(r"^[A-Za-z0-9_-]{87}=?$")
    auth = serializers.RegexField(r"^[A-Za-z0-9_-]{22}(==)?$")


class RegistrationSerializer(serializers.Serializer[Any]):
    """`fcm` brings `token`; `webpush` brings `endpoint` and `keys`, as the browser gave them."""

    kind = serializers.ChoiceField(Device.PushKind.choices)
    token = serializers.RegexField(r"^[!-~]{1,512}$", required=False)
    endpoint = serializers.CharField(max_length=600, required=False)
    keys = KeysSerializer(required=False)


def described(device: Device) -> dict[str, Any]:
    """The members of DeviceSerializer."""
    quiet = None
    if device.quiet_from is not None and device.quiet_to is not None:
        quiet = {"begin": f"{device.quiet_from:%H:%M}", "end": f"{device.quiet_to:%H:%M}"}
    return {
        "id": str(device.uid),
        "platform": device.platform,
        "client_version": device.client_version,
        "locale": device.locale,
        "paired": device.recipient_id is not None,
        "paired_at": moment(device.paired_at),
        "quiet_hours": quiet,
        "topics": device.topics,
        "areas": device.areas,
        "home": {"lat": device.home.lat, "lon": device.home.lon} if device.home else None,
        "report_pushes": device.report_pushes,
        "push": {"kind": device.push_kind, "seen_at": moment(device.push_seen_at)}
        if device.push_kind
        else None,
        "created_at": moment(device.created_at),
    }


def moment(at: Any) -> str | None:
    """RFC 3339 in UTC, to the second."""
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
