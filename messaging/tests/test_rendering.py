"""From a message to what each channel says: placeholders, Markdown, no markup from people."""

import re
from datetime import date

import pytest
from django.utils import translation

from icp import braces
from messaging.models import MessageText
from messaging.texts import rendering
from messaging.texts.formatting import to_html, to_text
from messaging.texts.placeholders import (
    PLACEHOLDERS,
    is_personal,
    longest_fills,
    needs_of,
    placeholders_in,
    values_for,
)
from recipients.models import Address, Identity
from tests import make

ANNA = Identity("Anna", "Żółw", date(1960, 5, 1), "F")
HARMLESS = re.compile(r'</?p>|</a>|<a( href="https://[^"]*")?( rel="[^"]*")?>')
HOME = Address("ul. Łąkowa", "12A", town="Zażółcin", district_id=7)


def test_known_names_are_found_and_make_a_text_personal() -> None:
    assert placeholders_in("Dzień dobry, {imie}, ul. {ulica}") == {"imie", "ulica"}
    assert is_personal("{osiedle}")
    assert not is_personal("bez nawiasów {} i { }")


def test_an_unknown_name_is_refused_with_the_allowed_ones_and_a_guess() -> None:
    with translation.override("en"), pytest.raises(braces.UnknownPlaceholder) as refusal:
        braces.check("Dzień dobry, {Imię}", PLACEHOLDERS)
    assert "{Imię}" in str(refusal.value)
    assert all(f"{{{name}}}" in str(refusal.value) for name in PLACEHOLDERS)
    assert str(refusal.value).endswith("{imie}?")


def test_values_come_from_the_sealed_documents_and_defaults_stand_for_nothing() -> None:
    names = {"imie", "ulica", "dom", "osiedle"}
    values = values_for(names, ANNA, HOME, districts={7: "Osiedle Słoneczne"})
    assert values == {
        "imie": "Anna", "ulica": "ul. Łąkowa", "dom": "12A", "osiedle": "Osiedle Słoneczne",
    }  # fmt: skip
    nobody = values_for(names, None, None, districts={})
    assert nobody == {name: PLACEHOLDERS[name].default for name in names}


def test_values_of_a_plain_sms_lose_polish_letters_too() -> None:
    assert values_for({"ulica"}, None, HOME, plain=True) == {"ulica": "ul. Lakowa"}


def test_only_the_needed_documents_are_named() -> None:
    assert needs_of({"imie"}) == {"identity"}
    assert needs_of({"imie", "osiedle"}) == {"identity", "address"}
    assert needs_of(set()) == set()


@pytest.mark.django_db
def test_the_longest_filling_is_the_registers_longest_street() -> None:
    make.street("Kwiatowa")
    make.street("Powstańców Wielkopolskich Czwartego Pułku")
    longest = longest_fills({"ulica"})
    assert longest[0]["ulica"] == "ul. Powstańców Wielkopolskich Czwartego Pułku"


def test_markdown_becomes_safe_html() -> None:
    html = to_html("# Tytuł\n\n**ważne** <b>x</b> [a](javascript:alert(1)) [b](https://x.example)")
    assert "<h2>Tytuł</h2>" in html
    assert "<strong>ważne</strong>" in html
    assert "<b>" not in html
    assert 'href="javascript' not in html
    assert 'href="https://x.example"' in html


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![](https://śledzi.example/a.png)",
        "[x](data:text/html;base64,AAAA)",
        '<a href="https://x.example" onclick="x()">x</a>',
    ],
)
def test_nothing_active_survives(source: str) -> None:
    tags = re.findall(r"<[^>]*>", to_html(source))
    assert all(HARMLESS.fullmatch(tag) for tag in tags), tags


def test_plain_text_reads_well() -> None:
    source = "# Tytuł\n\n**Ważne**:\n\n- kawa,\n- *herbata*\n\n1. raz\n2. dwa\n\n[strona](https://x.example)"
    assert to_text(source) == (
        "Tytuł\n\nWażne:\n\n• kawa,\n• herbata\n\n1. raz\n2. dwa\n\nstrona (https://x.example)"
    )


def test_placeholders_survive_markdown() -> None:
    assert "{imie}" in to_html("Dzień dobry, **{imie}**!")
    assert to_text("Dzień dobry, **{imie}**!") == "Dzień dobry, {imie}!"


@pytest.mark.django_db
def test_each_channel_says_its_own_part() -> None:
    text = MessageText(
        title="Woda", short="Łódź {imie}", long="**Treść** {imie}", transliterate_sms=True
    )
    message = make.message(text=text, channels=("email", "sms", "epuap", "push"))
    email = rendering.content_for(message, "email")
    assert email.subject == "Woda"
    assert email.text == "Treść {imie}"
    assert "<strong>Treść</strong> {imie}" in email.html
    assert "<h1>Woda</h1>" in email.html
    sms = rendering.content_for(message, "sms")
    assert (sms.subject, sms.text, sms.html) == ("", "Lodz {imie}", "")
    epuap = rendering.content_for(message, "epuap")
    assert (epuap.subject, epuap.text) == ("Woda", "Treść {imie}")


@pytest.mark.django_db
def test_a_push_notice_never_carries_a_persons_data() -> None:
    text = MessageText(title="Dla {nazwisko}", short="Dzień dobry, {imie}", long="")
    message = make.message(text=text, channels=("push",))
    push = rendering.content_for(message, "push")
    assert (push.subject, push.text) == ("Urząd Miejski w Zażółcinie", "Masz nową wiadomość")
    assert rendering.names_on(text, "push") == set()
    assert rendering.names_on(text, "sms") == {"imie"}
    assert rendering.names_on(text, "email") == {"nazwisko"}


@pytest.mark.django_db
def test_the_key_of_a_content_changes_with_the_text() -> None:
    message = make.message()
    first = rendering.content_for(message, "email").key
    message.revision += 1
    assert rendering.content_for(message, "email").key != first
    assert rendering.content_for(message, "sms").key != rendering.content_for(message, "email").key


@pytest.mark.django_db
def test_a_title_cannot_break_out_of_the_letter() -> None:
    message = make.message(text=MessageText(title="<script>x</script>", long="a"))
    assert "<script>" not in rendering.content_for(message, "email").html
