"""The chat's settings: inboxes and their weeks, sites, ready answers, blocks; who else may not, what is refused."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import AuditEntry, User
from conversations.chat import opening, week
from conversations.chat.settings_forms import OriginForm
from conversations.models import AllowedOrigin, CannedResponse, ChatBlock, ChatInbox
from tests import make, make_conversations

pytestmark = pytest.mark.django_db


@pytest.fixture
def head() -> User:
    return make.staff("centre_head")


@pytest.fixture
def settings_of(head: User) -> Client:
    client = Client()
    client.force_login(head)
    return client


def inbox_fields(**fields: object) -> dict[str, object]:
    return {
        "name": "Podatki",
        "code": "podatki",
        "unit": make.unit().pk,
        "queue_limit": 5,
        "revision": 1,
        "hours_1": "7:30-12:00, 13.00 – 17:00",
        "hours_0": "",
    } | fields


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_an_inbox_is_made_changed_closed_and_opened_again(settings_of: Client) -> None:
    new = reverse("chat-inbox-new")
    assert settings_of.post(new, inbox_fields())["Location"] == reverse("chat-settings")
    inbox = ChatInbox.objects.get(code="podatki")
    assert inbox.hours == {"1": [["07:30", "12:00"], ["13:00", "17:00"]]}
    assert settings_of.post(new, inbox_fields()).status_code == 422

    edit = reverse("chat-inbox-edit", args=[inbox.pk])
    saved = settings_of.post(edit, inbox_fields(name="Podatki i opłaty", code="inny"))
    assert saved.status_code == 302
    stale = settings_of.post(edit, inbox_fields(name="Coś innego"))
    assert stale.status_code == 409
    inbox.refresh_from_db()
    assert (inbox.name, inbox.code, inbox.revision) == ("Podatki i opłaty", "podatki", 2)

    close = reverse("chat-inbox-close", args=[inbox.pk])
    assert settings_of.get(close).status_code == 200
    settings_of.post(close)
    inbox.refresh_from_db()
    assert inbox.closed_at
    settings_of.post(close, {"open": "1"})
    assert ChatInbox.objects.filter(pk=inbox.pk, closed_at=None).exists()
    page = settings_of.get(reverse("chat-settings")).content.decode()
    assert 'data-inbox="podatki"' in page
    assert actions() == [
        "chat_inbox.created",
        "chat_inbox.changed",
        "chat_inbox.closed",
        "chat_inbox.opened",
    ]


def test_a_wrong_week_comes_back_with_its_words(settings_of: Client) -> None:
    wrong = {
        "hours_1": "8-16",
        "hours_2": "8:00-25:00",
        "hours_3": "16:00-8:00",
        "hours_4": "8:00-12:00, 11:00-13:00",
        "hours_5": "8:70-9:00",
        "queue_limit": 0,
    }
    answer = settings_of.post(reverse("chat-inbox-new"), inbox_fields(**wrong))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == set(wrong)
    assert "11:00-13:00" in answer.content.decode()
    assert not ChatInbox.objects.exists()


def test_a_week_reads_back_as_it_was_written() -> None:
    assert week.read("13:00-24:00,0:00-12:00") == [["00:00", "12:00"], ["13:00", "24:00"]]
    assert week.write(week.read("7.30—15:30")) == "07:30–15:30"
    assert week.read(" ") == []
    with pytest.raises(ValidationError):
        week.read("24:00-24:00")


def test_only_addresses_of_sites_get_in_as_browsers_write_them() -> None:
    taken = {
        "https://www.Gmina.example": "https://www.gmina.example",
        "https://gmina.example:443/": "https://gmina.example",
        "https://gmina.example:8443": "https://gmina.example:8443",
        "https://żółć.example": "https://xn--kda4b0koi.example",
        "http://localhost:8821": "http://localhost:8821",
    }
    for typed, kept in taken.items():
        form = OriginForm({"origin": typed})
        assert form.is_valid(), (typed, form.errors)
        assert form.cleaned_data["origin"] == kept
    refused = (
        "http://gmina.example",
        "gmina.example",
        "ftp://gmina.example",
        "javascript:alert(1)",
        "https://",
        "https://*.gmina.example",
        "https://*",
        "https://a.example; script-src *",
        "https://a.example https://b.example",
        "https://a.example/strona",
        "https://a.example?x=1",
        "https://a.example#x",
        "https://kto:haslo@a.example",
        "https://a.example:99999",
        "https://10.0.0.1",
        "https://[::1]",
        "https://a..example",
        "https://-a.example",
    )
    for typed in refused:
        assert not OriginForm({"origin": typed}).is_valid(), typed


def test_a_site_is_allowed_once_and_removed(settings_of: Client, head: User) -> None:
    sites = reverse("chat-origin-list")
    for _twice in range(2):
        assert settings_of.post(sites, {"origin": "https://gmina.example"}).status_code == 302
    assert settings_of.post(sites, {"origin": "http://gmina.example"}).status_code == 422
    row = AllowedOrigin.objects.get()
    assert row.added_by == head
    assert "https://gmina.example" in settings_of.get(sites).content.decode()
    settings_of.post(reverse("chat-origin-remove", args=[row.pk]))
    assert not AllowedOrigin.objects.exists()
    assert actions() == ["allowed_origin.added", "allowed_origin.removed"]


def test_ready_answers_are_written_found_and_deleted(settings_of: Client) -> None:
    new = reverse("chat-ready-new")
    words = {"shortcut": "Godziny", "language": "pl", "text": "Pracujemy od 7:30.", "revision": 1}
    assert settings_of.post(new, words).status_code == 302
    assert settings_of.post(new, words).status_code == 422
    assert settings_of.post(new, words | {"shortcut": "z ą"}).status_code == 422
    row = CannedResponse.objects.get()
    assert row.shortcut == "godziny"
    edit = reverse("chat-ready-edit", args=[row.pk])
    assert settings_of.post(edit, words | {"text": "Od 8:00."}).status_code == 302
    assert settings_of.post(edit, words).status_code == 409
    found = reverse("chat-ready-list")
    assert "Od 8:00." in settings_of.get(found, {"szukaj": "/godz"}).content.decode()
    assert "Od 8:00." not in settings_of.get(found, {"szukaj": "podatek"}).content.decode()
    delete = reverse("chat-ready-delete", args=[row.pk])
    assert settings_of.get(delete).status_code == 200
    settings_of.post(delete)
    assert not CannedResponse.objects.exists()


def test_a_block_put_on_from_a_chat_holds_until_it_is_lifted(
    settings_of: Client, head: User
) -> None:
    chat = make_conversations.chat_with("Obelgi")
    new = reverse("chat-block-new", args=[chat.pk])
    assert settings_of.get(new).status_code == 200
    assert settings_of.post(new, {"days": 400, "reason": "abuse"}).status_code == 422
    assert settings_of.post(new, {"days": 7, "reason": "abuse"}).status_code == 302
    row = ChatBlock.objects.get()
    assert timedelta(days=6) < row.until - timezone.now() <= timedelta(days=7)
    with pytest.raises(opening.CannotOpen):
        opening.refuse_blocked(chat.party.device)
    assert chat.party.device not in settings_of.get(reverse("chat-block-list")).content.decode()
    settings_of.post(reverse("chat-block-lift", args=[row.pk]))
    opening.refuse_blocked(chat.party.device)
    assert actions() == ["chat_block.placed", "chat_block.lifted"]
    nobody = make_conversations.chat()
    assert settings_of.get(reverse("chat-block-new", args=[nobody.pk])).status_code == 404


def test_an_agent_may_not_set_anything() -> None:
    client = Client()
    client.force_login(make_conversations.agent())
    for name in ("chat-settings", "chat-inbox-new", "chat-origin-list", "chat-block-list"):
        assert client.get(reverse(name)).status_code == 403
