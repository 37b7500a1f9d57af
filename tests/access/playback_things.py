"""From the name of an address of playback or of a listening to a session and an appointment of a unit."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from admin_module.models import Unit, User
from conversations.models import (
    Appointment,
    Attendance,
    ListeningProtocol,
    NumberReveal,
    PlaybackSession,
    RequestLetter,
)
from tests import make, make_access
from tests.access.access_things import HEADS, request_of
from tests.access.retention_things import call_of
from tests.access.thing import Thing
from tests.access.world import Holdings, World


def session_of(unit: Unit, purpose: str) -> PlaybackSession:
    """Somebody else's, over a call of the unit."""
    call, now = call_of(unit), timezone.now()
    known = PlaybackSession.objects.filter(conversation=call, purpose=purpose).first()
    return known or PlaybackSession.objects.create(
        conversation=call,
        user=make.clerk(),
        purpose=purpose,
        reason="Awaria nagrywania w dniu zgłoszenia",
        session_digest="0" * 64,
        expires_at=now + timedelta(hours=1),
    )


def number_of(unit: Unit) -> NumberReveal:
    """Seen by somebody else in an emergency, of a call of the unit."""
    call = call_of(unit)
    known = NumberReveal.objects.filter(conversation=call, emergency=True).first()
    return known or NumberReveal.objects.create(
        conversation=call, user=make.clerk(), reason="Awaria centrali", emergency=True
    )


def appointment_of(unit: Unit) -> Appointment:
    """With somebody there, and a protocol."""
    row = request_of(unit)
    known = row.appointments.first()
    if known is not None:
        found: Appointment = known
        return found
    now, by = timezone.now(), make_access.clerk()
    term = Appointment.objects.create(
        request=row, place="Sala 1", begins_at=now, ends_at=now + timedelta(hours=1), by=by
    )
    _present(term, by)
    letter = RequestLetter.keep(
        io.BytesIO(b"%PDF-1.7"), media_type="application/pdf", request=row, kind="protocol", by=by
    )
    ListeningProtocol.objects.create(
        request=row, appointment=term, began_at=now, ended_at=now, letter=letter
    )
    return term


def _present(term: Appointment, by: User) -> None:
    Attendance.objects.create(
        request=term.request, appointment=term, role="supervisor", user=by, checked_by=by
    )


def _listening(**more: Callable[[Appointment], Any]) -> Thing:
    def arguments(_world: World, holdings: Holdings) -> dict[str, Any]:
        term = appointment_of(holdings.unit)
        return {"pk": term.pk, **{name: value(term) for name, value in more.items()}}

    return Thing(arguments, own_unit=HEADS)


def _playback(**more: str) -> Thing:
    """A session is nobody's but of whoever began it."""

    def arguments(_world: World, holdings: Holdings) -> dict[str, Any]:
        return {"uid": session_of(holdings.unit, "quality").uid, **more}

    return Thing(arguments, of_unit=False, there=False)


def _conversation(term: Appointment) -> int:
    return int(term.request.items.get().conversation_id)


PLAYBACK_THINGS: dict[str, Thing] = {
    "playback-begin": Thing(lambda world, of: {"pk": call_of(of.unit).pk}),
    **dict.fromkeys(("playback", "playback-alive", "playback-trace", "playback-end"), _playback()),
    "playback-sound": _playback(token="x"),
    "break-glass-review": Thing(lambda world, of: {"pk": session_of(of.unit, "break_glass").pk}),
    "break-glass-number": Thing(lambda world, of: {"pk": call_of(of.unit).pk}),
    "break-glass-number-shown": Thing(
        lambda world, of: {"uid": number_of(of.unit).uid}, of_unit=False, there=False
    ),
    "break-glass-number-review": Thing(lambda world, of: {"pk": number_of(of.unit).pk}),
    **dict.fromkeys(
        (
            "listening",
            "listening-check-in",
            "listening-admit",
            "listening-begin",
            "listening-pause",
            "listening-resume",
            "listening-finish",
            "listening-absent",
            "listening-protocol",
            "listening-signed",
        ),
        _listening(),
    ),
    "listening-check-out": _listening(who=lambda term: int(term.attendances.earliest("pk").pk)),
    "listening-open": _listening(conversation=_conversation),
    "access-copy": Thing(
        lambda world, of: {
            "pk": request_of(of.unit).pk,
            "conversation": int(request_of(of.unit).items.get().conversation_id),
        },
        own_unit=HEADS,
    ),
}
