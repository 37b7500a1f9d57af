"""What the Director and the Secretary see of a month: the numbers are right, and the paper names nobody."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import AuditEntry, User
from conversations.models import (
    Call,
    Conversation,
    NoticeDelivery,
    NumberReveal,
    PlaybackSession,
    RetentionHold,
)
from conversations.register import figures, notices, supervision_paper
from tests import make, make_conversations

pytestmark = pytest.mark.django_db
PHONE = "+48605888567"


def _of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _opened(call: Conversation, purpose: str) -> None:
    PlaybackSession.objects.create(
        conversation=call,
        user=make.staff("administrator", login=f"{purpose}@zazolcin.example"),
        purpose=purpose,
        reason="Awaria zapisu",
        session_digest="0" * 64,
        expires_at=timezone.now() + timedelta(minutes=30),
    )


def _month() -> Conversation:
    now = timezone.now()
    call = make_conversations.call(phone=PHONE, at=now)
    notices.deliver(call, notices.current("call", "short"), NoticeDelivery.Outcome.CONTINUED)
    Call.objects.filter(conversation=call).update(choice=Call.Choice.RECORDED)
    other = make_conversations.call(at=now)
    notices.deliver(other, notices.current("call", "short"), NoticeDelivery.Outcome.OPTED_OUT)
    make_conversations.call(at=now - timedelta(days=70))
    make_conversations.chat(at=now)
    for purpose in ("break_glass", "quality"):
        _opened(call, purpose)
    NumberReveal.objects.create(conversation=call, user=make.clerk(), reason="Oddzwonienie")
    RetentionHold.objects.create(
        conversation=call,
        reason=RetentionHold.Reason.POLICE,
        legal_basis="art. 217 k.p.k.",
        review_on=timezone.localdate(),
    )
    overdue = make_conversations.call(at=now)
    Conversation.objects.filter(pk=overdue.pk).update(expires_at=now - timedelta(hours=1))
    return call


def test_the_numbers_of_a_month() -> None:
    _month()
    month = figures.supervision(figures.month_of(""))
    talks = month.talks
    assert (talks.incoming, talks.outgoing, talks.chats) == (3, 0, 1)
    assert (talks.recorded, talks.opted_out, talks.without_notice) == (1, 1, 2)
    assert dict(month.opened) | {"quality": 1, "break_glass": 1} == dict(month.opened)
    assert (month.unreviewed, month.reveals) == (1, 1)
    assert (month.holds, month.holds_to_review, month.overdue) == (1, 1, 1)
    assert month.is_alarming
    PlaybackSession.objects.update(reviewed_at=timezone.now())
    assert figures.supervision(month.first).unreviewed == 0


def test_the_page_and_its_paper_are_for_supervision_alone() -> None:
    _month()
    secretary = _of(make.staff("secretary"))
    page = secretary.get(reverse("supervision")).content.decode()
    assert reverse("break-glass-list") in page
    assert "888567" not in page
    paper = secretary.get(reverse("supervision-paper"), {"miesiac": "2026-01"})
    assert paper.content.startswith(b"%PDF-1.7")
    assert b"pdfuaid" in paper.content
    assert AuditEntry.objects.get(action="supervision.printed").detail == {"month": "2026-01"}
    for role in ("centre_head", "administrator", "conversation_agent"):
        client = _of(make.staff(role, login=f"{role}@zazolcin.example"))
        assert client.get(reverse("supervision")).status_code == 403
        assert client.get(reverse("supervision-paper")).status_code == 403


def test_the_paper_says_what_the_page_says() -> None:
    _month()
    told = {
        words: value
        for section in supervision_paper.sections(figures.supervision(figures.month_of("")))
        for words, value in section.facts
    }
    assert told["Rozmowy przychodzące"] == "3"
    assert told["Dostęp awaryjny administratora"] == "1"
    assert told["Po terminie, nieusunięte i niewstrzymane"] == "1"
    assert told["Wstrzymania do przejrzenia"] == "1"


@pytest.mark.dry
def test_a_month_is_read_and_never_one_to_come() -> None:
    this = timezone.localdate().replace(day=1)
    assert figures.month_of("2026-01") == date(2026, 1, 1)
    for text in ("", "9999-01", "marzec", "2026-13", "2026-01-05"):
        assert figures.month_of(text) == this
