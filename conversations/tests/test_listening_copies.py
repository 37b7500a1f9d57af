"""A copy leaves only after a decision that gives one, by the hands of the head of the centre or the Director."""

from http import HTTPStatus

import pytest
from django.urls import reverse
from django.utils import timezone

from admin_module.models import AuditEntry
from conversations.access import listening_copies, steps
from conversations.models import (
    AccessRequest,
    Conversation,
    Opinion,
    PlaybackSession,
    RequestLetter,
)
from conversations.playback.rights import Refused
from tests import make, make_access, make_conversations, make_listening

pytestmark = pytest.mark.django_db
REASON = "Wydanie kopii zgodnie z rozstrzygnięciem Dyrektora"
Form = AccessRequest.Form


def _ready(
    of: Conversation, form: str = Form.COPY, segments: dict[str, list[list[int]]] | None = None
) -> AccessRequest:
    row = make_access.opined(of=of)
    words = make_access.grant_of(form, segments=segments or {})
    if segments:
        words["verdict"] = "partial"
    steps.perform(row, "grant", make_access.director(), words)
    steps.perform(row, "prepare_handover", make_access.clerk())
    return row


def test_a_copy_of_a_call_is_its_bytes() -> None:
    call, content = make_listening.recorded(30)
    row = _ready(call)
    client = make_listening.signed_in(make_access.director())
    url = reverse("access-copy", args=[row.pk, call.pk])
    assert client.get(url).context["lacking"] == []
    assert client.post(url, {"reason": "bo tak"}).status_code == 422
    assert client.post(url, {"reason": REASON})["Location"] == reverse(
        "access-request", args=[row.pk]
    )
    copy = RequestLetter.objects.get(kind="copy")
    assert copy.read() == content
    assert copy.expires_at is not None
    assert 29 <= (copy.expires_at - timezone.now()).days <= 30
    session = PlaybackSession.objects.get()
    assert (session.purpose, session.ended_at is not None) == ("export", True)
    assert AuditEntry.objects.filter(action="playback.exported").count() == 1
    # Whoever sees the case does not see the copy.
    paper = reverse("access-letter", args=[row.pk, copy.pk])
    assert make_listening.signed_in(make_access.clerk()).get(paper).status_code == 404
    assert b"".join(client.get(paper)) == content


def test_a_case_is_not_closed_as_handed_over_without_the_copy() -> None:
    call, _content = make_listening.recorded(1)
    row, clerk = _ready(call), make_access.clerk()
    make_access.sent(row, "transcript")
    with pytest.raises(steps.NotAllowed) as refused:
        steps.perform(row, "hand_over", clerk)
    assert refused.value.code == "copy_missing"
    director = make_listening.signed_in(make_access.director())
    director.post(reverse("access-copy", args=[row.pk, call.pk]), {"reason": REASON})
    steps.perform(row, "hand_over", clerk)
    row.refresh_from_db()
    assert row.step == "closed_granted"


def test_a_copy_holds_what_was_decided_and_no_more() -> None:
    call, content = make_listening.recorded(10)
    row = _ready(call, segments={str(call.pk): [[1000, 2000], [4000, 4500]]})
    by = make_access.director()
    key = make_listening.key_of(make_listening.signed_in(by))
    one, two = listening_copies.make(row, call, REASON, by=by, session_key=key)
    assert one.read()[44:] == content[44:][16_000:32_000]
    assert two.read()[44:] == content[44:][64_000:72_000]


def test_a_transcript_is_a_paper() -> None:
    chat = make_conversations.chat()
    make_listening.said(chat, ("visitor", "Dzień dobry", False), ("agent", "uwaga", True))
    row = _ready(chat, Form.TRANSCRIPT)
    by = make_access.director()
    client = make_listening.signed_in(by)
    url = reverse("access-copy", args=[row.pk, chat.pk])
    assert client.post(url, {"reason": REASON}).status_code == HTTPStatus.FOUND
    assert RequestLetter.objects.get(kind="copy").read().startswith(b"%PDF-1.7")
    assert PlaybackSession.objects.get().events.get(action="read").end == 1
    # That of a call somebody has to write.
    call = make_conversations.call()
    typed = _ready(call, Form.TRANSCRIPT)
    url = reverse("access-copy", args=[typed.pk, call.pk])
    assert client.post(url, {"reason": REASON}).status_code == 422
    words = {"reason": REASON, "typed": "– Dzień dobry.\n– Dzień dobry, słucham."}
    assert client.post(url, words).status_code == HTTPStatus.FOUND


def test_nobody_makes_one_without_everything_that_it_takes() -> None:
    call, _content = make_listening.recorded(1)
    row, by = make_access.granted(Form.COPY, of=call), make_access.director()
    key = make_listening.key_of(make_listening.signed_in(by))

    def refused() -> str:
        with pytest.raises(Refused) as said:
            listening_copies.make(row, call, REASON, by=by, session_key=key)
        return said.value.code

    assert refused() == "not_now"
    steps.perform(row, "prepare_handover", make_access.clerk())
    by = make.staff("conversation_designee")
    assert refused() == "no_right"
    by = make.staff("centre_head")
    Opinion.objects.filter(giver="iod").update(superseded_at=timezone.now())
    assert refused() == "iod_opinion"
    Opinion.objects.update(superseded_at=None)
    Conversation.objects.update(caller_id="withheld")
    assert refused() == "caller"
    Conversation.objects.update(caller_id="allowed")
    row.decisions.update(form=Form.SUPERVISED)
    assert refused() == "no_decision"
    assert not RequestLetter.objects.filter(kind="copy").exists()
    other = make_conversations.call()
    client = make_listening.signed_in(make_access.director())
    assert client.get(reverse("access-copy", args=[row.pk, other.pk])).status_code == 404
