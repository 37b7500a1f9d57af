"""From an appointment to whether somebody may be let hear or read: everything that § 4 asks for, as a list.

The guards ask the rows themselves, before each byte, whatever step the procedure says the request is at.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module.configuration import CustomerOffice, read
from admin_module.models import User
from conversations.models import (
    AccessDecision,
    AccessRequest,
    Appointment,
    Attendance,
    CallerId,
    Conversation,
    Designation,
    Kind,
    ListeningProtocol,
    Opinion,
    PurgeState,
    RequestItem,
    Step,
)
from conversations.register.designations import is_designated, standing

AROUND = timedelta(minutes=30)  # before and after the time that was set
RUN = "conversations.run_listening"
DIRECTOR = "conversations.decide_accessrequest"
GRANTING = (AccessDecision.Verdict.GRANT, AccessDecision.Verdict.PARTIAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Who opens what on whose request; without a conversation, all that the request is about."""

    request: AccessRequest
    user: User
    conversation: Conversation | None = None

    @property
    def items(self) -> list[Conversation]:
        named = Conversation.objects.filter(asked_for_by__request=self.request)
        if self.conversation is not None:
            named = named.filter(pk=self.conversation.pk)
        return list(named.order_by("originated_at", "pk"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting(Case):
    """A case at its appointment."""

    appointment: Appointment


def sitting(
    appointment: Appointment, user: User, conversation: Conversation | None = None
) -> Sitting:
    return Sitting(
        request=appointment.request, user=user, conversation=conversation, appointment=appointment
    )


@dataclass(frozen=True, slots=True)
class Guard:
    """One thing that must hold; `words` say what to do where it does not."""

    code: str
    name: str | Promise  # on the list that the staff tick off
    words: str | Promise
    holds: Callable[[Sitting], bool]


def decision_of(request: AccessRequest) -> AccessDecision | None:
    """The one in force: a later decision replaces an earlier one."""
    return request.decisions.order_by("-at", "-pk").first()


def supervisors_wanted() -> int:
    """§ 4.6 says “persons”: two, unless the office set another number; never nobody."""
    return max(1, read(CustomerOffice).supervisors_at_listening)


def supervisors_present(appointment: Appointment) -> list[Attendance]:
    """Designated persons who confirmed by their own sign-in that they are here, and are here still."""
    named = standing(Designation.Scope.SUPERVISOR).values("user")
    here = appointment.attendances.filter(
        role=Attendance.Role.SUPERVISOR,
        checked_out_at=None,
        user__in=named,
        user__is_active=True,
    )
    return list(here.select_related("user").order_by("checked_in_at", "pk"))


def _appointed(sitting: Sitting) -> bool:
    """The row itself, not what was loaded: it may be cancelled meanwhile."""
    held = Appointment.objects.filter(pk=sitting.appointment.pk, status=Appointment.Status.SET)
    return held.exists()


def _in_time(sitting: Sitting) -> bool:
    now, slot = timezone.now(), sitting.appointment
    return slot.begins_at - AROUND <= now <= slot.ends_at + AROUND


def _at_step(sitting: Sitting) -> bool:
    rows = AccessRequest.objects.filter(pk=sitting.request.pk)
    return rows.filter(step__in=(Step.APPOINTED, Step.LISTENING)).exists()


def opinion_given(giver: str) -> Callable[[Case], bool]:
    def holds(case: Case) -> bool:
        given = Opinion.objects.filter(
            request=case.request,
            giver=giver,
            superseded_at=None,
            given_at__isnull=False,
        )
        return given.exclude(verdict="").exists()

    return holds


def _decided(sitting: Sitting) -> bool:
    decision = decision_of(sitting.request)
    return (
        decision is not None
        and decision.verdict in GRANTING
        and decision.form == AccessRequest.Form.SUPERVISED
    )


def identified(case: Case) -> bool:
    rows = AccessRequest.objects.filter(pk=case.request.pk)
    return rows.exclude(identity=AccessRequest.Identity.NONE).exists()


def caller_known(case: Case) -> bool:
    """§ 4.7 binds what is asked for by the order; RODO art. 15 lets a person prove themselves otherwise."""
    if case.request.basis != AccessRequest.Basis.ORDER:
        return True
    calls = [item.pk for item in case.items if item.kind == Kind.CALL]
    phone = case.request.applicant.phone if case.request.applicant else ""
    known = Conversation.objects.filter(pk__in=calls, caller_id=CallerId.ALLOWED)
    theirs = known.with_number(phone) if phone else known.none()
    return theirs.count() == len(calls)


def something_left(case: Case) -> bool:
    items = case.items
    return bool(items) and all(item.purge_state == PurgeState.KEPT for item in items)


def _applicant_here(sitting: Sitting) -> bool:
    """The applicant or their proxy, whose document somebody has seen."""
    here = sitting.appointment.attendances.filter(
        role__in=(Attendance.Role.APPLICANT, Attendance.Role.PROXY), checked_out_at=None
    )
    return here.exclude(document="").exists()


def _supervised(sitting: Sitting) -> bool:
    return len(supervisors_present(sitting.appointment)) >= supervisors_wanted()


def _may_run(sitting: Sitting) -> bool:
    user = sitting.user
    if not user.is_active or not user.has_perm(RUN):
        return False
    return user.has_perm(DIRECTOR) or is_designated(user, Designation.Scope.SUPERVISOR)


def _begun(sitting: Sitting) -> bool:
    """The staff said “begin”, and neither interrupted nor ended it since."""
    listening = AccessRequest.objects.filter(pk=sitting.request.pk, step=Step.LISTENING).exists()
    open_one = ListeningProtocol.objects.filter(
        appointment=sitting.appointment, ended_at=None, paused_at=None
    )
    return listening and open_one.exists()


READY: tuple[Guard, ...] = (
    Guard(
        "officer_opinion",
        _("opinion of the data protection officer"),
        _("The data protection officer has not given an opinion."),
        opinion_given(Opinion.Giver.OFFICER),
    ),
    Guard(
        "unit_opinion",
        _("opinion of the head of the unit"),
        _("The head of the unit concerned has not given an opinion."),
        opinion_given(Opinion.Giver.UNIT),
    ),
    Guard(
        "decision",
        _("the Director’s decision"),
        _("There is no decision of the Director that grants hearing or reading in the office."),
        _decided,
    ),
    Guard(
        "appointment",
        _("the appointment"),
        _("The appointment does not stand any more. Set another one."),
        _appointed,
    ),
    Guard(
        "step",
        _("step of the request"),
        _("The request is not at the step of its appointment."),
        _at_step,
    ),
    Guard(
        "slot",
        _("the time"),
        _("The listening opens half an hour before its time and closes half an hour after it."),
        _in_time,
    ),
    Guard(
        "identity",
        _("identity of the applicant in the case"),
        _("The identity of the applicant is not proven. Prove it in the request first."),
        identified,
    ),
    Guard(
        "caller",
        _("number of the caller"),
        _("The number of the caller cannot be identified (order 308/18, § 4.7)."),
        caller_known,
    ),
    Guard(
        "kept",
        _("the recording or transcript"),
        _("The conversation was deleted, or the request names none."),
        something_left,
    ),
    Guard(
        "applicant",
        _("the applicant is here"),
        _("Write down who came and which document you have seen."),
        _applicant_here,
    ),
    Guard(
        "supervisors",
        _("designated persons are here"),
        _("Too few designated persons have confirmed by their own sign-in that they are here."),
        _supervised,
    ),
    Guard(
        "runner",
        _("who runs the listening"),
        _("A listening is run by the Director or by staff designated for it."),
        _may_run,
    ),
)
BEGUN = Guard("begun", _("begun"), _("The listening has not begun, or was interrupted."), _begun)
GUARDS: tuple[Guard, ...] = (*READY, BEGUN)


def lacking(at: Sitting, guards: Iterable[Guard] = GUARDS) -> list[Guard]:
    """What is missing before a byte may leave the server; an empty list lets it go."""
    if at.conversation is not None and not is_item(at):
        return [next(guard for guard in READY if guard.code == "kept")]
    return [guard for guard in guards if not guard.holds(at)]


def is_item(case: Case) -> bool:
    named = RequestItem.objects.filter(request=case.request)
    return named.filter(conversation=case.conversation).exists()


def decided_parts(request: AccessRequest, conversation: Conversation) -> list[tuple[int, int]]:
    """The parts that the decision names, (from, to) in milliseconds; none: all of it."""
    decision = decision_of(request)
    named = (decision.segments if decision else {}).get(str(conversation.pk), [])
    return [(int(begin), int(end)) for begin, end in named]


def shows_notes(request: AccessRequest) -> bool:
    """RODO art. 15 (4): what staff noted for themselves stays theirs unless the decision says otherwise."""
    decision = decision_of(request)
    return decision is not None and decision.with_notes
