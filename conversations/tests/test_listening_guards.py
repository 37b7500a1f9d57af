"""No byte without both opinions, the decision, the appointment, an identified caller and designated persons."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from itertools import product

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import User
from conversations.access import listening_steps
from conversations.models import (
    AccessDecision,
    AccessRequest,
    Appointment,
    Attendance,
    Conversation,
    Designation,
    ListeningProtocol,
    Opinion,
    RequestItem,
)
from conversations.playback import listening
from conversations.playback.rights import Purpose, Refused
from tests import make_access, make_conversations, make_listening

pytestmark = pytest.mark.django_db
Break = Callable[[Appointment], object]


def _half_an_hour_past(term: Appointment) -> None:
    make_listening.over(term)


def _one_leaves(term: Appointment) -> None:
    row = Attendance.objects.filter(appointment=term, role="supervisor").first()
    Attendance.objects.filter(pk=row.pk if row else 0).update(checked_out_at=timezone.now())


# What breaks each guard; the runner of the listening stays the one who asks.
BREAKS: dict[str, Break] = {
    "officer_opinion": lambda term: Opinion.objects.filter(giver="iod").update(
        given_at=None, verdict=""
    ),
    "unit_opinion": lambda term: Opinion.objects.filter(giver="unit").update(
        superseded_at=timezone.now()
    ),
    "decision": lambda term: AccessDecision.objects.update(form=AccessRequest.Form.TRANSCRIPT),
    "appointment": lambda term: Appointment.objects.update(status="cancelled"),
    "step": lambda term: AccessRequest.objects.update(step="granted"),
    "slot": _half_an_hour_past,
    "identity": lambda term: AccessRequest.objects.update(identity=""),
    "caller": lambda term: Conversation.objects.update(caller_id="withheld"),
    "kept": lambda term: RequestItem.objects.all().delete(),
    "applicant": lambda term: Attendance.objects.filter(role="applicant").update(document=""),
    "supervisors": _one_leaves,
    "runner": lambda term: Designation.objects.update(revoked_at=timezone.now()),
    "begun": lambda term: ListeningProtocol.objects.update(paused_at=timezone.now()),
}


def _listening() -> tuple[Client, str, Appointment, Conversation]:
    """A listening that runs, and an address by which its sound comes."""
    call, _content = make_listening.recorded(1)
    term, by = make_listening.running(call)
    client = make_listening.signed_in(by)
    opened = client.post(reverse("listening-open", args=[term.pk, call.pk]))
    page = client.get(opened["Location"])
    return client, page.context["sounds"][0]["url"], term, call


def _heard(client: Client, url: str) -> bytes:
    answer = client.get(url, headers={"Range": "bytes=0-"})
    return answer.content if answer.status_code == HTTPStatus.PARTIAL_CONTENT else b""


def test_every_guard_has_something_here_that_breaks_it() -> None:
    assert list(BREAKS) == [guard.code for guard in listening.GUARDS]
    assert all(str(guard.words) and str(guard.name) for guard in listening.GUARDS)


def test_whatever_is_lacking_no_byte_leaves() -> None:
    """Over the wire, each guard broken in the rows themselves."""
    client, url, term, call = _listening()
    assert _heard(client, url)
    for code, breaking in BREAKS.items():
        with transaction.atomic():
            breaking(term)
            assert _heard(client, url) == b"", code
            _nothing_new(client, term, call)
            transaction.set_rollback(True)
    assert _heard(client, url)


def _told(holds: bool) -> Callable[[listening.Sitting], bool]:
    return lambda _sitting: holds


def test_each_of_the_8192_combinations_but_the_whole_one_is_refused() -> None:
    """Whatever holds besides, one thing that is missing is enough."""
    term = Appointment(request=AccessRequest())
    sitting = listening.sitting(term, User())
    codes = [guard.code for guard in listening.GUARDS]
    for holding in product((True, False), repeat=len(codes)):
        told = dict(zip(codes, holding, strict=True))
        guards = [replace(guard, holds=_told(told[guard.code])) for guard in listening.GUARDS]
        lacking = [guard.code for guard in listening.lacking(sitting, guards)]
        assert lacking == [code for code in codes if not told[code]]
    assert len(codes) == 13


def _nothing_new(client: Client, term: Appointment, call: Conversation) -> None:
    """Nor is there another player, whoever asks for it."""
    opened = client.post(reverse("listening-open", args=[term.pk, call.pk]))
    if opened.status_code == HTTPStatus.FOUND:
        page = client.get(opened["Location"])
        assert page.status_code == HTTPStatus.FORBIDDEN or not page.context.get("sounds")


def test_the_list_names_exactly_what_is_missing() -> None:
    _client, _url, term, call = _listening()
    sitting = listening.sitting(term, make_access.supervisors()[0], call)
    assert listening.lacking(sitting) == []
    for code, breaking in BREAKS.items():
        with transaction.atomic():
            breaking(term)
            fresh = listening.sitting(
                Appointment.objects.get(pk=term.pk),
                type(sitting.user).objects.get(pk=sitting.user.pk),
            )
            found = {guard.code for guard in listening.lacking(fresh)}
            assert code in found
            assert found <= {code, *FOLLOWING.get(code, ())}, code
            transaction.set_rollback(True)


# Whoever is not designated any more neither runs it nor counts as present; a step back is no listening.
FOLLOWING = {"runner": ("supervisors",), "step": ("begun",)}


def test_without_the_order_a_person_may_prove_themselves_otherwise() -> None:
    client, url, _term, call = _listening()
    Conversation.objects.update(caller_id="withheld")
    assert _heard(client, url) == b""
    AccessRequest.objects.update(basis=AccessRequest.Basis.GDPR)
    assert _heard(client, url)
    # Somebody else's number does not do under the order.
    AccessRequest.objects.update(basis=AccessRequest.Basis.ORDER)
    Conversation.objects.update(caller_id="allowed")
    assert _heard(client, url)
    call.party = replace(call.party, phone="+48602000111")
    call.caller_id = "allowed"
    call.save()
    assert _heard(client, url) == b""


def test_a_conversation_that_nobody_asked_for_is_not_heard_there() -> None:
    _client, _url, term, _call = _listening()
    other, _content = make_listening.recorded(1)
    user = make_access.supervisors()[0]
    with pytest.raises(Refused):
        make_listening.played(user, other, purpose=Purpose.REQUEST, appointment=term)
    with pytest.raises(Refused):
        make_listening.played(user, other, purpose=Purpose.REQUEST)


def test_a_supervisor_alone_or_undesignated_does_not_do() -> None:
    call, _content = make_listening.recorded(1)
    term = make_listening.appointed(call)
    one, _two = make_access.supervisors()
    outsider = make_conversations.designee()  # of recordings, not of listenings
    with pytest.raises(Refused):
        listening_steps.check_in(term, outsider)
    listening_steps.check_in(term, one)
    listening_steps.check_in(term, one)  # twice is once
    with pytest.raises(Refused) as refused:
        listening_steps.begin(term, by=one)
    assert refused.value.code == "applicant"
    assert timezone.now() < term.ends_at + timedelta(minutes=31)
