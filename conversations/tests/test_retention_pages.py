"""Pages of retention: a period is shown before it is set, a hold is placed and released, two people delete early."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from admin_module.models import AuditEntry, User
from conversations.models import (
    Conversation,
    EarlyPurge,
    HoldProposal,
    PurgeState,
    RetentionHold,
    RetentionPolicy,
)
from conversations.retention import holds, policies, purging
from messaging.models import Letter
from tests import make
from tests import make_conversations as made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"
    settings.DATA_DIR = tmp_path


@pytest.fixture
def director(client: Client) -> Any:
    user = made.director()
    client.force_login(user)
    return user


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


HOLD = {"reason": "court", "legal_basis": "art. 250 k.p.c.", "case_number": "III K 7/26"}


def test_a_period_is_shown_before_it_is_set_and_moves_what_is_there(
    client: Client, director: User
) -> None:
    old = made.call(at=timezone.now() - timedelta(days=100))
    young, chat = made.call(), made.chat()
    before = Conversation.objects.get(pk=chat.pk).expires_at
    fields = {"kind": "call", "months": "3", "legal_basis": "art. 5 ust. 1 lit. e RODO"}
    page = client.post(reverse("retention-policy"), fields)
    preview = page.context["preview"]
    assert (preview.conversations, preview.moved, preview.ends) == (2, 2, 1)
    assert not RetentionPolicy.objects.exists()
    assert client.post(reverse("retention-policy"), fields | {"agreed": "1"}).status_code == 302
    policy = RetentionPolicy.objects.get()
    assert (policy.by, policy.moved) == (director, 2)
    assert policy.applied_at
    for row in (old, young):
        row.refresh_from_db()
        assert row.expires_at < timezone.now() + timedelta(days=93)
    chat.refresh_from_db()
    assert chat.expires_at == before
    assert AuditEntry.objects.get(action="retention_policy.applied").detail == {"moved": 2}
    assert purging.purge().done == 1
    assert "3" in client.get(reverse("retention")).text


def test_a_period_of_a_line_stands_above_that_of_its_kind(
    client: Client, director: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = made.line("+48914245999", name="Linia sporów")
    of_line, other = made.call(on=line), made.call()
    own = {"kind": "call", "line": line.pk, "months": "12", "legal_basis": "ustawa", "agreed": "1"}
    client.post(reverse("retention-policy"), own)
    monkeypatch.setattr(policies, "BATCH", 1)
    client.post(
        reverse("retention-policy"),
        {"kind": "call", "months": "4", "legal_basis": "ustawa", "agreed": "1"},
    )
    of_line.refresh_from_db()
    other.refresh_from_db()
    assert of_line.expires_at > timezone.now() + timedelta(days=350)
    assert other.expires_at < timezone.now() + timedelta(days=125)
    again = made.call(on=line)
    assert again.expires_at > timezone.now() + timedelta(days=350)


def test_a_wrong_period_is_refused_with_what_was_filled_in(client: Client, director: User) -> None:
    inbox = made.inbox()
    wrong = {"kind": "call", "inbox": inbox.pk, "months": "0", "legal_basis": "", "agreed": "1"}
    page = client.post(reverse("retention-policy"), wrong)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"inbox", "months", "legal_basis"}
    assert not RetentionPolicy.objects.exists()


def test_a_hold_is_placed_reviewed_and_released_on_its_pages(
    client: Client, director: User
) -> None:
    call = made.call()
    late = client.post(reverse("hold-new", args=[call.pk]), HOLD | {"review_on": day(400)})
    assert late.status_code == 422
    assert "III K 7/26" in late.text
    client.post(reverse("hold-new", args=[call.pk]), HOLD | {"review_on": day(30)})
    hold = RetentionHold.objects.get()
    assert (hold.placed_by, hold.case_number) == (director, "III K 7/26")
    assert "III K 7/26" in client.get(reverse("hold-list")).text
    client.post(reverse("hold-review", args=[hold.pk]), {"review_on": day(60)})
    hold.refresh_from_db()
    assert (hold.review_on.isoformat(), hold.reviewed_by) == (day(60), director)
    assert client.post(reverse("hold-release", args=[hold.pk]), {"reason": ""}).status_code == 422
    client.post(reverse("hold-release", args=[hold.pk]), {"reason": "Sprawę umorzono."})
    hold.refresh_from_db()
    assert (hold.released_by, hold.release_reason) == (director, "Sprawę umorzono.")
    assert client.get(reverse("hold-release", args=[hold.pk])).status_code == 404


def test_the_page_says_that_a_hold_comes_too_late(client: Client, director: User) -> None:
    call = made.call()
    Conversation.objects.filter(pk=call.pk).update(purge_state=PurgeState.PURGING)
    page = client.post(reverse("hold-new", args=[call.pk]), HOLD | {"review_on": day(30)})
    assert page.status_code == 422
    assert str(holds.TooLate.words) in page.text


def test_the_officer_proposes_and_the_director_decides(client: Client) -> None:
    officer, director = make.staff("data_protection_officer"), made.director()
    call, other = made.call(), made.call()
    client.force_login(officer)
    assert client.get(reverse("hold-new", args=[call.pk])).status_code == 403
    for row in (call, other):
        client.post(reverse("hold-propose", args=[row.pk]), HOLD | {"review_on": day(30)})
    assert not RetentionHold.objects.exists()
    assert Letter.objects.filter(staff=director).count() == 2
    client.force_login(director)
    first, second = HoldProposal.objects.order_by("pk")
    client.post(reverse("hold-proposal", args=[first.pk]), {"answer": "place"})
    client.post(reverse("hold-proposal", args=[second.pk]), {"answer": "no"})
    first.refresh_from_db()
    assert first.hold
    assert (first.hold.conversation, first.hold.placed_by) == (call, director)
    second.refresh_from_db()
    assert (second.hold, second.decided_by) == (None, director)
    assert client.post(reverse("hold-proposal", args=[first.pk])).status_code == 404


def _proposed(client: Client, call: Conversation) -> Any:
    client.force_login(make.staff("centre_head"))
    given = {"ground": "objection", "case_number": "IOD.3.2026"}
    assert client.post(reverse("early-purge-new", args=[call.pk]), given).status_code == 302
    again = client.post(reverse("early-purge-new", args=[call.pk]), given)
    assert again.status_code == 422
    return EarlyPurge.objects.get(conversation=call)


def test_two_people_delete_early_in_any_order_and_one_alone_cannot(client: Client) -> None:
    officer, director = make.staff("data_protection_officer"), made.director()
    both = make.staff("data_protection_officer", "office_director")
    parts = [(director, "early-purge-approve"), (officer, "early-purge-coapprove")]
    for order in (parts, parts[::-1]):
        call = made.call()
        recording = made.recording(call)
        proposal = _proposed(client, call)
        for user, name in order:
            call.refresh_from_db()
            assert call.purge_state == PurgeState.KEPT
            client.force_login(user)
            client.post(reverse(name, args=[proposal.pk]))
        call.refresh_from_db()
        assert call.purge_state == PurgeState.PURGED
        assert not recording.path.exists()
        assert call.tombstone.policy == "art. 17 ust. 1 RODO (objection)"
        assert call.tombstone.run.protocol.purged == 1
        proposal.refresh_from_db()
        assert proposal.done_at
    call = made.call()
    proposal = _proposed(client, call)
    client.force_login(both)
    for _user, name in parts:
        client.post(reverse(name, args=[proposal.pk]))
    call.refresh_from_db()
    assert call.purge_state == PurgeState.KEPT


def test_a_hold_stands_above_an_early_deletion_and_the_director_may_refuse_it(
    client: Client,
) -> None:
    call, director = made.call(), made.director()
    proposal = _proposed(client, call)
    held = holds.place(call, "court", legal_basis="art. 250 k.p.c.", review_on=timezone.localdate())
    client.force_login(director)
    client.post(reverse("early-purge-approve", args=[proposal.pk]))
    proposal.refresh_from_db()
    assert proposal.approved_by is None
    client.post(reverse("early-purge-refuse", args=[proposal.pk]), {"reason": "Toczy się sprawa."})
    proposal.refresh_from_db()
    assert proposal.refused_by == director
    holds.release(held, director)
    assert client.post(reverse("early-purge-approve", args=[proposal.pk])).status_code == 404


def test_the_page_tells_whether_all_is_in_order_and_gives_out_the_protocol(
    client: Client, director: User
) -> None:
    call = made.call()
    Conversation.objects.filter(pk=call.pk).update(expires_at=timezone.now() - timedelta(days=2))
    client.post(reverse("retention-check"))
    assert client.get(reverse("retention")).context["check"].problems == {"overdue": 1}
    Conversation.objects.filter(pk=call.pk).update(
        originated_at=timezone.now() - timedelta(days=190)
    )
    purging.purge()
    client.post(reverse("retention-check"))
    page = client.get(reverse("retention"))
    assert page.context["check"].problems == {}
    run = page.context["page_obj"].object_list[0]
    paper = client.get(reverse("destruction-protocol", args=[run.protocol.pk]))
    content = b"".join(paper.streaming_content)  # type: ignore[attr-defined]  # it streams
    assert content.startswith(b"%PDF")
    assert AuditEntry.objects.filter(action="purge_protocol.drawn").get().detail == {
        "sha256": run.protocol.digest,
        "purged": 1,
        "run": run.pk,
    }


def test_who_may_only_look_changes_nothing(client: Client) -> None:
    call, hold = made.call(), None
    hold = holds.place(call, "court", legal_basis="art. 250 k.p.c.", review_on=timezone.localdate())
    client.force_login(make.staff("auditor"))
    assert client.get(reverse("retention")).status_code == 200
    assert client.get(reverse("hold-list")).status_code == 200
    for name, pk in (
        ("hold-new", call.pk),
        ("hold-release", hold.pk),
        ("early-purge-new", call.pk),
    ):
        assert client.post(reverse(name, args=[pk])).status_code == 403
    assert client.post(reverse("retention-policy")).status_code == 403
