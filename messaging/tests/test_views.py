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
from messaging import drafting, sending
from messaging.models import Attempt, Delivery, Message
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


def order(desk: Client, message: Message, **fields: str) -> Any:
    return desk.post(
        reverse("message-send", args=[message.pk]), {"revision": str(message.revision)} | fields
    )


# --- Writing ----------------------------------------------------------------------------------------


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


# --- What follows the typing ------------------------------------------------------------------------


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


# --- Checking and sending -----------------------------------------------------------------------------


def test_the_check_page_says_what_will_happen(desk: Client, editor: User) -> None:
    topic = make.topic()
    for _number in range(3):
        make.recipient(topics=(topic,))
    group = make.group("Trójka", *make_people(topic, 6))
    message = make.message(
        author=editor, about=topic, channels=("email", "sms"), audience={"groups": [group.pk]}
    )
    answer = desk.get(reverse("message-check", args=[message.pk]))
    assert "6" in answer.context["button"]
    assert not answer.context["outlook"].whole_town
    assert 'name="confirmation"' not in answer.content.decode()
    assert order(desk, message).url == reverse("message-progress", args=[message.pk])
    message.refresh_from_db()
    assert (message.status, message.expected_count) == ("scheduled", 6)


def make_people(topic: Any, number: int) -> list[Any]:
    return [make.recipient(topics=(topic,)) for _one in range(number)]


def test_the_whole_town_needs_the_typed_word(desk: Client, editor: User) -> None:
    topic = make.topic()
    make_people(topic, 2)
    message = make.message(author=editor, about=topic)
    answer = desk.get(reverse("message-check", args=[message.pk]))
    word = answer.context["word"]
    assert word
    refused = order(desk, message)
    assert refused.status_code == 422
    assert "id_confirmation" in refused.content.decode()
    assert order(desk, message, confirmation="tak").status_code == 422
    message.refresh_from_db()
    assert message.status == "draft"
    assert order(desk, message, confirmation=f" {word.lower()} ").status_code == 302


def test_nobody_to_reach_sends_nothing(desk: Client, editor: User) -> None:
    message = make.message(author=editor, audience={"sex": "M"})
    refused = order(desk, message)
    assert refused.status_code == 422
    message.refresh_from_db()
    assert message.status == "draft"


def test_a_page_that_grew_old_sends_nothing(desk: Client, editor: User) -> None:
    topic = make.topic()
    make_people(topic, 2)
    message = make.message(author=editor, about=topic, audience={"sex": "F"})
    assert order(desk, message, revision="7").status_code == 422
    message.refresh_from_db()
    assert message.status == "draft"


def test_an_unfinished_draft_goes_back_to_its_errors(desk: Client, editor: User) -> None:
    message = make.message(author=editor, channels=())
    answer = desk.get(reverse("message-check", args=[message.pk]), follow=True)
    assert 'href="#id_channels_0"' in answer.content.decode()
    assert order(desk, message).url.endswith("?check=1")


def test_of_two_clerks_the_second_reads_that_it_was_sent(client: Client, editor: User) -> None:
    topic = make.topic()
    make_people(topic, 2)
    message = make.message(author=editor, about=topic, audience={"sex": "F"})
    first, second = Client(), client
    first.force_login(editor)
    second.force_login(make.staff("editor"))
    assert order(first, message).status_code == 302
    answer = second.post(reverse("message-send", args=[message.pk]), {"revision": "1"}, follow=True)
    assert AuditEntry.objects.filter(action="message.sent").count() == 1
    assert "notice-warn" in answer.content.decode()


def test_who_may_only_write_cannot_send(client: Client) -> None:
    message = make.message()
    client.force_login(make.staff("approver"))
    assert order(client, message).status_code == 403
    assert client.get(reverse("message-new")).status_code == 403


# --- Approval ---------------------------------------------------------------------------------------


@pytest.fixture
def waiting(editor: User) -> Message:
    topic = make.topic()
    make_people(topic, 2)
    message = make.message(author=editor, about=topic, klass="warning")
    return sending.send(message, by=editor)


