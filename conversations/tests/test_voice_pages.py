"""The pages about calls through Twilio: what is typed, what is refused, who may."""

from datetime import time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from admin_module import configuration
from admin_module.models import AuditEntry, User
from conversations.models import (
    Call,
    Line,
    Source,
    SourceCheck,
    SourceDisposal,
    VoiceCall,
    VoiceLine,
    VoicePhone,
    VoiceRecording,
)
from tests import make
from tests import make_conversations as made

pytestmark = pytest.mark.django_db
NUMBER = "+48914245101"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.staff("administrator"))
    return client


@pytest.fixture
def line() -> Line:
    return made.line()


def fields(line: Line, **changes: object) -> dict[str, object]:
    served = VoiceLine.objects.filter(line=line).first()
    typed = {"active": "on", "ring_seconds": 25, "opens_at": "", "closes_at": ""}
    return typed | {"revision": served.revision if served else 0} | changes


def test_a_line_is_answered_once_it_was_saved(desk: Client, line: Line) -> None:
    url = reverse("voice-line", args=[line.pk])
    assert "Zapisz" in desk.get(url).content.decode()
    hours = {"opens_at": "07:30", "closes_at": "15:30", "ring_seconds": 40}
    assert desk.post(url, fields(line, **hours)).status_code == 302
    served = VoiceLine.objects.get(line=line)
    assert (served.opens_at, served.closes_at, served.ring_seconds) == (
        time(7, 30),
        time(15, 30),
        40,
    )
    assert AuditEntry.objects.filter(action="voice_line.changed").count() == 1

    for wrong in (
        {"ring_seconds": 4},
        {"ring_seconds": "dużo"},
        {"opens_at": "08:00"},
        {"opens_at": "16:00", "closes_at": "08:00"},
        {"opens_at": "99:99", "closes_at": "08:00"},
    ):
        answer = desk.post(url, fields(line, **wrong))
        assert answer.status_code == 422, wrong
        assert "error-summary" in answer.content.decode(), wrong
    answer = desk.post(url, fields(line, ring_seconds=60, revision=0))
    assert answer.status_code == 409  # somebody else saved meanwhile
    assert VoiceLine.objects.get(line=line).ring_seconds == 40
    desk.post(url, fields(line, ring_seconds=30))
    assert VoiceLine.objects.get(line=line).ring_seconds == 30


def test_phones_come_and_go(desk: Client, line: Line) -> None:
    agent = made.agent()
    new = reverse("voice-phone-new", args=[line.pk])
    assert desk.get(new).status_code == 404  # nobody answers this line yet
    served = VoiceLine.objects.create(line=line)
    typed = {"name": "Stanowisko 1", "number": "91 424 51 01", "user": agent.pk}
    assert desk.post(new, typed).status_code == 302
    phone = VoicePhone.objects.get()
    assert (phone.number, phone.user) == (NUMBER, agent)
    for wrong in ("91 424 51 01", "12", "", "+48 700 000 000", "<script>"):
        assert desk.post(new, typed | {"number": wrong}).status_code == 422, wrong
    assert desk.post(new, typed | {"number": "601234567", "user": "x"}).status_code == 422
    for last in range(9):
        number = f"+4891424520{last}"
        VoicePhone.objects.create(voice_line=served, name=str(last), number=number)
    assert desk.post(new, typed | {"number": "601234567"}).status_code == 422  # ten at most

    page = desk.get(reverse("voice-line", args=[line.pk])).content.decode()
    assert NUMBER in page
    gone = reverse("voice-phone-remove", args=[line.pk, phone.pk])
    assert "Usuń telefon Stanowisko 1" in desk.get(gone).content.decode()
    assert VoicePhone.objects.filter(pk=phone.pk).exists()
    desk.post(gone)
    assert not VoicePhone.objects.filter(pk=phone.pk).exists()
    assert desk.post(gone).status_code == 404
    # Nothing that names a person or a number stands in the log.
    assert not AuditEntry.objects.filter(detail__icontains="91424").exists()


def recorded(line: Line, **row: object) -> VoiceRecording:
    conversation = made.call(on=line)
    call = VoiceCall.objects.create(conversation=conversation, state=VoiceCall.State.ENDED)
    sid = f"RE{call.pk:032x}"
    return VoiceRecording.objects.create(call=call, sid=sid, **row)


