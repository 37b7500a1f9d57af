"""From the kind of a message to its rules: what is said is what holds."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from messaging.forms import MessageForm
from messaging.steps.class_rules import rules_of
from tests import make

pytestmark = pytest.mark.django_db


def words(**fields: Any) -> str:
    return " ".join(rule.words for rule in rules_of(make.message(**fields)))


def test_each_kind_says_its_own_rules() -> None:
    alarm, warning, news = (words(klass=klass) for klass in ("alarm", "warning", "information"))
    assert len({alarm, warning, news}) == 3
    law = words(about=make.topic("Ostrzeżenia RCB", mandatory=True))
    assert law != news


def alarm_about(topic: Any) -> MessageForm:
    fields = {
        "klass": "alarm", "title": "Powódź", "topic": topic and topic.pk, "channels": ["sms"],
        "short": "Uciekaj na wzgórze",
    }  # fmt: skip
    form = MessageForm(fields, user=make.staff("duty_officer"), complete=True)
    form.is_valid()
    return form


def test_an_alarm_passes_over_a_refusal_only_where_the_law_says_so() -> None:
    assert set(alarm_about(make.topic("Koncerty")).errors) == {"topic"}
    assert not alarm_about(make.topic("Ostrzeżenia RCB", mandatory=True)).errors
    assert not alarm_about(None).errors


def test_the_rules_follow_the_chosen_kind(client: Client) -> None:
    client.force_login(make.staff("duty_officer"))
    page = client.get(reverse("message-new")).content.decode()
    assert 'id="class-rules"' in page
    live = client.post(
        reverse("message-live"), {"klass": "alarm", "title": "x"}, headers={"hx-request": "true"}
    )
    assert [rule.words for rule in live.context["class_rules"]] == [
        rule.words for rule in rules_of(make.message(klass="alarm"))
    ]
    assert live.context["class_rules"][0].words in live.content.decode()
