"""A hold has a basis and a review, keeps once per request, and comes too late where the purge was first."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from admin_module.models import AuditEntry
from conversations.models import AccessRequest, Conversation, PurgeState, RetentionHold
from conversations.retention import holds
from icp.encryption.erasing import erase_key
from tests import make_conversations as made

pytestmark = pytest.mark.django_db
BASIS = "art. 15 ust. 1 RODO"


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def place(conversation: Conversation, **changed: Any) -> Any:
    given: dict[str, Any] = {"legal_basis": BASIS, "review_on": in_days(30)} | changed
    return holds.place(conversation, RetentionHold.Reason.COURT, **given)


def request_for_access() -> Any:
    now = timezone.now()
    return AccessRequest.objects.create(
        number="BOI.1.2026", channel="paper", received_at=now, due_on=now.date()
    )


def test_a_hold_needs_a_basis_and_a_review_within_a_year() -> None:
    call = made.call()
    for wrong in (
        {"legal_basis": "  "},
        {"review_on": in_days(-1)},
        {"review_on": in_days(367)},
    ):
        with pytest.raises(holds.HoldRefused):
            place(call, **wrong)
    assert not RetentionHold.objects.exists()
    hold = place(call, case_number="III K 7/26", by=made.director())
    assert hold.legal_basis == BASIS
    assert list(holds.standing(call)) == [hold]
    entry = AuditEntry.objects.get(action="hold.placed")
    assert entry.detail["hold"] == hold.pk
    assert BASIS not in str(entry.detail)


def test_a_request_holds_a_conversation_once_and_lets_go_after_its_case() -> None:
    call, request = made.call(), request_for_access()
    first = place(call, request=request)
    assert place(call, request=request) == first
    assert holds.release_after_case(request, in_days(30)) == 1
    first.refresh_from_db()
    assert first.release_on == in_days(30)
    assert first.released_at is None


def test_a_hold_is_released_once() -> None:
    call = made.call()
    hold, director = place(call), made.director()
    assert holds.release(hold, director)
    assert not holds.release(hold, director)
    assert not holds.standing(call).exists()


def test_nothing_is_left_to_hold_once_the_key_is_gone_or_the_purge_began() -> None:
    keyless, purging = made.call(), made.call()
    erase_key(keyless.uid)
    type(purging).objects.filter(pk=purging.pk).update(purge_state=PurgeState.PURGING)
    for gone in (keyless, purging):
        with pytest.raises(holds.TooLate, match=r"too late|za późno"):
            place(gone)
    assert not RetentionHold.objects.exists()
