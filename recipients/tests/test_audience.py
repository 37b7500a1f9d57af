"""The filter over people: who is meant, who is reached, who is skipped and why, in which words."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from recipients.account import rights
from recipients.contacts import permissions
from recipients.filtering import audience
from recipients.filtering.audience import BadFilter
from recipients.models import Recipient
from tests import make

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)


def resolve(term: dict[str, Any], on: date = ON) -> list[int]:
    return [int(pk) for pk in audience.resolve(audience.parse(term), on)]


def born(day: date, **fields: Any) -> int:
    return make.recipient(birth_date=day, kinds=(), **fields).pk


def test_age_is_reached_as_the_birthday_begins() -> None:
    just = born(date(1966, 11, 20))
    born(date(1966, 11, 21))
    assert resolve({"age": {"from": 60}}) == [just]
    assert len(resolve({"age": {"from": 60}}, date(2026, 11, 21))) == 2
    assert resolve({"age": {"to": 59, "on": "2026-11-20"}}) == [just + 1]
    assert resolve({"age": {"from": 60, "to": 60, "on": "2027-11-19"}}) == [just, just + 1]
    assert resolve({"age": {"from": 61, "on": "2027-11-20"}}) == [just]


@pytest.mark.parametrize(
    ("years", "on", "latest"),
    [
        (18, date(2018, 2, 27), date(2000, 2, 27)),
        (18, date(2018, 2, 28), date(2000, 2, 29)),  # born on 29 February: art. 112 k.c.
        (20, date(2020, 2, 28), date(2000, 2, 28)),
        (20, date(2020, 2, 29), date(2000, 2, 29)),
        (19, date(2020, 2, 29), date(2001, 2, 28)),
        (17, date(2018, 2, 28), date(2001, 2, 28)),
        (0, date(2018, 2, 28), date(2018, 2, 28)),
        (2018, date(2018, 5, 5), date.min),
    ],
)
def test_the_leap_day(years: int, on: date, latest: date) -> None:
    assert audience.age_reached(years, on) == latest


def test_sex_street_district_and_groups() -> None:
    her = make.recipient(kinds=()).pk
    him = make.recipient(kinds=(), sex="M", address=make.address("Złota", 4)).pk
    them = [her, him]
    group = make.group("Seniorzy", Recipient.objects.get(pk=him))
    sporty, gold = make.street("Sportowa").pk, make.street("Złota").pk
    assert resolve({"everyone": True}) == them
    assert resolve({"sex": "F"}) == [her]
    assert resolve({"street": [gold]}) == [him]
    assert resolve({"any": [{"street": [sporty]}, {"street": [gold]}]}) == them
    assert resolve({"district": [make.district().pk]}) == them
    assert resolve({"groups": [group.pk]}) == [him]
    assert resolve({"people": [her, 99_999]}) == [her]
    assert resolve({"all": [{"sex": "M"}, {"street": [sporty]}]}) == []
    assert resolve({"not": {"groups": [group.pk]}}) == [her]
    assert resolve({"points": [make.point("Złota", 4).pk]}) == [him]


def test_house_ranges_with_odd_and_even_numbers() -> None:
    pks = {n: make.recipient(kinds=(), address=make.address("Sportowa", n)).pk for n in range(1, 7)}
    street = make.street().pk

    def houses(**parts: Any) -> list[int]:
        found = resolve({"houses": {"street": street, **parts}})
        return [n for n, pk in pks.items() if pk in found]

    assert houses() == [1, 2, 3, 4, 5, 6]
    assert houses(parity="odd") == [1, 3, 5]
    assert houses(**{"from": 2, "to": 5}, parity="even") == [2, 4]
    assert houses(**{"from": 5}) == [5, 6]
    assert houses(to=1) == [1]
    assert resolve({"houses": {"street": make.street("Złota").pk}}) == []


def test_the_erased_belong_to_no_audience_and_others_do_whatever_their_state() -> None:
    row, clerk = make.recipient(), make.clerk()
    waiting = make.recipient(active=False)
    gone = make.recipient()
    rights.erase(gone, by=clerk, reason="Na żądanie.")
    assert resolve({"everyone": True}) == [row.pk, waiting.pk]
    assert resolve({"not": {"sex": "M"}}) == [row.pk, waiting.pk]


def test_counts_say_who_is_skipped_and_why() -> None:
    about, clerk = make.topic(), make.clerk()
    make.recipient(kinds=("email", "sms"), topics=(about,))
    make.recipient(kinds=("email",))  # no consent
    make.recipient(kinds=("sms",), topics=(about,))
    make.recipient(active=False)
    rights.restrict(make.recipient(topics=(about,)), by=clerk, reason="x")
    rights.suspend(make.recipient(topics=(about,)), by=clerk, reason="x")
    term = audience.parse({"everyone": True})
    counted = audience.count(term, topic_bit=about.bit, kinds=("email", "sms"))
    assert counted.people == 6
    assert counted.reachable_by_kind == {"email": 1, "sms": 2}
    states = {"not_active": 1, "restricted": 1, "suspended": 1}
    assert counted.skipped["email"] == {**states, "no_address": 1, "no_consent": 1}
    assert counted.skipped["sms"] == {**states, "no_address": 1, "no_consent": 0}
    assert counted.nobody == 4
    mandatory = audience.count(term, topic_bit=about.bit, mandatory=True, kinds=("email",))
    assert mandatory.reachable_by_kind == {"email": 2}
    draft = audience.count(term, topic_bit=None, kinds=("email",))
    assert draft.reachable_by_kind == {"email": 2}


def test_every_row_of_a_kind_is_explained() -> None:
    about = make.topic()
    for kinds in (("email",), (), ("sms", "push")):
        make.recipient(kinds=kinds, topics=(about,))
    counted = audience.count(audience.parse({"everyone": True}), topic_bit=about.bit)
    for kind, reached in counted.reachable_by_kind.items():
        assert (reached or 0) + sum(n or 0 for n in counted.skipped[kind].values()) == 3


def test_small_counts_are_hidden_from_those_who_may_not_open_cards() -> None:
    about = make.topic()
    for _ in range(5):
        make.recipient(kinds=("email",), topics=(about,))
    term = audience.parse({"everyone": True})
    hidden = audience.count(term, topic_bit=about.bit, kinds=("email", "sms"), mask_below=5)
    assert hidden.people == 5
    assert hidden.reachable_by_kind == {"email": 5, "sms": None}
    assert hidden.skipped["email"]["no_consent"] is None
    few = audience.parse({"people": [Recipient.objects.earliest("pk").pk]})
    assert audience.count(few, topic_bit=about.bit, mask_below=5).people is None


def test_a_consent_counts_at_once() -> None:
    about = make.topic()
    row = make.recipient(kinds=("email",))
    term = audience.parse({"everyone": True})

    def reached() -> int | None:
        counted = audience.count(term, topic_bit=about.bit, kinds=("email",))
        return counted.reachable_by_kind["email"]

    assert reached() == 0
    permissions.set_bit(row.pk, about.bit, "email", True)
    assert reached() == 1
    permissions.set_bit(row.pk, about.bit, "email", False)
    assert reached() == 0
    row.refresh_from_db()
    assert row.consents == 0


def test_the_highest_bit_fits() -> None:
    row = make.recipient(kinds=("push",))
    permissions.set_bit(row.pk, 14, "push", True)
    row.refresh_from_db()
    assert row.consents == 1 << 59
    assert permissions.may(row.consents, 14, "push")
    counted = audience.count(audience.parse({"everyone": True}), topic_bit=14, kinds=("push",))
    assert counted.reachable_by_kind == {"push": 1}


@pytest.mark.parametrize("kind", ["street", "district", "groups"])
def test_what_is_not_in_the_register_is_refused(kind: str) -> None:
    with pytest.raises(BadFilter):
        audience.parse({kind: [4711]})
    with pytest.raises(BadFilter):
        audience.parse({"not": {"houses": {"street": 4711}}})


def test_whole_town_sends_are_recognised() -> None:
    everyone: dict[str, Any] = {"everyone": True}
    assert audience.is_everyone(audience.parse({"all": [everyone]}))
    assert audience.is_everyone(audience.parse({"any": [everyone, {"sex": "F"}]}))
    assert not audience.is_everyone(audience.parse({"all": [everyone, {"sex": "F"}]}))
    assert not audience.is_everyone(audience.parse({"not": everyone}))


def test_the_filter_in_words() -> None:
    street, district = make.street(), make.district()
    group = make.group("Rada Seniorów")
    term = audience.parse(
        {
            "all": [
                {"not": {"groups": [group.pk]}},
                {"district": [district.pk]},
                {"houses": {"street": street.pk, "from": 1, "to": 33, "parity": "odd"}},
                {"age": {"from": 60}},
                {"sex": "F"},
            ]
        }
    )
    with translation.override(None):
        words = audience.describe(term)
    assert words == (
        "women from 60 years, os. Słoneczne, ul. Sportowa odd numbers 1–33,"
        " except: group “Rada Seniorów”"
    )
    either = {"all": [{"any": [{"sex": "M"}, {"street": [street.pk]}]}, {"age": {"to": 17}}]}
    with translation.override(None):
        assert (
            audience.describe(audience.parse(either))
            == "people up to 17 years, (men or ul. Sportowa)"
        )
        assert audience.describe(audience.parse({"everyone": True})) == "all recipients"