def test_somebody_else_approves(client: Client, waiting: Message) -> None:
    client.force_login(make.staff("approver"))
    address = reverse("message-approve", args=[waiting.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"decision": "approve"}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.status == "scheduled"


def test_the_author_cannot_approve(client: Client, waiting: Message) -> None:
    author = waiting.author
    author.groups.add(*make.staff("approver").groups.all())
    client.force_login(User.objects.get(pk=author.pk))
    address = reverse("message-approve", args=[waiting.pk])
    assert 'value="approve"' not in client.get(address).content.decode()
    assert client.post(address, {"decision": "approve"}).status_code == 422
    waiting.refresh_from_db()
    assert waiting.status == "waiting_approval"


@pytest.mark.parametrize(("decision", "status"), [("return", "draft"), ("reject", "rejected")])
def test_a_no_needs_a_reason(client: Client, waiting: Message, decision: str, status: str) -> None:
    client.force_login(make.staff("approver"))
    address = reverse("message-approve", args=[waiting.pk])
    assert client.post(address, {"decision": decision}).status_code == 422
    assert client.post(address, {"decision": decision, "reason": "Zła data"}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.status == status


def test_an_alarm_alone_needs_a_reason_and_is_recorded(client: Client) -> None:
    officer = make.staff("duty_officer")
    topic = make.topic()
    make_people(topic, 1)
    message = sending.send(make.message(author=officer, about=topic, klass="alarm"), by=officer)
    client.force_login(officer)
    address = reverse("message-break-glass", args=[message.pk])
    client.post(address, {"reason": " "})
    message.refresh_from_db()
    assert message.status == "waiting_approval"
    client.post(address, {"reason": "Fala powodziowa za 20 minut"})
    message.refresh_from_db()
    assert message.status == "scheduled"
    assert AuditEntry.objects.filter(action="message.sent_alone").exists()


# --- Under way --------------------------------------------------------------------------------------


@pytest.fixture
def running(editor: User) -> Message:
    topic = make.topic()
    make_people(topic, 3)
    make.recipient(kinds=("sms",), topics=(topic,), first_name="Bez", last_name="Poczty")
    return sent(make.message(author=editor, about=topic))


def test_the_progress_page_asks_again_while_it_moves(desk: Client, running: Message) -> None:
    body = desk.get(reverse("message-progress", args=[running.pk])).content.decode()
    live = reverse("message-progress-live", args=[running.pk])
    assert f'hx-get="{live}"' in body
    assert "every 2s" in body
    answer = desk.get(live, headers=LIVE)
    assert answer.status_code == 200
    assert (answer.context["progress"].whole.total, answer.context["progress"].whole.left_out) == (
        4,
        1,
    )


def test_the_last_answer_ends_the_asking(desk: Client, running: Message) -> None:
    Message.objects.filter(pk=running.pk).update(status="sent")
    answer = desk.get(reverse("message-progress-live", args=[running.pk]), headers=LIVE)
    assert answer.status_code == 286
    assert "hx-trigger" not in answer.content.decode()


def test_the_page_counts_no_deliveries(
    desk: Client, running: Message, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(20) as caught:
        desk.get(reverse("message-progress-live", args=[running.pk]), headers=LIVE)
    counting = [one["sql"] for one in caught if "COUNT(" in one["sql"] and "delivery" in one["sql"]]
    assert not counting


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [("pause", "sending", "paused"), ("resume", "paused", "sending"), ("cancel", "sending", "cancelled")],
)  # fmt: skip
def test_brakes_ask_first(
    desk: Client, running: Message, name: str, before: str, after: str
) -> None:
    Message.objects.filter(pk=running.pk).update(status=before)
    address = reverse(f"message-{name}", args=[running.pk])
    assert desk.get(address).status_code == 200
    running.refresh_from_db()
    assert running.status == before
    desk.post(address)
    running.refresh_from_db()
    assert running.status == after
    assert desk.post(address, follow=True).status_code == 200


def test_everybody_is_listed_by_state_page_by_page(
    desk: Client, running: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("messaging.views.deliveries.PAGE", 2)
    address = reverse("message-deliveries", args=[running.pk])
    first = desk.get(address)
    second = desk.get(address, {"after": first.context["next"]})
    seen = [row[0].pk for answer in (first, second) for row in answer.context["rows"]]
    assert len(set(seen)) == len(seen) == 4
    left_out = desk.get(address, {"state": "left_out", "channel": "email"})
    assert [row[1] for row in left_out.context["rows"]] == ["Poczty Bez"]
    assert not desk.get(address, {"state": "failed"}).context["rows"]


def test_names_are_for_those_who_may_open_cards(client: Client, running: Message) -> None:
    client.force_login(make.staff("editor"))
    body = client.get(reverse("message-deliveries", args=[running.pk])).content.decode()
    assert "Poczty" not in body
    assert running.deliveries.all()[0].recipient.identifier in body


def test_one_persons_trace_explains_the_code(desk: Client, running: Message) -> None:
    delivery = running.deliveries.filter(state="queued")[0]
    running.deliveries.filter(pk=delivery.pk).update(state="failed", reason="refused", code="5.1.1")
    Attempt.objects.create(delivery=delivery, at=timezone.now(), outcome="refused", code="5.1.1")
    answer = desk.get(reverse("delivery-detail", args=[delivery.pk]))
    assert answer.context["code_words"] in answer.content.decode()
    assert len(answer.context["attempts"]) == 1
    assert AuditEntry.objects.filter(action="delivery.viewed").exists()


@pytest.mark.parametrize(("decision", "state"), [("again", "queued"), ("leave", "unknown")])
def test_staff_decide_about_the_unknown(
    desk: Client, running: Message, decision: str, state: str
) -> None:
    delivery = running.deliveries.filter(state="queued")[0]
    Delivery.objects.filter(pk=delivery.pk).update(state="unknown", reason="lost_answer")
    assert (
        'value="again"' in desk.get(reverse("delivery-detail", args=[delivery.pk])).content.decode()
    )
    desk.post(reverse("delivery-settle", args=[delivery.pk]), {"decision": decision})
    delivery.refresh_from_db()
    assert delivery.state == state


def test_a_count_that_differs_waits_for_a_yes(desk: Client, running: Message) -> None:
    Message.objects.filter(pk=running.pk).update(
        status="expanding", problem="count_differs", expected_count=1
    )
    body = desk.get(reverse("message-progress", args=[running.pk])).content.decode()
    assert 'value="count"' in body
    desk.post(reverse("message-answer", args=[running.pk]), {"answer": "count"})
    running.refresh_from_db()
    assert running.problem == ""


# --- The list ---------------------------------------------------------------------------------------


def test_the_list_filters_by_status_in_the_address(desk: Client, running: Message) -> None:
    draft = make.message()
    everything = desk.get(reverse("message-list"))
    drafts = desk.get(reverse("message-list"), {"status": "szkice"})
    assert {row[0].pk for row in everything.context["rows"]} == {running.pk, draft.pk}
    assert {row[0].pk for row in drafts.context["rows"]} == {draft.pk}
    assert "empty" in desk.get(reverse("message-list"), {"status": "zakonczone"}).content.decode()


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
