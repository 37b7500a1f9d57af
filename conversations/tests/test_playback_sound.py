"""What leaves the server: pieces of at most 256 KiB, to one tab of one browser, as long as the right stands."""

import time
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import DatabaseError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conversations.models import (
    Conversation,
    Designation,
    PlaybackEvent,
    PlaybackSession,
    Recording,
)
from conversations.playback import page, player, sessions
from conversations.retention import holds
from icp.encryption.erasing import erase_key
from tests import make, make_conversations, make_listening

pytestmark = pytest.mark.django_db
MOST = 256 * 1024


def address(client: Client, session: PlaybackSession) -> str:
    """The address that the page gives its player."""
    response = client.get(reverse("playback", args=[session.uid]))
    assert response.status_code == HTTPStatus.OK
    return str(response.context["sounds"][0]["url"])


def ask(client: Client, url: str, wanted: str = "bytes=0-") -> HttpResponse:
    headers = {"Range": wanted} if wanted else {}
    return client.get(url, headers=headers)  # type: ignore[return-value]


def test_a_recording_is_heard_piece_by_piece_and_every_piece_is_written_down() -> None:
    call, content = make_listening.recorded(30)
    session, client = make_listening.played(make_conversations.director(), call)
    url, got, place = address(client, session), b"", 0
    while place < len(content):
        answer = ask(client, url, f"bytes={place}-")
        assert answer.status_code == HTTPStatus.PARTIAL_CONTENT
        assert len(answer.content) <= MOST
        end = place + len(answer.content) - 1
        assert answer["Content-Range"] == f"bytes {place}-{end}/{len(content)}"
        got, place = got + answer.content, end + 1
    assert got == content
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"] == "inline"
    assert answer["X-Content-Type-Options"] == "nosniff"
    told = session.events.filter(action="range").order_by("pk").values_list("begin", "end")
    assert list(told) == [(0, MOST), (MOST, len(content))]
    # What is asked for anew, from the middle, comes from the middle.
    middle = len(content) // 2 + 1
    assert ask(client, url, f"bytes={middle}-{middle + 9}").content == content[middle : middle + 10]
    for wrong in ("", "bytes=99999999-", "bytes=0-1,2-3"):
        assert ask(client, url, wrong).status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE


def test_nobody_else_hears_with_the_address() -> None:
    call, _content = make_listening.recorded(1)
    user = make_conversations.director()
    session, client = make_listening.played(user, call)
    url = address(client, session)
    stranger = ask(Client(), url)
    assert (stranger.status_code, stranger.content) == (HTTPStatus.FOUND, b"")
    other = make_listening.signed_in(make_conversations.director())
    assert ask(other, url).status_code == HTTPStatus.NOT_FOUND
    # The same person in another browser.
    elsewhere = make_listening.signed_in(user)
    assert ask(elsewhere, url).status_code == HTTPStatus.FORBIDDEN
    page_there = elsewhere.get(reverse("playback", args=[session.uid]))
    assert page_there.status_code == HTTPStatus.FORBIDDEN
    assert ask(client, url).status_code == HTTPStatus.PARTIAL_CONTENT


def test_an_address_of_another_session_or_a_changed_or_old_one_opens_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    call, _content = make_listening.recorded(1)
    user = make_conversations.director()
    one, client = make_listening.played(user, call)
    two, _same = make_listening.played(user, call, client)
    first, second = address(client, one), address(client, two)
    token = second.rstrip("/").rsplit("/", 1)[1]
    foreign = reverse("playback-sound", args=[one.uid, token])
    changed = first.rstrip("/")[:-1] + ("A" if not first.rstrip("/").endswith("A") else "B") + "/"
    for url in (foreign, changed, reverse("playback-sound", args=[one.uid, "x"])):
        assert ask(client, url).status_code == HTTPStatus.FORBIDDEN
    assert ask(client, first).status_code == HTTPStatus.PARTIAL_CONTENT
    later = time.time() + player.TOKEN_SECONDS + 1
    with monkeypatch.context() as patch:
        patch.setattr("django.core.signing.time.time", lambda: later)
        assert ask(client, first).status_code == HTTPStatus.FORBIDDEN


