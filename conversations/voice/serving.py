"""From what an administrator decides about a line and its phones to rows, with its entry in the audit log."""

from typing import Any

from django.db import transaction

from admin_module import audit
from admin_module.models import User
from conversations.models import Line, VoiceLine, VoicePhone, VoiceRecording

FIELDS = ("active", "ring_seconds", "opens_at", "closes_at")


class StaleLine(Exception):
    """Somebody else saved meanwhile; `current` is what holds."""

    def __init__(self, current: VoiceLine) -> None:
        self.current = current
        super().__init__(current.pk)


@transaction.atomic
def save(line: Line, values: dict[str, Any], *, revision: int, by: User) -> VoiceLine:
    """How the line is answered from now on; raises StaleLine. The first saving makes the row."""
    Line.objects.select_for_update().get(pk=line.pk)
    served = VoiceLine.objects.filter(line=line).first() or VoiceLine(line=line, revision=0)
    if served.revision != revision:
        raise StaleLine(served)
    before = values_of(served)
    for name in FIELDS:
        setattr(served, name, values[name])
    changed = sorted(name for name in FIELDS if before[name] != values[name])
    if served.pk and not changed:
        return served
    served.revision += 1
    served.save()
    audit.record("voice_line.changed", line, by=by, detail={"changed": changed})
    return served


def values_of(served: VoiceLine) -> dict[str, Any]:
    return {name: getattr(served, name) for name in FIELDS}


@transaction.atomic
def add_phone(served: VoiceLine, values: dict[str, Any], *, by: User) -> VoicePhone:
    phone = VoicePhone.objects.create(voice_line=served, **values)
    detail: dict[str, object] = {"phone": phone.pk, "of": phone.user_id or 0}
    audit.record("voice_phone.added", served.line, by=by, detail=detail)
    return phone


@transaction.atomic
def remove_phone(phone: VoicePhone, *, by: User) -> None:
    line, detail = phone.voice_line.line, {"phone": phone.pk}
    phone.delete()
    audit.record("voice_phone.removed", line, by=by, detail={**detail})


@transaction.atomic
def fetch_again(recording: VoiceRecording, *, by: User) -> bool:
    """A person says that it may be fetched now; False where it does not wait for one."""
    rows = VoiceRecording.objects.filter(pk=recording.pk, state=VoiceRecording.State.FAILED)
    waits = rows.exclude(error="at_twilio").update(state=VoiceRecording.State.WAITING, tries=0)
    if waits:
        detail: dict[str, object] = {"recording": recording.pk}
        audit.record("voice_recording.again", recording, by=by, detail=detail)
    return bool(waits)
