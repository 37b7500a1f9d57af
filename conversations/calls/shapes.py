"""What exchanges send and what they are told."""

import json
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from .metadata import CallSerializer

SHA256 = r"^[0-9a-fA-F]{64}$"


class UploadSerializer(serializers.Serializer[Any]):
    """A call with its sound in one form: `meta` is what CallSerializer describes, as JSON."""

    meta = serializers.CharField(max_length=20_000)
    audio = serializers.FileField(required=False, allow_empty_file=True)
    sha256 = serializers.RegexField(SHA256, required=False)

    def validate_meta(self, text: str) -> dict[str, Any]:
        """The call in the text; the errors are those of the call."""
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            raise serializers.ValidationError(_("This is no JSON.")) from None
        inner = CallSerializer(data=said)
        inner.is_valid(raise_exception=True)
        return dict(inner.validated_data)


class FreeSwitchSerializer(serializers.Serializer[Any]):
    """A call as FreeSWITCH's mod_json_cdr posts it at its end; other members are not looked at."""

    variables = serializers.DictField(child=serializers.JSONField())
    callflow = serializers.ListField(child=serializers.JSONField(), required=False)


class RecordingSerializer(serializers.Serializer[Any]):
    """What became of the sound."""

    state = serializers.ChoiceField(("kept", "discarded", "none"))
    reason = serializers.CharField(allow_blank=True)
    sha256 = serializers.CharField(allow_blank=True)
    needs_conversion = serializers.BooleanField()


class RegisteredSerializer(serializers.Serializer[Any]):
    """The call as it stands in the register."""

    id = serializers.UUIDField()
    external_id = serializers.CharField()
    recording = RecordingSerializer()
    recording_url = serializers.CharField()
    expires_at = serializers.DateTimeField()