def _ended(session: PlaybackSession) -> None:
    sessions.end(session, by=None)


def _ran_out(session: PlaybackSession) -> None:
    PlaybackSession.objects.filter(pk=session.pk).update(expires_at=timezone.now())


def _held(session: PlaybackSession) -> None:
    day = timezone.localdate() + timedelta(days=30)
    holds.place(session.conversation, "court", legal_basis="art. 248 k.p.c.", review_on=day)


def _undesignated(session: PlaybackSession) -> None:
    Designation.objects.filter(user=session.user).update(revoked_at=timezone.now())


def _without_right(session: PlaybackSession) -> None:
    session.user.groups.set(make_conversations.agent().groups.all())


def _purging(_session: PlaybackSession) -> None:
    Conversation.objects.update(purge_state="purging")


def _keyless(session: PlaybackSession) -> None:
    erase_key(session.conversation.uid)


def _lost(_session: PlaybackSession) -> None:
    Recording.objects.get().path.unlink()


ENDS = {
    _ended: HTTPStatus.GONE,
    _ran_out: HTTPStatus.GONE,
    _held: HTTPStatus.FORBIDDEN,
    _undesignated: HTTPStatus.FORBIDDEN,
    _without_right: HTTPStatus.FORBIDDEN,
    _purging: HTTPStatus.GONE,
    _keyless: HTTPStatus.GONE,
    _lost: HTTPStatus.GONE,
}


def test_everything_that_ends_a_right_ends_the_sound_with_the_next_piece() -> None:
    call, _content = make_listening.recorded(1)
    user = make_conversations.designee()
    kept = Recording.objects.get().path.read_bytes()
    for end, status in ENDS.items():
        with transaction.atomic():
            session, client = make_listening.played(user, call)
            url = address(client, session)
            assert ask(client, url).status_code == HTTPStatus.PARTIAL_CONTENT, end
            end(session)
            answer = ask(client, url)
            assert (answer.status_code, answer.content) == (status, b""), end
            Recording.objects.get().path.write_bytes(kept)
            transaction.set_rollback(True)
        user = type(user).objects.get(pk=user.pk)


def test_whoever_is_signed_out_or_switched_off_is_a_stranger() -> None:
    call, _content = make_listening.recorded(1)
    for step in ("signs out", "is switched off"):
        user = make_conversations.director()
        session, client = make_listening.played(user, call)
        url = address(client, session)
        if step == "signs out":
            client.post(reverse("sign-out"))
        else:
            type(user).objects.filter(pk=user.pk).update(is_active=False)
        assert (ask(client, url).status_code, ask(client, url).content) == (HTTPStatus.FOUND, b"")


def test_one_tab_plays_and_another_waits_half_a_minute() -> None:
    call, _content = make_listening.recorded(1)
    session, client = make_listening.played(make_conversations.director(), call)
    url = address(client, session)
    second = client.get(reverse("playback", args=[session.uid]))
    assert second.context["taken"] is True
    assert b"<audio" not in second.content
    alive = reverse("playback-alive", args=[session.uid])
    session.refresh_from_db()
    tab = str(session.player)
    beat = client.post(alive, {"player": tab})
    assert next(iter(beat.json()["sounds"].values())).startswith(f"/rozmowy/odsluch/{session.uid}/")
    # Silent for half a minute: the next tab has it, and the first one is told.
    PlaybackSession.objects.update(player_seen_at=timezone.now() - player.SILENCE * 2)
    third = address(client, session)
    assert client.post(alive, {"player": tab}).status_code == HTTPStatus.CONFLICT
    assert ask(client, url).status_code == HTTPStatus.FORBIDDEN
    assert ask(client, third).status_code == HTTPStatus.PARTIAL_CONTENT
    # A tab that is closed gives the player back at once.
    session.refresh_from_db()
    assert client.post(alive, {"player": session.player, "leaving": "1"}).status_code == 204
    address(client, session)
    assert client.post(alive, {"player": "nonsense"}).status_code == HTTPStatus.GONE


