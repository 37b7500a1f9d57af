"""A call that somebody at the office notes: with its notice, on a line of their own unit, a recording where one may be."""

import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from admin_module.models import AuditEntry, User
from conversations.models import Conversation, LegalBasis, Line, NoticeDelivery, Recording
from tests import make, make_conversations

pytestmark = pytest.mark.django_db
NEW = "/rozmowy/polaczenia/nowe/"


@pytest.fixture
def agent(client: Client) -> User:
    user = make_conversations.agent()
    client.force_login(user)
    return user


def noted(of: Line, **fields: Any) -> dict[str, Any]:
    began = timezone.localtime() - timedelta(hours=2)
    return {
        "name": str(uuid.uuid4()),
        "direction": "in",
        "line": of.pk,
        "number": "601 234 567",
        "day": f"{began:%Y-%m-%d}",
        "hour": f"{began:%H:%M}",
        "minutes": "7",
        "answered": "on",
    } | fields


def test_an_outgoing_call_is_registered_with_the_words_that_were_said(
    client: Client, agent: User
) -> None:
    line = make_conversations.line()
    page = client.get(NEW).content.decode()
    assert "enctype" not in page, "no line records"
    form = noted(line, direction="out", told="on", case_number="BOI.5.2026")
    answer = client.post(NEW, form)
    row = Conversation.objects.select_related("call").get()
    assert answer["Location"].endswith(f"/{row.pk}/")
    assert (row.party.phone, row.agent, row.unit) == ("+48601234567", agent, line.unit)
    assert (row.source, row.direction, row.case_number) == ("manual", "out", "BOI.5.2026")
    assert row.ended_at is not None
    assert row.ended_at - row.originated_at == timedelta(minutes=7)
    delivery = NoticeDelivery.objects.select_related("version").get()
    assert (delivery.outcome, delivery.by, delivery.version.part) == ("said", agent, "outgoing")
    assert delivery.version.text.splitlines()[0][:20] in page
    assert client.post(NEW, form).status_code == 302
    assert Conversation.objects.count() == 1, "sent twice it is one call"
    assert AuditEntry.objects.get(action="call.entered").actor == agent


def test_what_is_missing_is_asked_for_with_the_input_kept(client: Client, agent: User) -> None:
    line = make_conversations.line()
    later = timezone.localtime() + timedelta(days=1)
    wrong: dict[str, dict[str, Any]] = {
        "told": {"direction": "out"},
        "number": {"number": "", "caller_id": ""},
        "hour": {"day": f"{later:%Y-%m-%d}"},
        "minutes": {"minutes": "-1"},
        "line": {"line": "999999"},
        "day": {"day": "2019-01-01"},
    }
    for field, fields in wrong.items():
        answer = client.post(NEW, noted(line, case_number="BOI.7.2026", **fields))
        assert answer.status_code == 422, field
        assert set(answer.context["form"].errors) == {field}
        assert "BOI.7.2026" in answer.content.decode()
    bad = client.post(NEW, noted(line, number="sześćset jeden"))
    assert set(bad.context["form"].errors) == {"number"}
    assert not Conversation.objects.exists()
    hidden = client.post(NEW, noted(line, number="", caller_id="withheld"))
    assert hidden.status_code == 302
    assert Conversation.objects.get().caller_id == "withheld"


def test_a_recording_is_taken_only_where_the_line_records(client: Client, agent: User) -> None:
    quiet = make_conversations.line("+48914245001")
    loud = make_conversations.line("+48914245002", records=True)
    LegalBasis.objects.update(approved_at=timezone.now() - timedelta(days=30))

    def post(line: Line, content: bytes, **fields: Any) -> Any:
        file = io.BytesIO(content)
        file.name = "nagranie.wav"
        return client.post(NEW, noted(line, recording=file, **fields))

    wav = make_conversations.wav()
    assert set(post(quiet, wav, told="on").context["form"].errors) == {"recording"}
    assert set(post(loud, wav).context["form"].errors) == {"told"}
    assert set(post(loud, wav[:-90], told="on").context["form"].errors) == {"recording"}
    assert not Conversation.objects.exists()
    assert post(loud, wav, told="on").status_code == 302
    assert Recording.objects.get().read() == wav


def test_only_lines_of_ones_own_unit_and_only_by_the_right(client: Client) -> None:
    school = make.municipal_unit()
    client.force_login(make_conversations.agent(unit=school))
    other = make_conversations.line()
    own = make_conversations.line("+48914245003", unit=school)
    page = client.get(NEW).content.decode()
    assert own.number in page
    assert other.number not in page
    assert client.post(NEW, noted(other)).status_code == 422
    assert client.post(NEW, noted(own)).status_code == 302
    client.force_login(make.staff("auditor"))
    assert client.get(NEW).status_code == 403
