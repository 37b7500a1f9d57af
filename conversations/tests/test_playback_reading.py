"""Chats are read with the reader's name over them; notes among staff only where the decision says so."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from admin_module.models import AuditEntry
from conversations.models import PlaybackSession
from conversations.playback.rights import Purpose
from tests import make, make_conversations, make_listening

pytestmark = pytest.mark.django_db
LINES = (
    ("visitor", "Dzień dobry, kiedy wywóz?", False),
    ("agent", "Pani dzwoni trzeci raz", True),
    ("agent", "W piątek <b>rano</b>", False),
)


def test_staff_read_all_of_a_chat_and_each_showing_is_written_down() -> None:
    chat = make_conversations.chat()
    make_listening.said(chat, *LINES)
    user = make_conversations.director()
    session, client = make_listening.played(user, chat)
    for times in (1, 2):
        response = client.get(reverse("playback", args=[session.uid]))
        words = response.content.decode()
        assert "Dzień dobry, kiedy wywóz?" in words
        assert "Pani dzwoni trzeci raz" in words
        assert "W piątek &lt;b&gt;rano&lt;/b&gt;" in words
        assert f"{user}" in words
        assert "no-store" in response["Cache-Control"]
        read = session.events.filter(action="read")
        assert [event.end for event in read] == [3] * times
    assert "<audio" not in words


def test_an_applicant_reads_what_was_decided() -> None:
    for notes, parts, seen in (
        (False, {}, [True, False, True]),
        (True, {}, [True, True, True]),
        (True, {"all": [[60_000, 120_000]]}, [False, True, False]),
    ):
        chat = make_conversations.chat()
        make_listening.said(chat, *LINES)
        segments = {str(chat.pk): parts["all"]} if parts else {}
        term = make_listening.appointed(chat, segments)
        term.request.decisions.update(with_notes=notes)
        by = make_listening.everybody_in(term)
        client = make_listening.signed_in(by)
        client.post(reverse("listening-begin", args=[term.pk]), {"device": ""})
        opened = client.post(reverse("listening-open", args=[term.pk, chat.pk]))
        words = client.get(opened["Location"]).content.decode()
        assert [word in words for word in ("kiedy wywóz", "trzeci raz", "W piątek")] == seen
        client.post(reverse("listening-finish", args=[term.pk]), {"remarks": ""})


def test_a_director_confirms_what_an_administrator_opened() -> None:
    chat = make_conversations.chat()
    director, administrator = make_conversations.director(), make.staff("administrator")
    session, _client = make_listening.played(administrator, chat, purpose=Purpose.BREAK_GLASS)
    client = make_listening.signed_in(director)
    listed = client.get(reverse("break-glass-list")).content.decode()
    assert make_listening.REASON in listed
    url = reverse("break-glass-review", args=[session.pk])
    for _time in range(2):  # once is written down
        assert client.post(url).status_code == HTTPStatus.FOUND
    session.refresh_from_db()
    assert session.reviewed_by == director
    assert AuditEntry.objects.filter(action="playback.reviewed").count() == 1
    reader = make_listening.signed_in(make.staff("secretary"))
    assert reader.get(reverse("break-glass-list")).status_code == HTTPStatus.OK
    assert reader.post(url).status_code == HTTPStatus.FORBIDDEN
    assert PlaybackSession.objects.count() == 1
