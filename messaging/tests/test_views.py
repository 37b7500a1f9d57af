"""From a clerk's clicks to a message that is sent once, and to screens that tell the truth."""

import re
import uuid
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import AuditEntry, User
from messaging.models import Message
from messaging.steps import drafting
from messaging.tests.flow import sent
from tests import make

pytestmark = pytest.mark.django_db
LIVE = {"hx-request": "true"}


@pytest.fixture
def editor() -> User:
    return make.staff("editor", "recipients_clerk")


@pytest.fixture
def desk(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def typed(**fields: Any) -> dict[str, Any]:
    """What the compose form sends."""
    return {
        "klass": "information", "title": "Woda", "when": "now", "revision": "0",
        "form_key": str(uuid.uuid4()), "everyone": "1", "channels": ["email"],
        "long": "Jutro nie będzie wody.",
    } | fields  # fmt: skip


# --- Writing --------------------------------------------------------------------------------------


def test_a_draft_is_saved_and_a_double_click_makes_one(desk: Client) -> None:
    fields = typed(action="save", topic=str(make.topic().pk))
    first = desk.post(reverse("message-new"), fields)
    second = desk.post(reverse("message-new"), fields)
    message = Message.objects.get()
    assert first["Location"] == second["Location"] == reverse("message-edit", args=[message.pk])
    assert message.text.long == "Jutro nie będzie wody."
    assert message.audience.filter == {"everyone": True}
    assert message.audience.words
    assert AuditEntry.objects.filter(action="message.created").count() == 1


def test_mistakes_come_back_at_their_fields_with_everything_typed(desk: Client) -> None:
    make.street("Sportowa")
    fields = typed(
        action="check", channels=["sms", "email"], long="Dzień dobry {imię}", everyone="",
        **{"street-0-name": "Nieistniejąca"},
    )  # fmt: skip
    answer = desk.post(reverse("message-new"), fields)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert not Message.objects.exists()
    for target in ("id_topic", "id_short", "id_long", "id_street-0-name"):
        assert f'href="#{target}"' in body
        assert f'id="{target}"' in body
    assert "Dzień dobry {imię}" in body
    assert 'value="Nieistniejąca"' in body


def test_an_empty_audience_is_refused_before_sending_but_not_in_a_draft(desk: Client) -> None:
    topic = str(make.topic().pk)
    fields = typed(everyone="", topic=topic)
    assert desk.post(reverse("message-new"), fields | {"action": "save"}).status_code == 302
    refused = desk.post(
        reverse("message-new"), fields | {"action": "check", "form_key": str(uuid.uuid4())}
    )
    assert refused.status_code == 422
    assert 'href="#id_everyone"' in refused.content.decode()


def test_buttons_that_only_show_the_screen_save_nothing(desk: Client) -> None:
    make.street("Sportowa")
    fields = typed(action="add", everyone="", **{"street-0-name": "Sportowa"})
    body = desk.post(reverse("message-new"), fields).content.decode()
    assert 'name="street-1-name"' in body
    assert not Message.objects.exists()


def test_a_stale_save_shows_both_versions_and_loses_neither(desk: Client, editor: User) -> None:
    message = make.message(author=editor)
    address = reverse("message-edit", args=[message.pk])
    topic = str(message.topic_id)
    mine = typed(action="save", revision="1", title="Moja woda", topic=topic, form_key="")
    theirs = Message.objects.get(pk=message.pk)
    theirs.text = type(theirs.text)(title="Cudza woda", long="Treść")
    drafting.save(theirs, by=make.staff("editor"), revision=1)
    answer = desk.post(address, mine)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Moja woda" in body
    assert "Cudza woda" in body
    assert (
        desk.post(address, mine | {"revision": "2", "filter": '{"everyone": true}'}).status_code
        == 302
    )
    message.refresh_from_db()
    assert (message.text.title, message.revision) == ("Moja woda", 3)


def test_a_sent_message_cannot_be_edited(desk: Client, editor: User) -> None:
    message = sent(make.message(author=editor))
    answer = desk.get(reverse("message-edit", args=[message.pk]))
    assert answer["Location"] == reverse("message-progress", args=[message.pk])


def test_saving_over_a_sent_message_says_that_nothing_was_saved(desk: Client, editor: User) -> None:
    message = sent(make.message(author=editor))
    answer = desk.post(
        reverse("message-edit", args=[message.pk]), typed(action="save"), follow=True
    )
    assert "notice-warn" in answer.content.decode()
    message.refresh_from_db()
    assert message.text.title == "Przerwa w dostawie wody"


# --- What follows the typing ----------------------------------------------------------------------


def test_the_live_count_says_how_many_and_why_not(desk: Client) -> None:
    topic = make.topic()
    for _number in range(3):
        make.recipient(topics=(topic,))
    make.recipient(kinds=("sms",), topics=(topic,))
    make.recipient(topics=(topic,), active=False)
    answer = desk.post(reverse("message-live"), typed(topic=str(topic.pk)), headers=LIVE)
    body = answer.content.decode()
    assert answer.status_code == 200
    assert '<span class="figure">5</span>' in body
    assert answer.context["outlook"].channels[0].number == 3
    rows = dict(answer.context["outlook"].skip_rows)
    assert rows == {"not_active": [1], "no_address": [1]}
    assert answer.context["outlook"].nobody == 2


def test_small_counts_are_hidden_from_staff_who_see_no_cards(client: Client) -> None:
    topic = make.topic()
    for _number in range(4):
        make.recipient(topics=(topic,))
    client.force_login(make.staff("editor"))
    answer = client.post(reverse("message-live"), typed(topic=str(topic.pk)), headers=LIVE)
    assert answer.context["outlook"].people is None
    assert answer.context["outlook"].channels[0].number is None
    assert '<span class="figure">4' not in answer.content.decode()


def test_a_mistake_in_the_audience_is_said_where_the_count_stands(desk: Client) -> None:
    answer = desk.post(
        reverse("message-live"), typed(everyone="", **{"street-0-name": "Zmyślona"}), headers=LIVE
    )
    assert answer.status_code == 200
    assert "Zmyślona" in answer.content.decode()


def test_the_preview_of_a_real_person_is_recorded(desk: Client) -> None:
    topic = make.topic()
    make.recipient(topics=(topic,), first_name="Genowefa")
    fields = typed(long="Witaj, {imie}", topic=str(topic.pk))
    body = desk.post(reverse("message-preview"), fields, headers=LIVE).content.decode()
    assert "Witaj, Genowefa" in body
    assert AuditEntry.objects.filter(action="recipient.shown_in_preview").count() == 1


def test_without_the_right_to_cards_the_preview_stays_invented(client: Client) -> None:
    make.recipient(first_name="Genowefa")
    client.force_login(make.staff("editor"))
    body = client.post(
        reverse("message-preview"), typed(long="{imie}"), headers=LIVE
    ).content.decode()
    assert "Genowefa" not in body


def test_a_persons_name_is_no_markup_in_the_preview(desk: Client) -> None:
    topic = make.topic()
    make.recipient(topics=(topic,), first_name="Ada", last_name="Żabska")
    fields = typed(long="{imie} <b>x</b>", title="<b>{nazwisko}</b>", topic=str(topic.pk))
    body = desk.post(reverse("message-preview"), fields, headers=LIVE).content.decode()
    assert "<b>" not in body


def test_streets_are_suggested(desk: Client) -> None:
    make.street("Sportowa")
    body = desk.get(reverse("message-streets"), {"street": "spo"}, headers=LIVE).content.decode()
    assert '<option value="ul. Sportowa">' in body


def test_people_are_found_by_name_and_can_be_ticked(desk: Client) -> None:
    person = make.recipient(first_name="Wanda", last_name="Wiatrak")
    make.recipient(first_name="Ewa", last_name="Młyn")
    fields = typed(action="find", person="Wiatr")
    body = desk.post(reverse("message-people"), fields, headers=LIVE).content.decode()
    assert "Wanda Wiatrak" in body
    assert "Młyn" not in body
    ticks = re.findall(r'name="people"\s+value="(\d+)"', body)
    assert ticks == [str(person.pk)]


def test_staff_who_see_no_cards_cannot_search_people(client: Client) -> None:
    make.recipient(first_name="Wanda", last_name="Wiatrak")
    client.force_login(make.staff("editor"))
    fields = typed(action="find", person="Wiatr")
    body = client.post(reverse("message-people"), fields, headers=LIVE).content.decode()
    assert "Wiatrak" not in body


# --- The list -------------------------------------------------------------------------------------


def test_the_list_filters_by_status_in_the_address(desk: Client, editor: User) -> None:
    running = sent(make.message(author=editor))
    draft = make.message()
    everything = desk.get(reverse("message-list"))
    drafts = desk.get(reverse("message-list"), {"status": "szkice"})
    assert {row[0].pk for row in everything.context["rows"]} == {running.pk, draft.pk}
    assert {row[0].pk for row in drafts.context["rows"]} == {draft.pk}
    waiting = desk.get(reverse("message-list"), {"status": "do-zatwierdzenia"})
    assert waiting.context["rows"] == []


def test_the_list_is_read_page_by_page(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("messaging.views.listing.PAGE", 2)
    made = [make.message().pk for _number in range(3)]
    first = desk.get(reverse("message-list"))
    assert [row[0].pk for row in first.context["rows"]] == made[:0:-1]
    second = desk.get(reverse("message-list"), {"before": first.context["next"]})
    assert [row[0].pk for row in second.context["rows"]] == made[:1]


def test_a_birthday_today_counts(desk: Client) -> None:
    today = timezone.localdate()
    born = date(today.year - 60, today.month, min(today.day, 28))
    make.recipient(birth_date=born)
    answer = desk.post(reverse("message-live"), typed(everyone="", age_from="60"), headers=LIVE)
    assert answer.context["outlook"].people == 1