def test_what_is_pressed_is_written_down_and_nobody_changes_it() -> None:
    call, _content = make_listening.recorded(1)
    session, client = make_listening.played(make_conversations.director(), call)
    address(client, session)
    recording = Recording.objects.get()
    trace = reverse("playback-trace", args=[session.uid])
    told = {"recording": recording.pk, "part": 0, "action": "seek", "begin": 500, "end": 900}
    assert client.post(trace, told).status_code == HTTPStatus.NO_CONTENT
    wrong = (
        {"action": "range"}, {"action": "end"}, {"action": "x" * 20}, {"begin": -1},
        {"end": 10**12}, {"recording": recording.pk + 1}, {"part": 1}, {"begin": ""},
    )  # fmt: skip
    for change in wrong:
        assert client.post(trace, told | change).status_code == 422, change
    assert session.events.count() == 1
    for statement in (
        lambda: PlaybackEvent.objects.update(end=0),
        lambda: PlaybackEvent.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            statement()
    # They go with their conversation, once its deletion has begun.
    Conversation.objects.update(purge_state="purging")
    session.events.all().delete()


def test_the_page_of_a_call_that_cannot_be_played_says_so() -> None:
    user = make_conversations.director()
    bare, unplayable = make_conversations.call(), make_conversations.call()
    recording = make_conversations.recording(unplayable)
    Recording.objects.filter(pk=recording.pk).update(playable=False)
    for call in (bare, unplayable):
        session, client = make_listening.played(user, call)
        response = client.get(reverse("playback", args=[session.uid]))
        assert response.status_code == HTTPStatus.OK
        assert response.context["refused"]
        assert b"<audio" not in response.content
        assert page.addresses(session, session.uid) == {}
    # What was converted is played in its place.
    derivative = make_conversations.recording(bare)
    Recording.objects.filter(pk=derivative.pk).update(role="derivative")
    session, client = make_listening.played(user, bare)
    assert ask(client, address(client, session)).status_code == HTTPStatus.PARTIAL_CONTENT


def test_the_page_says_who_hears_and_lets_only_its_own_sound_in() -> None:
    call, _content = make_listening.recorded(1)
    user = make_conversations.director()
    session, client = make_listening.played(user, call, case="BOI.7.2026")
    response = client.get(reverse("playback", args=[session.uid]))
    words = response.content.decode()
    assert "BOI.7.2026" in words
    assert str(user) in words
    assert 'controlslist="nodownload noplaybackrate"' in words
    assert "media-src 'self'" in response["Content-Security-Policy"]
    end = client.post(reverse("playback-end", args=[session.uid]))
    assert end.status_code == HTTPStatus.FOUND
    over = client.get(reverse("playback", args=[session.uid]))
    assert over.status_code == HTTPStatus.FORBIDDEN
    assert str(sessions.ENDED) in over.content.decode()


def test_the_form_asks_for_a_purpose_and_a_reason() -> None:
    call = make_conversations.call()
    client = make_listening.signed_in(make_conversations.director())
    url = reverse("playback-begin", args=[call.pk])
    assert client.get(url).status_code == HTTPStatus.OK
    for wrong in ({}, {"purpose": "quality"}, {"purpose": "break_glass", "reason": "x" * 30}):
        assert client.post(url, wrong).status_code == 422
    fine = {"purpose": "quality", "reason": make_listening.REASON}
    assert client.post(url, fine)["Location"] == reverse(
        "playback", args=[PlaybackSession.objects.get().uid]
    )
    barred = make_listening.signed_in(make.staff("auditor"))
    assert barred.get(url).context["why_not"]
    assert barred.post(url, fine).status_code == 422
