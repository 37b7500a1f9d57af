"""From an appointment to a supervised listening and its end: who is there, when it runs, what it left (§ 4.6).

Every step is taken by somebody who runs listenings; the procedure's own steps go through `steps.perform`.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module import audit
from admin_module.models import User
from conversations.models import (
    Appointment,
    Attendance,
    Conversation,
    Designation,
    Guest,
    ListeningProtocol,
    PlaybackSession,
    RequestLetter,
)
from conversations.playback import listening, sessions
from conversations.playback.rights import Purpose, Refused
from conversations.register.designations import is_designated

from . import letters, listening_protocol, steps

SUPERVISOR = Designation.Scope.SUPERVISOR
NOT_DESIGNATED = _("The Director has not designated you for listenings today.")
NOT_SET = _("The appointment does not stand any more. Set another one.")
NOT_RUNNING = _("The listening does not run.")
WHY = _("Supervised listening in case %(number)s")


def check_in(appointment: Appointment, user: User) -> Attendance:
    """A designated person is here; they have just proven by their own password who they are."""
    if appointment.status != Appointment.Status.SET:
        raise Refused("appointment", NOT_SET)
    if not is_designated(user, SUPERVISOR):
        raise Refused("not_designated", NOT_DESIGNATED)
    with transaction.atomic():
        row, _new = Attendance.objects.get_or_create(
            appointment=appointment,
            user=user,
            defaults={
                "request": appointment.request,
                "role": Attendance.Role.SUPERVISOR,
                "checked_by": user,
            },
        )
        if row.checked_out_at is not None:  # they came back
            row.checked_out_at = None
            row.save(update_fields=["checked_out_at"])
        _note("listening.checked_in", appointment, user, {"role": row.role})
    return row


def admit(appointment: Appointment, role: str, name: str, document: str, *, by: User) -> Attendance:
    """Somebody who is no member of staff is here; of their document its kind, nothing else."""
    _runs(appointment, by)
    with transaction.atomic():
        row = Attendance.objects.create(
            request=appointment.request,
            appointment=appointment,
            role=role,
            guest=Guest(name.strip()),
            document=document,
            checked_by=by,
        )
        _note("listening.checked_in", appointment, by, {"role": role})
    return row


def check_out(attendance: Attendance, *, by: User) -> None:
    """They left, or were written down by mistake; what they need be here for stops at once."""
    with transaction.atomic():
        open_ones = Attendance.objects.filter(pk=attendance.pk, checked_out_at=None)
        if open_ones.update(checked_out_at=timezone.now()):
            told: dict[str, object] = {"role": attendance.role}
            _note("listening.checked_out", attendance.appointment, by, told)


def begin(appointment: Appointment, *, by: User, device: str = "") -> ListeningProtocol:
    """Begin it; raises Refused with the first thing that is missing, NotAllowed where the table forbids it."""
    lacking = listening.lacking(listening.sitting(appointment, by), listening.READY)
    if lacking:
        raise Refused(lacking[0].code, lacking[0].words)
    with transaction.atomic():
        steps.perform(appointment.request, "begin_listening", by)
        try:
            with transaction.atomic():
                row = ListeningProtocol.objects.create(
                    request=appointment.request,
                    appointment=appointment,
                    began_at=timezone.now(),
                    device=device.strip(),
                )
        except IntegrityError:
            raise Refused("begun", NOT_RUNNING) from None
    return row


def pause(appointment: Appointment, *, by: User) -> None:
    """Nothing is played until it is resumed; everything that was open ends."""
    running = _running(appointment, by)
    with transaction.atomic():
        running.paused_at = timezone.now()
        running.interruptions += 1
        running.save(update_fields=["paused_at", "interruptions"])
        _end_sessions(appointment, by)
        _note("listening.paused", appointment, by)


def resume(appointment: Appointment, *, by: User) -> None:
    running = _running(appointment, by)
    with transaction.atomic():
        running.paused_at = None
        running.save(update_fields=["paused_at"])
        _note("listening.resumed", appointment, by)


def open_item(
    appointment: Appointment, conversation: Conversation, *, by: User, session_key: str
) -> PlaybackSession:
    """The player of one conversation; the one that stands in this browser, else a new one."""
    mine = PlaybackSession.objects.filter(
        appointment=appointment, conversation=conversation, user=by, ended_at=None
    )
    for session in mine.select_related("conversation", "appointment__request", "user"):
        try:
            sessions.check(session, by, session_key)
        except Refused:
            continue
        return session
    number = appointment.request.number
    return sessions.begin(
        by,
        conversation,
        Purpose.REQUEST,
        str(WHY % {"number": number}),
        appointment=appointment,
        request_session_key=session_key,
        case=number,
    )


def finish(appointment: Appointment, *, by: User, remarks: str, interrupted: bool) -> RequestLetter:
    """End it, or break it off for another appointment; the protocol is written in the same transaction."""
    with transaction.atomic():
        running = _running(appointment, by)
        _end_sessions(appointment, by)
        action = "interrupt" if interrupted else "end_listening"
        steps.perform(appointment.request, action, by, {"note": remarks.strip()})
        now = timezone.now()
        appointment.attendances.filter(checked_out_at=None).update(checked_out_at=now)
        running.ended_at, running.paused_at = now, None
        running.interruptions += int(interrupted)
        running.remarks = remarks.strip() or None
        running.save()
        running.letter = letters.write(
            appointment.request,
            RequestLetter.Kind.PROTOCOL,
            by,
            source="protocol.typ",
            data=listening_protocol.draft(running),
        )
        running.save(update_fields=["letter"])
    letter: RequestLetter = running.letter
    return letter


def mark_absent(appointment: Appointment, *, by: User) -> None:
    """The applicant did not come; the second time the case is closed."""
    steps.perform(appointment.request, "mark_absent", by)


def attach_signed(
    protocol: ListeningProtocol, content: bytes, media_type: str, *, by: User
) -> RequestLetter:
    """The scan of the protocol that everybody signed."""
    _runs(protocol.appointment, by)
    if protocol.letter is None:
        raise Refused("begun", NOT_RUNNING)
    with transaction.atomic():
        scan = letters.keep_signed(protocol.letter, content, media_type, by)
        _note("listening.signed", protocol.appointment, by, {"letter": scan.pk})
    return scan


def _runs(appointment: Appointment, by: User) -> None:
    sitting = listening.sitting(appointment, by)
    guard = next(one for one in listening.READY if one.code == "runner")
    if not guard.holds(sitting):
        raise Refused(guard.code, guard.words)


def _running(appointment: Appointment, by: User) -> ListeningProtocol:
    """The protocol that is open, held until the end of the transaction where there is one."""
    _runs(appointment, by)
    row = ListeningProtocol.objects.filter(appointment=appointment, ended_at=None).first()
    if row is None:
        raise Refused("begun", NOT_RUNNING)
    found: ListeningProtocol = row
    return found


def _end_sessions(appointment: Appointment, by: User) -> None:
    open_ones = PlaybackSession.objects.filter(appointment=appointment, ended_at=None)
    for session in open_ones.select_related("conversation"):
        sessions.end(session, by=by)


def _note(
    action: str, appointment: Appointment, by: User, more: dict[str, object] | None = None
) -> None:
    detail: dict[str, object] = {"appointment": appointment.pk, **(more or {})}
    audit.record(action, appointment.request, by=by, detail=detail)