def test_the_page_says_what_went_wrong_and_a_person_can_try_again(desk: Client, line: Line) -> None:
    failed = recorded(line, state=VoiceRecording.State.FAILED, error="wrong_codec", tries=12)
    there = recorded(line, state=VoiceRecording.State.FAILED, error="at_twilio")
    conversation = failed.call.conversation
    SourceDisposal.objects.create(
        conversation=conversation, source=Source.TWILIO, remote_id="RE1", tries=5, error="later"
    )
    SourceCheck.objects.create(seen=3, left=1, foreign=2, at=timezone.now() - timedelta(days=3))
    page = desk.get(reverse("voice-list")).content.decode()
    for words in (
        "Nie udało się pobrać 2 nagrań.",
        "To nie był dźwięk w formacie, który ICP zna.",
        "nie usunięto w Twilio",
        "Próbowano 5 razy.",
        "zostało 1 nagranie",
        "2 nagrania spoza rozmów w ICP",
        "To było zbyt dawno",
        "Nie ustawiono konta w Twilio",
        "/callbacks/voice/przychodzace/",
    ):
        assert words in page, words
    desk.post(reverse("voice-recording-again", args=[failed.pk]))
    desk.post(reverse("voice-recording-again", args=[there.pk]))
    failed.refresh_from_db()
    there.refresh_from_db()
    assert (failed.state, failed.tries) == (VoiceRecording.State.WAITING, 0)
    assert there.state == VoiceRecording.State.FAILED  # there is nothing to fetch
    assert desk.get(reverse("voice-recording-again", args=[failed.pk])).status_code == 405


def test_the_page_about_exchanges_says_so_too(desk: Client, line: Line, settings: Settings) -> None:
    assert "Nagrania w Twilio" not in desk.get(reverse("exchange-list")).content.decode()
    settings.VOICE = {"account": "AC" + "0" * 32, "token": "x" * 32}
    configuration.forget()
    recorded(line, state=VoiceRecording.State.FAILED, error="cut_off")
    page = desk.get(reverse("exchange-list")).content.decode()
    assert "Nie udało się pobrać 1 nagrania." in page


def agent_at(line: Line) -> tuple[User, VoicePhone]:
    agent = made.agent()
    served, _new = VoiceLine.objects.get_or_create(line=line)
    phone = VoicePhone.objects.create(voice_line=served, name="Mój", number=NUMBER, user=agent)
    return agent, phone


def test_an_agent_calls_from_their_own_phone_only(client: Client, line: Line) -> None:
    agent, phone = agent_at(line)
    other = VoicePhone.objects.create(
        voice_line=phone.voice_line, name="Cudzy", number="+48914245109", user=made.agent()
    )
    client.force_login(agent)
    url = reverse("voice-call")
    assert "Cudzy" not in client.get(url).content.decode()
    for wrong in (
        {"phone": other.pk, "number": "602000111"},
        {"phone": phone.pk, "number": "700 000 000"},
        {"phone": phone.pk, "number": ""},
    ):
        assert client.post(url, wrong).status_code == 422, wrong
    assert not VoiceCall.objects.exists()
    answer = client.post(url, {"phone": phone.pk, "number": "602000111"})
    assert answer.status_code == 422
    assert "Nie ustawiono konta" in answer.content.decode()
    call = VoiceCall.objects.get()
    assert call.error == "not_configured"

    phone.delete()
    assert "Nie masz telefonu" in client.get(url).content.decode()


def test_how_far_a_call_is_nobody_else_sees(client: Client, line: Line) -> None:
    agent, _phone = agent_at(line)
    conversation = made.call(on=line, agent=agent, phone="+48602000111")
    Call.objects.filter(conversation=conversation).update(choice=Call.Choice.RECORDED)
    call = VoiceCall.objects.create(
        conversation=conversation, state=VoiceCall.State.JOINED, notice=made.notice("call")
    )
    url, decline = (reverse(name, args=[call.pk]) for name in ("voice-call-state", "voice-decline"))
    client.force_login(agent)
    page = client.get(url).content.decode()
    assert "every 3s" in page
    assert "+48602000111" not in page
    assert (
        client.get(url, headers={"HX-Request": "true"})
        .content.decode()
        .lstrip()
        .startswith("<section")
    )
    assert "Rozmówca nie chce nagrywania" in page
    client.post(decline)
    client.post(decline)  # twice does nothing more
    assert conversation.notices.count() == 1
    assert "Rozmówca nie chce nagrywania" not in client.get(url).content.decode()
    VoiceCall.objects.update(state=VoiceCall.State.ENDED)
    assert "every 3s" not in client.get(url).content.decode()
    client.force_login(made.agent())
    assert client.get(url).status_code == 404
    assert client.post(decline).status_code == 404


def test_the_card_of_a_call_says_what_became_of_its_recording(client: Client, line: Line) -> None:
    row = recorded(line, state=VoiceRecording.State.REFUSED, error="no_legal_basis")
    SourceDisposal.objects.create(
        conversation=row.call.conversation, source=Source.TWILIO, remote_id=row.sid
    )
    client.force_login(made.director())
    page = client.get(reverse("conversation-card", args=[row.call.conversation_id]))
    text = page.content.decode()
    assert "linia nie może już nagrywać" in text
    assert "jeszcze nie" in text
