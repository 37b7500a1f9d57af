"""Who may hear what, for what purpose: the matrix, its reasons, and what ends a session."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from admin_module import configuration
from admin_module.models import AuditEntry, StaffSession
from conversations.models import Conversation, Designation, PlaybackSession
from conversations.playback import rights, sessions
from conversations.playback.rights import Purpose, Refused
from messaging.models import Letter
from tests import make, make_access, make_conversations, make_listening

pytestmark = pytest.mark.django_db
MATRIX = {
    "conversation_agent": set(),
    "conversation_designee": set(),  # a role is no designation
    "centre_head": {"quality", "complaint"},
    "office_director": {"quality", "complaint", "supervision"},
    "administrator": {"break_glass"},
    "data_protection_officer": set(),
    "secretary": set(),
    "unit_manager": set(),
    "auditor": set(),
}


def test_the_matrix() -> None:
    call = make_conversations.call()
    for role, purposes in MATRIX.items():
        assert set(rights.may_open(make.staff(role), call)) == purposes, role
    designated = make_conversations.designee()
    assert rights.may_open(designated, call) == [Purpose.QUALITY, Purpose.COMPLAINT]


def test_a_designation_ends() -> None:
    call, user = make_conversations.call(), make_conversations.designee()
    Designation.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert rights.may_open(user, call) == []
    assert rights.why_not(user, call) == str(rights.WORDS["not_designated"])
    Designation.objects.update(ends_on=None, revoked_at=timezone.now())
    assert rights.refusal(user, call, Purpose.QUALITY) == "not_designated"
    # A designation without the role opens nothing either.
    clerk = make.staff("recipients_clerk")
    Designation.objects.create(user=clerk, scope="staff", begins_on=timezone.localdate(), by=user)
    assert rights.may_open(clerk, call) == []


def test_a_school_does_not_hear_the_office() -> None:
    school = make.municipal_unit()
    user = make_conversations.designee(unit=school)
    assert rights.refusal(user, make_conversations.call(), Purpose.QUALITY) == "not_yours"
    assert rights.may_open(user, make_conversations.call(unit=school))


def test_the_letter_of_the_order_for_administrators() -> None:
    call, user = make_conversations.call(), make.staff("administrator")
    office = configuration.CustomerOffice(administrators_listen=True)
    configuration.write(office, by=user, revision=0)
    assert rights.may_open(user, call) == [Purpose.QUALITY, Purpose.COMPLAINT, Purpose.BREAK_GLASS]


def test_a_hold_leaves_only_the_case() -> None:
    row = make_access.checked()
    call = row.items.get().conversation
    for role in ("office_director", "administrator"):
        user = make.staff(role)
        assert rights.may_open(user, call) == []
        assert rights.why_not(user, call) == str(rights.WORDS["held"])


def test_what_is_over_or_gone_is_refused() -> None:
    call, user = make_conversations.call(), make_conversations.director()
    Conversation.objects.update(expires_at=timezone.now())
    assert rights.refusal(user, call, Purpose.QUALITY) == "expired"
    Conversation.objects.update(purge_state="purging")
    assert rights.refusal(user, call, Purpose.SUPERVISION) == "purged"


def test_nobody_begins_without_a_right_or_a_reason() -> None:
    call, user = make_conversations.call(), make_conversations.agent()
    with pytest.raises(Refused):
        make_listening.played(user, call)
    director = make_conversations.director()
    for reason in ("", "kontrola", " " * 40):
        with pytest.raises(Refused) as refused:
            make_listening.played(director, call, reason=reason)
        assert refused.value.code == "reason_missing"
    for purpose in (Purpose.REQUEST, Purpose.EXPORT, Purpose.BREAK_GLASS):
        with pytest.raises(Refused):
            make_listening.played(director, call, purpose=purpose)
    assert not PlaybackSession.objects.exists()


def test_every_director_is_told_of_an_emergency_at_once() -> None:
    call = make_conversations.call()
    directors = {make_conversations.director().pk, make_conversations.director().pk}
    session, _client = make_listening.played(
        make.staff("administrator"), call, purpose=Purpose.BREAK_GLASS
    )
    told = Letter.objects.filter(staff__isnull=False)
    assert {letter.staff_id for letter in told} == directors
    assert all(make_listening.REASON not in letter.text.long for letter in told)
    assert session.reason == make_listening.REASON


def test_a_session_ends_with_its_time_and_with_the_browser() -> None:
    call, user = make_conversations.call(), make_conversations.director()
    one, _first = make_listening.played(user, call)
    two, browser = make_listening.played(user, call)
    assert timedelta(minutes=59) < one.expires_at - one.began_at <= timedelta(minutes=60)
    assert sessions.sweep() == 0
    PlaybackSession.objects.filter(pk=one.pk).update(expires_at=timezone.now())
    assert sessions.sweep() == 1
    assert StaffSession.objects.filter(digest=bytes.fromhex(two.session_digest)).exists()
    browser.post(reverse("sign-out"))
    assert sessions.sweep() == 1
    assert not PlaybackSession.objects.filter(ended_at=None).exists()
    ended = AuditEntry.objects.filter(action="playback.ended")
    assert [entry.detail["session"] for entry in ended.order_by("pk")] == [one.pk, two.pk]
    assert sessions.end(one, by=user) is False  # once


def test_all_sessions_of_a_conversation_are_revoked_at_once() -> None:
    call = make_conversations.call()
    for _number in range(2):
        make_listening.played(make_conversations.director(), call)
    assert sessions.end_all(call) == 2
    assert sessions.end_all(call) == 0
