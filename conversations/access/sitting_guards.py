"""What an appointment, a listening and an absence ask for: a slot, designated persons, those who are there."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from admin_module.configuration import CustomerOffice, read
from admin_module.models import User
from conversations.models import AccessRequest, Attendance, Designation
from conversations.register.designations import standing

from . import slots
from .facts import Data, set_appointment

EARLY = timedelta(
    minutes=30
)  # a listening opens so long before its slot, and ends so long after it


def slot(_request: AccessRequest, _by: User | None, data: Data) -> str:
    return slots.problem(data)


def supervisors(_request: AccessRequest, _by: User | None, data: Data) -> str:
    """§ 4.6: as many as the setting says, each designated by the Director on that day."""
    people = list(data.get("supervisors") or ())
    if len({person.pk for person in people}) < read(CustomerOffice).supervisors_at_listening:
        return "supervisors_few"
    begins = data.get("begins_at")
    day = timezone.localdate(begins) if begins else None
    named = set(standing(Designation.Scope.SUPERVISOR, day).values_list("user_id", flat=True))
    return "" if {person.pk for person in people} <= named else "supervisor_not_named"


def appointed(request: AccessRequest, _by: User | None, _data: Data) -> str:
    return "" if set_appointment(request) is not None else "no_appointment"


def in_its_time(request: AccessRequest, _by: User | None, _data: Data) -> str:
    term = set_appointment(request)
    now = timezone.now()
    fine = term is not None and term.begins_at - EARLY <= now <= term.ends_at + EARLY
    return "" if fine else "not_the_time"


def supervisors_present(request: AccessRequest, _by: User | None, _data: Data) -> str:
    there = _there(request, Attendance.Role.SUPERVISOR).exclude(user=None).count()
    few = there < read(CustomerOffice).supervisors_at_listening
    return "supervisors_absent" if few else ""


def applicant_present(request: AccessRequest, _by: User | None, _data: Data) -> str:
    """The applicant or who acts for them, their document seen."""
    roles = (Attendance.Role.APPLICANT, Attendance.Role.PROXY)
    return "" if _there(request, *roles).exclude(document="").exists() else "applicant_not_there"


def _there(request: AccessRequest, *roles: str) -> QuerySet[Attendance]:
    term = set_appointment(request)
    found: QuerySet[Attendance] = Attendance.objects.filter(
        appointment=term, role__in=roles, checked_out_at=None
    )
    return found if term is not None else found.none()


def slot_began(request: AccessRequest, _by: User | None, _data: Data) -> str:
    term = set_appointment(request)
    return "" if term is not None and term.begins_at <= timezone.now() else "slot_ahead"


def first_absence(request: AccessRequest, _by: User | None, _data: Data) -> str:
    return "absent_before" if request.missed_appointments else ""


def second_absence(request: AccessRequest, _by: User | None, _data: Data) -> str:
    return "" if request.missed_appointments else "absent_once"
