"""From what was typed to a message and a filter, or to an error beside the field."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from messaging.forms import MessageForm
from recipients.filter_editor import AudienceBuilder
from tests import make

pytestmark = pytest.mark.django_db
OFFICE = SimpleNamespace(scope=None)  # who sees the whole town


def posted(**fields: Any) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return data


def built(**fields: Any) -> AudienceBuilder:
    builder = AudienceBuilder(posted(**fields), by=OFFICE)
    assert builder.is_valid(), builder.errors()
    return builder


def form(
    *, complete: bool = False, roles: tuple[str, ...] = ("editor",), **fields: Any
) -> MessageForm:
    data: dict[str, Any] = {"klass": "information", "title": "Woda", "when": "now"} | fields
    return MessageForm(posted(**data), user=make.staff(*roles), complete=complete)


# --- The message ------------------------------------------------------------------------------------


def test_a_draft_may_be_unfinished_but_not_nameless() -> None:
    assert form().is_valid()
    assert set(form(title="").errors) == {"title"}


def test_sending_needs_topic_channels_and_their_texts() -> None:
    unfinished = form(complete=True, channels=["sms", "email"])
    assert set(unfinished.errors) == {"topic", "short", "long"}
    assert set(form(complete=True).errors) == {"topic", "channels"}
    topic = make.topic()
    whole = form(complete=True, channels=["sms"], short="Woda", topic=str(topic.pk))
    assert not whole.errors


def test_an_alarm_needs_no_topic() -> None:
    fields: dict[str, Any] = {"klass": "alarm", "channels": ["sms"], "short": "Powódź"}
    assert not form(complete=True, roles=("duty_officer",), **fields).errors


@pytest.mark.parametrize("field", ["title", "short", "long"])
def test_an_unknown_placeholder_is_refused_at_its_field(field: str) -> None:
    typed: dict[str, Any] = {field: "Dzień dobry {imię}"}
    refused = form(**typed)
    assert set(refused.errors) == {field}
    assert "{imie}" in refused.errors[field][0]


def test_only_people_on_duty_make_alarms() -> None:
    assert set(form(klass="alarm").errors) == {"klass"}
    assert not form(klass="alarm", roles=("duty_officer",)).errors


def test_times_must_lie_ahead_and_in_order() -> None:
    now = timezone.localtime()
    past = (now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    soon = (now + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    later = (now + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    assert set(form(when="later").errors) == {"due_at"}
    assert set(form(when="later", due_at=past).errors) == {"due_at"}
    assert set(form(expires_at=past).errors) == {"expires_at"}
    assert set(form(when="later", due_at=later, expires_at=soon).errors) == {"expires_at"}
    right = form(when="later", due_at=soon, expires_at=later)
    assert not right.errors
    at_once = form(when="now", due_at=soon)
    assert at_once.is_valid()
    assert at_once.cleaned_data["due_at"] is None


def test_browsers_line_ends_are_one_character() -> None:
    filled = form(short="a\r\nb")
    assert filled.is_valid()
    assert filled.text().short == "a\nb"


def test_a_text_longer_than_ten_parts_is_refused() -> None:
    assert set(form(short="ą" * 800).errors) == {"short"}


def test_a_saved_draft_is_read_as_if_it_were_sent() -> None:
    message = make.message(channels=("email", "sms"), about=make.topic())
    assert not MessageForm.of(message, user=make.staff("editor")).errors
    message.topic = None
    assert set(MessageForm.of(message, user=make.staff("editor")).errors) == {"topic"}


# --- The audience -----------------------------------------------------------------------------------


def test_the_story_of_the_regulation() -> None:
    """Women over 60 in Osiedle Słoneczne, odd numbers of ulica Sportowa."""
    point = make.point("Sportowa", 1)
    builder = built(
        district=[str(point.district_id)],
        sex="F",
        age_from="60",
        **{"street-0-name": "ul. Sportowa", "street-0-parity": "odd"},
    )
    assert builder.filter == {
        "all": [
            {"district": [point.district_id]},
            {"age": {"from": 60}},
            {"sex": "F"},
            {"houses": {"street": point.street_id, "parity": "odd"}},
        ]
    }


def test_streets_are_alternatives() -> None:
    one, two = make.street("Sportowa"), make.street("Łąkowa")
    builder = built(
        **{
            "street-0-name": "Sportowa",
            "street-1-name": "ul. łąkowa",
            "street-1-from_number": "3",
            "street-1-to_number": "9",
        }
    )
    assert builder.filter == {
        "any": [
            {"street": [one.pk]},
            {"houses": {"street": two.pk, "from": 3, "to": 9, "parity": "all"}},
        ]
    }


def test_people_by_name_come_on_top_and_exclusions_take_away() -> None:
    person = make.recipient()
    group = make.group("Rada Seniorów")
    builder = built(
        sex="M", people=[str(person.pk)], **{"not-groups": [str(group.pk)], "not-age_to": "17"}
    )
    assert builder.filter == {
        "all": [
            {"any": [{"sex": "M"}, {"people": [person.pk]}]},
            {"not": {"any": [{"groups": [group.pk]}, {"age": {"to": 17}}]}},
        ]
    }


def test_everyone_but() -> None:
    point = make.point()
    builder = built(everyone="1", sex="F", **{"not-district": [str(point.district_id)]})
    assert builder.filter == {
        "all": [{"everyone": True}, {"not": {"district": [point.district_id]}}]
    }


def test_nobody_chosen_is_empty_and_never_everybody() -> None:
    builder = built()
    assert builder.is_empty
    assert builder.filter == {}
    builder.require()
    assert [target for target, _sentence in builder.errors()] == ["id_everyone"]
    assert built(**{"not-sex": "F"}).is_empty


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"street-0-name": "Nieistniejąca"}, "id_street-0-name"),
        ({"street-0-from_number": "3"}, "id_street-0-name"),
        ({"street-0-name": "Sportowa", "street-0-from_number": "9", "street-0-to_number": "1"}, "id_street-0-to_number"),
        ({"age_from": "70", "age_to": "60"}, "id_age_to"),
        ({"age_from": "sto"}, "id_age_from"),
        ({"filter": '{"all": ['}, "id_everyone"),
        ({"filter": '{"shoe_size": 44}'}, "id_everyone"),
        ({"people": ["999999"]}, "id_person"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_at_its_field(fields: dict[str, Any], where: str) -> None:
    make.street("Sportowa")
    builder = AudienceBuilder(posted(**fields), by=OFFICE)
    assert not builder.is_valid()
    assert [target for target, _sentence in builder.errors()] == [where]


def test_a_name_that_fits_several_streets_asks_which() -> None:
    make.street("Sportowa")
    make.street("Sportowców")
    builder = AudienceBuilder(posted(**{"street-0-name": "sport"}), by=OFFICE)
    assert not builder.is_valid()
    assert "ul. Sportowców" in builder.errors()[0][1]
    exact = AudienceBuilder(posted(**{"street-0-name": "Sportowa"}), by=OFFICE)
    assert exact.is_valid()


def test_the_raw_filter_wins() -> None:
    builder = built(filter='{"sex": "M"}', sex="F")
    assert builder.filter == {"sex": "M"}


def test_every_filter_of_the_screen_comes_back_to_the_same_fields() -> None:
    person, point = make.recipient(), make.point()
    make.street("Łąkowa")
    group = make.group()
    first = built(
        district=[str(point.district_id)],
        age_from="18", age_on="2026-12-01", sex="F",
        groups=[str(group.pk)], people=[str(person.pk)],
        **{
            "street-0-name": "Sportowa", "street-0-parity": "even", "street-0-from_number": "2",
            "street-1-name": "Łąkowa", "not-street-0-name": "Łąkowa", "not-sex": "M",
        },
    )  # fmt: skip
    again = AudienceBuilder(stored=first.filter, by=OFFICE)
    assert not again.raw
    assert again.who["sex"].value() == "F"
    assert again.streets.forms[0]["name"].value() == "ul. Łąkowa"
    assert again.uses_without


@pytest.mark.parametrize(
    "stored",
    [
        {"not": {"sex": "F"}},
        {"any": [{"sex": "F"}, {"age": {"from": 70}}]},
        {"all": [{"people": [1]}, {"sex": "F"}]},
        {"all": [{"sex": "F"}, {"sex": "M"}]},
    ],
)
def test_a_filter_the_fields_cannot_show_is_shown_raw(stored: dict[str, Any]) -> None:
    builder = AudienceBuilder(stored=stored, by=OFFICE)
    assert builder.raw
    assert not builder.is_empty
