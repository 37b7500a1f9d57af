"""From a short text to parts and złoty, both ways."""

from decimal import Decimal

import pytest
from pytest_django import Settings

from messaging.models import MessageText
from messaging.templatetags.messages_ui import sms_bar, zloty
from messaging.texts.pricing import sms_price
from tests import make

NOTICE = (
    "Gmina: w środę 12.08 w godz. 8-14 przerwa w dostawie wody: ul. Łąkowa, Żeromskiego,"
    " Świętojańska. Beczkowóz przy szkole. Pytania: 61 123 45 67"
)


@pytest.fixture(autouse=True)
def _price(settings: Settings) -> None:
    settings.CHANNELS = settings.CHANNELS | {
        "sms": settings.CHANNELS["sms"] | {"part_price": "0.07"}
    }


def test_a_typical_notice_costs_three_parts_with_polish_letters_and_one_without() -> None:
    price = sms_price(MessageText(short=NOTICE), 1000)
    assert (price.as_written.parts, price.plain.parts) == (3, 1)
    assert price.cost == price.cost_as_written == Decimal("210.00")
    assert price.cost_plain == Decimal("70.00")
    assert price.saving == Decimal("140.00")
    assert price.parts_total == 3000


@pytest.mark.parametrize(
    ("short", "with_letters", "without", "saved"),
    [
        ("Jutro nie będzie wody.", 1, 1, "0.00"),
        ("ż" * 70, 1, 1, "0.00"),
        ("ż" * 71, 2, 1, "70.00"),
        ("ż" * 134, 2, 1, "70.00"),
        ("ż" * 135, 3, 1, "140.00"),
        ("ż" * 160, 3, 1, "140.00"),
        ("ż" * 161, 3, 2, "70.00"),
        ("ż" * 306, 5, 2, "210.00"),
        ("Bez polskich liter: " + "a" * 140, 1, 1, "0.00"),
        # Two units in either alphabet, and nothing plainer for it.
        ("ż" * 68 + "€", 1, 1, "0.00"),
        ("ż" * 158 + "€", 3, 1, "140.00"),
        ("ż" * 159 + "€", 3, 2, "70.00"),
        # What has no plain form keeps all of it wide: nothing is saved.
        ("ż" * 100 + "😀", 2, 2, "0.00"),
        ("Київ " * 30, 3, 3, "0.00"),
    ],
)
def test_both_prices_of_a_thousand_sms(
    short: str, with_letters: int, without: int, saved: str
) -> None:
    price = sms_price(MessageText(short=short), 1000)
    assert (price.as_written.parts, price.plain.parts) == (with_letters, without)
    assert price.saving == Decimal(saved)


def test_the_chosen_way_is_the_one_that_is_paid() -> None:
    price = sms_price(MessageText(short=NOTICE, transliterate_sms=True), 10)
    assert price.cost == Decimal("0.70")
    assert price.room == 160


def test_a_hidden_number_of_people_hides_the_price() -> None:
    price = sms_price(MessageText(short=NOTICE), None)
    assert price.cost is None
    assert price.parts_total is None


def test_an_empty_text_costs_nothing() -> None:
    price = sms_price(MessageText(), 50)
    assert price.chosen.parts == 0
    assert price.cost == 0
    assert "svg" in sms_bar(price)


@pytest.mark.django_db
def test_a_personal_text_is_counted_for_its_longest_filling() -> None:
    make.street("Obrońców Westerplatte i Powstańców Śląskich")
    text = "x" * 60 + "{ulica}"
    price = sms_price(MessageText(short=text), 1)
    assert price.personal
    assert price.as_written.units == 60 + len("ul. Obrońców Westerplatte i Powstańców Śląskich")
    assert (price.as_written.parts, price.plain.parts) == (2, 1)


def test_money_is_said_in_polish() -> None:
    assert zloty(Decimal("1234.5")) == "1\u00a0234,50\u00a0zł"
    assert zloty(None) == "–"
