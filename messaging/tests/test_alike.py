"""From a draft to what was said alike before: shown with links, in the way of nobody but the very same text."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import User
from messaging.composing import alike
from messaging.composing.outlook import look_ahead
from messaging.models import Message, MessageText
from messaging.tests.flow import sent
from messaging.views import confirming
from tests import make

WATER = (
    "Jutro od 8 do 14 nie będzie wody na ulicach Sportowej i Źródlanej. Beczkowóz stoi przy szkole."
)


@pytest.fixture
def editor() -> User:
    return make.staff("editor", "recipients_clerk")


@pytest.fixture
def people() -> list[Any]:
    about = make.topic()
    return [make.recipient(topics=(about,), sex=sex) for sex in "FFM"]


def message(editor: User, long: str = WATER, title: str = "Woda", **more: Any) -> Message:
    fields: dict[str, Any] = {"text": MessageText(title=title, short="Bez wody", long=long)}
    return make.message(author=editor, **(fields | {"audience": {"sex": "F"}} | more))


def found(draft: Message, by: User) -> list[tuple[int, int | None, bool]]:
    return [(one.message.pk, one.people, one.same_now) for one in alike.find(draft, by=by)]


@pytest.mark.dry
def test_shingles_see_through_case_and_polish_letters() -> None:
    one, two = (alike._folded(MessageText(title=text)) for text in ("ŻÓŁTA Woda", "zolta  woda"))
    assert alike.shingles(one) == alike.shingles(two)
    assert alike.shingles("") == frozenset()


@pytest.mark.django_db
def test_the_same_news_for_the_same_people_is_found_and_how_like_it_is(
    editor: User, people: list[Any]
) -> None:
    before = sent(message(editor))
    other = sent(message(editor, long="Zapraszamy na koncert orkiestry dętej w sobotę o 18."))
    same, altered = message(editor), message(editor, long=WATER.replace("Jutro", "W środę"))
    assert found(same, editor) == [(before.pk, 100, True)]
    assert found(altered, editor) == [(before.pk, 100, False)]
    assert other.pk not in {pk for pk, *_rest in found(same, editor)}
    everybody = message(editor, audience={"everyone": True})
    assert found(everybody, editor) == [(before.pk, 67, True)]
    men = message(editor, audience={"sex": "M"})
    assert found(men, editor) == []  # the same news for other people is no slip


@pytest.mark.django_db
def test_what_is_old_called_off_a_drill_or_of_another_unit_is_not_asked_about(
    editor: User, people: list[Any]
) -> None:
    old = sent(message(editor))
    Message.objects.filter(pk=old.pk).update(sent_at=timezone.now() - timedelta(days=15))
    Message.objects.filter(pk=sent(message(editor)).pk).update(status="cancelled")
    Message.objects.filter(pk=sent(message(editor)).pk).update(drill=True)
    first = sent(message(editor))
    assert found(message(editor, follows=first, follow_kind="correction"), editor) == []
    Message.objects.filter(pk=first.pk).update(status="expired")
    assert found(message(editor), editor) == []
    theirs = make.staff("editor", unit=make.municipal_unit())
    sent(message(theirs))
    assert found(message(theirs, title="Woda"), theirs)[0][0]
    school = make.staff("editor", unit=make.municipal_unit("Biblioteka"))
    assert found(message(school), school) == []


@pytest.mark.django_db
def test_the_page_links_to_it_and_the_very_same_text_asks_for_a_tick(
    client: Client, editor: User, people: list[Any]
) -> None:
    client.force_login(editor)
    before = sent(message(editor))
    draft = message(editor)
    page = client.get(reverse("message-check", args=[draft.pk]))
    assert reverse("message-progress", args=[before.pk]) in page.content.decode()
    address, typed = reverse("message-send", args=[draft.pk]), {"revision": "1"}
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert 'href="#id_same_text"' in refused.content.decode()
    assert client.post(address, typed | {"same_text": "1"}).status_code == 302


@pytest.mark.django_db
def test_an_hour_later_the_same_text_is_only_shown(
    client: Client, editor: User, people: list[Any]
) -> None:
    client.force_login(editor)
    before = sent(message(editor))
    Message.objects.filter(pk=before.pk).update(sent_at=timezone.now() - timedelta(minutes=61))
    draft = message(editor)
    page = client.get(reverse("message-check", args=[draft.pk])).content.decode()
    assert reverse("message-progress", args=[before.pk]) in page
    assert "id_same_text" not in page
    sent_now = client.post(reverse("message-send", args=[draft.pk]), {"revision": "1"})
    assert sent_now.status_code == 302


@pytest.mark.django_db
def test_a_town_is_confirmed_by_its_number_of_people(
    client: Client, editor: User, people: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirming, "TOWN_FROM", 3)
    client.force_login(editor)
    draft = message(editor, audience={"everyone": True})
    assert confirming.word_for(look_ahead(draft, draft.audience.filter, by=editor)) == "3"
    address = reverse("message-send", args=[draft.pk])
    for typed in ("", "4", "WSZYSCY", "33"):
        refused = client.post(address, {"revision": "1", "confirmation": typed})
        assert refused.status_code == 422
        assert 'href="#id_confirmation"' in refused.content.decode()
    assert client.post(address, {"revision": "1", "confirmation": " 3 "}).status_code == 302


@pytest.mark.dry
def test_a_number_is_typed_with_or_without_its_spaces() -> None:
    assert confirming._plain("1\N{NO-BREAK SPACE}048") == confirming._plain("1 048") == "1048"
