"""The register shows whom it may, masks every number, and tells the log who looked and for what."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import AuditEntry, User
from conversations.models import Conversation, NumberReveal, PurgeState
from conversations.register import exporting, seeing
from conversations.register.phones import e164
from recipients import jobs
from recipients.models import Job
from tests import make, make_conversations

pytestmark = pytest.mark.django_db
PHONE, OTHER = "+48605888567", "+48602345678"
REASON = "Oddzwonienie w sprawie BOI.5021.12.2026"


def _of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _page(client: Client, **asked: str) -> str:
    return client.get(reverse("conversation-list"), asked).content.decode()


def test_an_agent_sees_their_own_and_a_designee_all_of_the_town() -> None:
    agent = make_conversations.agent()
    mine = make_conversations.call(phone=PHONE, agent=agent)
    others = make_conversations.call(phone=OTHER)
    page = _page(_of(agent))
    assert reverse("conversation-card", args=[mine.pk]) in page
    assert reverse("conversation-card", args=[others.pk]) not in page
    assert _of(agent).get(reverse("conversation-card", args=[others.pk])).status_code == 404
    page = _page(_of(make_conversations.designee()))
    for call in (mine, others):
        assert reverse("conversation-card", args=[call.pk]) in page
    assert "••• ••• 567" in page
    assert "888567" not in page.replace(" ", "")
    school = make.municipal_unit("Szkoła")
    far = _of(make_conversations.designee(unit=school, login="szkola@zazolcin.example"))
    assert reverse("conversation-card", args=[mine.pk]) not in _page(far)
    assert _of(make.staff("editor")).get(reverse("conversation-list")).status_code == 403


def test_filters_narrow_the_list() -> None:
    agent, client = make_conversations.agent(), _of(make_conversations.director())
    old = make_conversations.call(at=timezone.now() - timedelta(days=40), agent=agent)
    Conversation.objects.filter(pk=old.pk).update(case_number="BOI.7.2026")
    fresh = make_conversations.call()
    chat = make_conversations.chat()
    make_conversations.recording(fresh)
    Conversation.objects.filter(pk=fresh.pk).update(expires_at=timezone.now() + timedelta(days=3))

    def shown(**asked: str) -> set[int]:
        page = _page(client, **asked)
        rows = (old, fresh, chat)
        return {row.pk for row in rows if reverse("conversation-card", args=[row.pk]) in page}

    day = f"{timezone.localdate() - timedelta(days=10):%Y-%m-%d}"
    assert shown() == {old.pk, fresh.pk, chat.pk}
    assert shown(kind="chat") == {chat.pk}
    assert shown(agent=str(agent.pk)) == {old.pk}
    assert shown(case="boi.7.2026") == {old.pk}
    assert shown(recording="tak") == {fresh.pk}
    assert shown(keeping="wkrotce") == {fresh.pk}
    assert shown(since=day) == {fresh.pk, chat.pk}
    assert shown(until=day) == {old.pk}
    assert shown(whose="moje") == set()
    assert shown(since="kiedyś", kind="fax") == {old.pk, fresh.pk, chat.pk}
    assert shown(keeping="usuniete") == set()


def test_a_number_is_found_whole_and_never_stands_in_the_log() -> None:
    client = _of(make_conversations.director())
    call, other = make_conversations.call(phone=PHONE), make_conversations.call(phone=OTHER)
    address = reverse("conversation-search")
    for typed in ("605 888 567", "+48 605-888-567", "0048605888567"):
        page = client.post(address, {"number": typed}).content.decode()
        assert reverse("conversation-card", args=[call.pk]) in page
        assert reverse("conversation-card", args=[other.pk]) not in page
    nothing = client.post(address, {"number": "603 000 000"})
    assert nothing.status_code == 200
    assert reverse("conversation-card", args=[call.pk]) not in nothing.content.decode()
    for typed in ("567", "", "żółw", "605 888 567 605 888 567"):
        assert client.post(address, {"number": typed}).status_code == 422
    looked = AuditEntry.objects.filter(action="conversation.listed")
    assert looked.count() == 4
    same = {entry.reason for entry in looked}
    assert len(same) == 2
    assert all("605888567" not in f"{entry.detail}{entry.reason}" for entry in looked)


def test_a_whole_number_is_shown_once_to_whoever_says_why() -> None:
    call = make_conversations.call(phone=PHONE)
    card, number = (
        reverse(name, args=[call.pk]) for name in ("conversation-card", "conversation-number")
    )
    designee = _of(make_conversations.designee())
    assert PHONE not in designee.get(card).content.decode()
    short = designee.post(number, {"reason": "bo tak"})
    assert short.status_code == 422
    assert PHONE not in short.content.decode()
    assert PHONE in designee.post(number, {"reason": REASON}).content.decode()
    assert PHONE not in designee.get(card).content.decode()
    assert [row.reason for row in NumberReveal.objects.all()] == [REASON]
    entry = AuditEntry.objects.get(action="conversation.unmasked")
    assert REASON not in str((entry.reason, entry.detail))
    undesignated = make.staff("conversation_designee", login="bez@zazolcin.example")
    refused = _of(undesignated).post(number, {"reason": REASON}, follow=True)
    assert PHONE not in refused.content.decode()
    head = _of(make.staff("centre_head"))
    assert PHONE in head.post(number, {"reason": REASON}).content.decode()
    assert _of(make_conversations.agent()).post(number, {"reason": REASON}).status_code == 403
    assert NumberReveal.objects.count() == 2


def test_a_deleted_conversation_has_a_card_without_a_number() -> None:
    call = make_conversations.call(phone=PHONE)
    Conversation.objects.filter(pk=call.pk).update(purge_state=PurgeState.PURGED)
    client = _of(make_conversations.director())
    page = client.get(reverse("conversation-card", args=[call.pk])).content.decode()
    assert "567" not in page.partition("<main")[2].partition("</main>")[0].replace("–", "")
    posted = client.post(reverse("conversation-number", args=[call.pk]), {"reason": REASON})
    assert posted.status_code == 302
    assert not NumberReveal.objects.exists()


def test_the_number_of_a_case_is_written_over_the_newest_only() -> None:
    agent = make_conversations.agent()
    call = make_conversations.call(agent=agent)
    client, address = _of(agent), reverse("conversation-case", args=[call.pk])
    for number in ("601234567", "<b>", "90010112345"):
        wrong = client.post(address, {"case_number": number, "revision": call.revision})
        assert wrong.status_code == 422
    client.post(address, {"case_number": "BOI.5021.12.2026", "revision": call.revision})
    client.post(address, {"case_number": "BOI.1.2026", "revision": call.revision})
    call.refresh_from_db()
    assert call.case_number == "BOI.5021.12.2026"
    entry = AuditEntry.objects.get(action="conversation.assigned_case")
    assert "5021" not in str((entry.reason, entry.detail))
    stranger = _of(make_conversations.agent(login="inny@zazolcin.example"))
    assert stranger.post(address, {"case_number": "X.1", "revision": 2}).status_code == 404


def test_an_export_holds_no_number() -> None:
    make_conversations.call(phone=PHONE)
    director = make_conversations.director()
    client = _of(director)
    address = reverse("conversation-export")
    form = client.get(address).context["form"]
    key = form["form_key"].value()
    client.post(f"{address}?kind=call", {"layout": "csv", "form_key": key})
    job = Job.objects.get(kind=exporting.KIND)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.counts == {"conversations": 1}
    assert job.result is not None
    told = job.result.read().decode()
    assert "567" not in told
    assert "Centrum informacji" in told


@pytest.mark.dry
def test_numbers_are_masked_and_understood() -> None:
    assert seeing.masked("+48601234567") == "+48 ••• ••• 567"
    assert seeing.masked("") == ""
    assert seeing.masked("112") == "••• 2"
    assert e164("91 424 50 00") == "+48914245000"
    assert e164("(91) 424-50-00") == "+48914245000"
    assert [e164(text) for text in ("", "abc", "1", "+48")] == [""] * 4
