"""From a draft to tests that are marked, counted nowhere and go to nobody who did not agree."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from admin_module.models import AuditEntry, User
from icp import rate_limits
from messaging.engine.envelopes import letter_content
from messaging.models import Delivery, Letter, Message
from recipients.models import GroupFilter, RecipientGroup, SavedFilter
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    return make.staff("editor")


@pytest.fixture
def desk(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def typed(**more: str | list[str]) -> dict[str, Any]:
    fields = {
        "klass": "information", "title": "Dzień dobry {imie}", "short": "Żółta woda, {imie}",
        "long": "Jutro **nie będzie** wody: {ulica}.", "channels": ["sms", "email"],
        "action": "test", "revision": "0",
    }  # fmt: skip
    return fields | more


def result(answer: Any) -> tuple[bool, str]:
    tried: tuple[bool, str] = answer.context["tried"]
    assert tried[1] in answer.content.decode()
    return tried


def test_a_draft_that_nobody_saved_comes_to_ones_own_mailbox(desk: Client, editor: User) -> None:
    answer = desk.post(reverse("message-new"), typed(transliterate_sms="on"))
    assert result(answer)[0]
    assert not Message.objects.exists()
    letter = Letter.objects.get()
    assert letter.staff == editor
    content = letter_content(letter, "email")
    assert content.subject == "[TEST] Dzień dobry Anna"
    assert "nie będzie" in content.html
    assert "[TEST] Zolta woda, Anna" in content.text
    assert Delivery.objects.get().message is None  # in no statistics of messages
    assert AuditEntry.objects.filter(action="message.tested", actor=editor).exists()


def test_people_who_agreed_get_it_by_the_chosen_channels(desk: Client) -> None:
    one = make.recipient(kinds=("email", "sms"), first_name="Wanda")
    two = make.recipient(kinds=("email",), first_name="Zenon")
    asleep = make.recipient(kinds=("sms",), active=False)
    group = make.group("Próbujący", one, two, asleep)
    RecipientGroup.objects.filter(pk=group.pk).update(for_tests=True)
    Letter.objects.all().delete()
    answer = desk.post(reverse("message-new"), typed(test_to=str(group.pk), channels=["sms"]))
    assert result(answer)[0]
    ways = {(d.recipient_id, d.channel) for d in Delivery.objects.all()}
    assert ways == {(one.pk, "sms")}
    letter = Letter.objects.get(recipient=one)
    assert letter_content(letter, "sms").text == "[TEST] Żółta woda, Wanda"


def test_a_group_that_is_not_for_tests_gets_nothing(desk: Client) -> None:
    group = make.group("Zwykła", make.recipient())
    before = Letter.objects.count()
    desk.post(reverse("message-new"), typed(test_to=str(group.pk)))
    assert list(Letter.objects.order_by("pk")[before:].values_list("recipient", flat=True)) == [
        None
    ]


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"short": "", "long": ""}, {"long": "Dzień dobry {imię}"}]
)
def test_what_is_not_written_yet_is_not_tried(desk: Client, wrong: dict[str, str]) -> None:
    answer = desk.post(reverse("message-new"), typed(**wrong))
    assert not result(answer)[0]
    assert not Letter.objects.exists()


def test_tests_are_limited(desk: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RATE_LIMITS = True
    monkeypatch.setitem(rate_limits.LIMITS, "test", rate_limits.Limit(1, 3600))
    assert result(desk.post(reverse("message-new"), typed()))[0]
    assert not result(desk.post(reverse("message-new"), typed()))[0]
    assert Letter.objects.count() == 1


def test_a_large_group_is_refused(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("messaging.composing.trying.MOST", 1)
    group = make.group("Wielu", make.recipient(), make.recipient())
    RecipientGroup.objects.filter(pk=group.pk).update(for_tests=True)
    before = Letter.objects.count()
    assert not result(desk.post(reverse("message-new"), typed(test_to=str(group.pk))))[0]
    assert Letter.objects.count() == before


# --- Saved audiences --------------------------------------------------------------------------------


def test_a_saved_audience_is_loaded_into_the_conditions(desk: Client, editor: User) -> None:
    group = RecipientGroup.objects.create(name="Seniorki", kind="dynamic")
    filter_ = {"all": [{"age": {"from": 60}}, {"sex": "F"}]}
    GroupFilter.objects.create(group=group, saved=SavedFilter(dict(filter_), "kobiety od 60 lat"))
    her, _him = make.recipient(), make.recipient(sex="M")
    page = desk.get(reverse("message-new")).content.decode()
    assert "Seniorki" in page
    answer = desk.post(
        reverse("message-new"), typed(action="load", saved_audience=str(group.pk), sex="M")
    )
    body = answer.content.decode()
    assert 'value="60"' in body
    assert 'value="Dzień dobry {imie}"' in body
    assert answer.context["outlook"].expected == 1
    assert her.pk


def test_what_is_no_saved_audience_changes_nothing(desk: Client) -> None:
    theirs = RecipientGroup.objects.create(
        name="Szkolna", kind="dynamic", unit=make.municipal_unit()
    )
    desk.force_login(make.staff("editor", unit=make.municipal_unit("Biblioteka")))
    for value in ("", "x", str(theirs.pk), "999"):
        answer = desk.post(
            reverse("message-new"), typed(action="load", saved_audience=value, sex="M")
        )
        assert answer.status_code == 200
        assert answer.context["loaded"] is None
        assert answer.context["editor"].builder.filter == {"sex": "M"}
