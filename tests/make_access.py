"""Requests for access in tests: each stands where it stands by the real steps of the procedure."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from admin_module.models import User
from conversations.access import filing, letters, steps
from conversations.models import (
    AccessDecision,
    AccessRequest,
    Applicant,
    Appointment,
    Attendance,
    Conversation,
    Designation,
    Opinion,
    RequestLetter,
    Step,
)
from icp.days import working_days_after
from tests import make, make_conversations

Form = AccessRequest.Form
REASONS = "Wnioskodawczyni prowadziła tę rozmowę."


def applicant(**fields: Any) -> Applicant:
    """Invented; they called from the number of make_conversations.call."""
    told: dict[str, Any] = {
        "first_name": "Jadwiga",
        "last_name": "Żółkiewska-Próbna",
        "address": "ul. Sportowa 1/3\n00-002 Zażółcin",
        "email": "jadwiga@przyklad.example",
        "phone": make_conversations.PHONE,
        "conversation_on": (timezone.localdate() - timedelta(days=1)).isoformat(),
        "conversation_time": "około 10",
        "about": "Termin wywozu odpadów wielkogabarytowych",
        "justification": "Podano mi inny termin niż w harmonogramie.",
    }
    return Applicant(**(told | fields))


def clerk() -> User:
    return make_conversations.designee(login="wnioski@zazolcin.example")


def director() -> User:
    return make_conversations.director(login="dyrektor@zazolcin.example")


def officer() -> User:
    return make.staff("data_protection_officer", login="iod@zazolcin.example")


def head() -> User:
    """Of the unit whose line make_conversations.line is."""
    return make.staff("unit_manager", login="kierownik@zazolcin.example")


def supervisors(count: int = 2) -> list[User]:
    """Designated by the Director."""
    people = []
    for number in range(count):
        login = f"nadzor{number}@zazolcin.example"
        user = make.staff("conversation_designee", login=login, last_name=f"Nadzorująca{number}")
        scope = Designation.Scope.SUPERVISOR
        if not user.designations.filter(scope=scope).exists():
            today = timezone.localdate()
            Designation.objects.create(user=user, scope=scope, begins_on=today, by=director())
        people.append(user)
    return people


def request(
    *, of: Conversation | None = None, applicant_fields: dict[str, Any] | None = None, **fields: Any
) -> AccessRequest:
    """Submitted on paper, about a call of yesterday that is there."""
    if of is None:
        make_conversations.call()
    told = {"channel": AccessRequest.Channel.PAPER} | fields
    return filing.file(
        filing.Application(applicant=applicant(**(applicant_fields or {})), **told), clerk()
    )


def checked(*, of: Conversation | None = None, **fields: Any) -> AccessRequest:
    """Identity proven at the counter, the conversation found and held."""
    found = of or make_conversations.call()
    row = request(of=found, **fields)
    steps.perform(row, "check", clerk())
    steps.perform(row, "prove_identity", clerk(), {"how": AccessRequest.Identity.COUNTER})
    steps.perform(row, "match", clerk(), {"conversation": found})
    return row


def asked(**fields: Any) -> AccessRequest:
    """Both opinions are asked for."""
    row = checked(**fields)
    head(), officer()
    steps.perform(row, "ask_opinions", clerk())
    return row


def give(row: AccessRequest, giver: str, verdict: str = Opinion.Verdict.POSITIVE) -> None:
    by = officer() if giver == Opinion.Giver.OFFICER else head()
    words = {"giver": giver, "verdict": verdict, "text": "Bez przeciwwskazań."}
    steps.perform(row, "give_opinion", by, words)


def opined(verdict: str = Opinion.Verdict.POSITIVE, **fields: Any) -> AccessRequest:
    """Both opinions are given; it waits for the decision."""
    row = asked(**fields)
    for giver in Opinion.Giver:
        give(row, giver, verdict)
    return row


def grant_of(form: str = Form.SUPERVISED, **words: Any) -> dict[str, Any]:
    return {
        "verdict": AccessDecision.Verdict.GRANT,
        "form": form,
        "segments": {},
        "reasons": REASONS,
        "legal_basis": "§ 4 ust. 3 zarządzenia nr 308/18",
        **words,
    }


def refusal_of(**words: Any) -> dict[str, Any]:
    return {
        "verdict": AccessDecision.Verdict.REFUSE,
        "ground": AccessDecision.Ground.THIRD_PARTY,
        "reasons": "Rozmowa zawiera dane innych osób, których nie da się oddzielić.",
        "legal_basis": "art. 15 ust. 4 RODO",
        **words,
    }


def granted(form: str = Form.SUPERVISED, **fields: Any) -> AccessRequest:
    row = opined(**fields)
    steps.perform(row, "grant", director(), grant_of(form))
    return row


def refused(**fields: Any) -> AccessRequest:
    row = opined(Opinion.Verdict.NEGATIVE, **fields)
    steps.perform(row, "refuse", director(), refusal_of())
    return row


def slot(begins_at: datetime | None = None, **words: Any) -> dict[str, Any]:
    """In three working days at ten, two designated persons."""
    day = working_days_after(timezone.localdate(), 3)
    begins = begins_at or timezone.make_aware(datetime.combine(day, time(10)))
    return {
        "place": "Sala 12, parter",
        "begins_at": begins,
        "ends_at": begins + timedelta(minutes=45),
        "supervisors": supervisors(),
        **words,
    }


def appointed(begins_at: datetime | None = None, **fields: Any) -> AccessRequest:
    """The day is set. With `begins_at` (it has to lie ahead) at that moment."""
    row = granted(**fields)
    steps.perform(row, "set_appointment", director(), slot(begins_at))
    return row


def begun_now(row: AccessRequest) -> Appointment:
    """As if the appointment's hour had come; nothing else is touched."""
    term = row.appointments.get(status=Appointment.Status.SET)
    term.begins_at = timezone.now() - timedelta(minutes=1)
    term.ends_at = timezone.now() + timedelta(minutes=44)
    term.save(update_fields=["begins_at", "ends_at"])
    return term


def handing_over(form: str = Form.TRANSCRIPT, **fields: Any) -> AccessRequest:
    row = granted(form, **fields)
    steps.perform(row, "prepare_handover", clerk())
    return row


def sent(row: AccessRequest, kind: str) -> RequestLetter:
    """The newest letter of this kind goes by post."""
    letter: RequestLetter = row.letters.filter(kind=kind).latest("id")
    letters.mark_sent(letter, RequestLetter.Way.POST, timezone.now(), clerk())
    return letter


def at(step: str) -> AccessRequest:
    """A request at any step but a closed one."""
    return WALKS[Step(step)]()


def _completion() -> AccessRequest:
    row = checked()
    steps.perform(row, "call_for_completion", clerk(), {"note": "Proszę podać godzinę rozmowy."})
    return row


def _listening() -> AccessRequest:
    row = appointed()
    term = begun_now(row)
    for user in supervisors():
        Attendance.objects.create(
            request=row, appointment=term, role="supervisor", user=user, checked_by=user
        )
    Attendance.objects.create(
        request=row, appointment=term, role="applicant", document="id_card", checked_by=clerk()
    )
    steps.perform(row, "begin_listening", supervisors()[0])
    return row


WALKS = {
    Step.SUBMITTED: request,
    Step.CHECKING: checked,
    Step.COMPLETION: _completion,
    Step.OPINIONS: asked,
    Step.DECISION: opined,
    Step.GRANTED: granted,
    Step.APPOINTED: appointed,
    Step.LISTENING: _listening,
    Step.HANDING_OVER: handing_over,
    Step.REFUSED: refused,
}
