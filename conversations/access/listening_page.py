"""From an appointment to its page: what is ticked off already, who is there, what may be done next."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from admin_module.http import StaffRequest
from conversations.models import (
    Appointment,
    Conversation,
    Designation,
    ListeningProtocol,
)
from conversations.playback import listening
from conversations.playback.tracing import clock
from conversations.register.designations import is_designated

from .listening_forms import AdmitForm, BeginListeningForm, CheckInForm, SignedForm
from .seeing import visible_to

TEMPLATE = "conversations/listening/listening.html"


@dataclass(frozen=True, slots=True)
class Tick:
    guard: listening.Guard
    holds: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One conversation and the parts of it that were decided."""

    conversation: Conversation
    parts: tuple[str, ...]


def appointment_of(request: StaffRequest, pk: int) -> Appointment:
    """One of this person's units; 404 for everybody else's."""
    rows = Appointment.objects.filter(request__in=visible_to(request.user)).select_related(
        "request", "request__unit"
    )
    found: Appointment = get_object_or_404(rows, pk=pk)
    return found


def shown(
    request: StaffRequest, appointment: Appointment, form: forms.Form | None = None
) -> HttpResponse:
    """The page; `form` is one that came back with mistakes (422)."""
    status = 422 if form is not None else 200
    return render(request, TEMPLATE, _context(request, appointment, form), status=status)


def _context(
    request: StaffRequest, appointment: Appointment, form: forms.Form | None
) -> dict[str, Any]:
    sitting = listening.sitting(appointment, request.user)
    ticks = [Tick(guard, guard.holds(sitting)) for guard in listening.READY]
    protocol = ListeningProtocol.objects.filter(appointment=appointment).first()
    here = appointment.attendances.select_related("user").order_by("checked_in_at", "pk")
    present = [row for row in here if row.checked_out_at is None]
    return {
        "appointment": appointment,
        "case": appointment.request,
        "items": _items(sitting),
        "ticks": ticks,
        "ready": all(tick.holds for tick in ticks),
        "runs": next(tick.holds for tick in ticks if tick.guard.code == "runner"),
        "set": appointment.status == Appointment.Status.SET,
        "protocol": protocol,
        "running": protocol is not None and protocol.ended_at is None,
        "present": present,
        "attended": list(here),
        "wanted": listening.supervisors_wanted(),
        "me_here": any(row.user_id == request.user.pk for row in present),
        "designated": is_designated(request.user, Designation.Scope.SUPERVISOR),
        **_forms(appointment, form),
    }


def _items(sitting: listening.Sitting) -> list[Item]:
    return [
        Item(
            row,
            tuple(
                f"{clock(begin)}–{clock(end)}"
                for begin, end in listening.decided_parts(sitting.request, row)
            ),
        )
        for row in sitting.items
    ]


def _forms(appointment: Appointment, bad: forms.Form | None) -> dict[str, Any]:
    """One of each; the one that came back keeps what was typed."""
    admitted = appointment.attendances.filter(user=None).exists()
    return {
        "bad": bad,
        "check_in": bad if isinstance(bad, CheckInForm) else CheckInForm(),
        "admit": bad if isinstance(bad, AdmitForm) else AdmitForm(initial=_applicant(appointment)),
        "admitted": admitted,
        "begin": bad if isinstance(bad, BeginListeningForm) else BeginListeningForm(),
        "signed": bad if isinstance(bad, SignedForm) else SignedForm(),
    }


def _applicant(appointment: Appointment) -> dict[str, str]:
    """The name as it stands in the application, for the first one written down."""
    if appointment.attendances.filter(user=None).exists() or not appointment.request.applicant:
        return {}
    applicant = appointment.request.applicant
    return {"name": f"{applicant.first_name} {applicant.last_name}".strip()}
