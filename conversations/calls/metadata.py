"""What an exchange says of one call, version 1: the same whether it comes by a request or by a file."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from conversations.models import Direction

# What names a call at its source: no personal data, nothing that could be taken for a path.
NAME = r"^[A-Za-z0-9][A-Za-z0-9._:@+-]*$"
DISPOSITIONS = ("answered", "no_answer", "busy", "failed")
PRESENTATIONS = ("allowed", "withheld", "unavailable")
CHOICES = ("recorded", "unrecorded")


@dataclass(frozen=True, slots=True)
class CallMetadata:
    """`line` is the office's own number; times have a zone; an empty word says nothing."""

    source: str  # which exchange: "centrala-bom"
    external_id: str
    direction: str
    line: str
    started_at: datetime
    caller_number: str = field(default="", repr=False)
    caller_presentation: str = ""
    called_number: str = field(default="", repr=False)
    linked_id: str = ""
    extension: str = ""
    agent_login: str = field(default="", repr=False)
    department: str = field(default="", repr=False)
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    disposition: str = ""
    notice_version: int | None = None
    full_notice_played: bool = False
    recording_choice: str = ""
    codec: str = ""

    @property
    def name(self) -> str:
        """What names the call among all sources."""
        return f"{self.source}:{self.external_id}"


class CallSerializer(serializers.Serializer[Any]):
    """One call, version 1. Members that are not named here are not looked at."""

    source = serializers.RegexField(r"^[a-z0-9][a-z0-9-]*$", max_length=30)  # type: ignore[assignment]
    external_id = serializers.RegexField(NAME, max_length=64)
    linked_id = serializers.RegexField(NAME, max_length=100, required=False, allow_blank=True)
    direction = serializers.ChoiceField(Direction.values)
    line = serializers.CharField(max_length=20)
    caller_number = serializers.CharField(max_length=40, required=False, allow_blank=True)
    caller_presentation = serializers.ChoiceField(PRESENTATIONS, required=False, allow_blank=True)
    called_number = serializers.CharField(max_length=40, required=False, allow_blank=True)
    extension = serializers.CharField(max_length=20, required=False, allow_blank=True)
    agent_login = serializers.CharField(max_length=254, required=False, allow_blank=True)
    department = serializers.CharField(max_length=150, required=False, allow_blank=True)
    started_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(required=False, allow_null=True)
    ended_at = serializers.DateTimeField(required=False, allow_null=True)
    disposition = serializers.ChoiceField(DISPOSITIONS, required=False, allow_blank=True)
    notice_version = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=2**53
    )
    full_notice_played = serializers.BooleanField(required=False)
    recording_choice = serializers.ChoiceField(CHOICES, required=False, allow_blank=True)
    channels = serializers.IntegerField(required=False, min_value=1, max_value=8)
    codec = serializers.CharField(max_length=20, required=False, allow_blank=True)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """Times in their order, and a name that is nobody's number."""
        times = [data.get(name) for name in ("started_at", "answered_at", "ended_at")]
        known = [moment for moment in times if moment is not None]
        if known != sorted(known):
            words = _("A call begins, is answered and ends in this order.")
            raise serializers.ValidationError({"ended_at": [words]})
        digits = "".join(sign for sign in data.get("caller_number", "") if sign.isdigit())[-9:]
        if len(digits) == 9 and digits in data["external_id"]:  # noqa: PLR2004
            words = _("The call’s name must not hold the number of who called.")
            raise serializers.ValidationError({"external_id": [words]})
        return data


def of_valid(data: dict[str, Any]) -> CallMetadata:
    """From what CallSerializer found valid."""
    known = {column.name for column in fields(CallMetadata)}
    return CallMetadata(**{name: value for name, value in data.items() if name in known})
