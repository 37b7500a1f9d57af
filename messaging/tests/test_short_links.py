"""From the end of an SMS to the page that says whether the office sent it."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from icp import rate_limits
from messaging.models import Message, MessageCode, MessageText
from messaging.public import proof_poster
from messaging.texts import pricing, rendering, short_links
from tests import make

pytestmark = pytest.mark.django_db
HOST = "icp.zazolcin.example"


@pytest.fixture(autouse=True)
def _address(settings: Settings) -> None:
    settings.PUBLIC_URL = f"https://{HOST}"
    cache.clear()


def message(status: str = Message.Status.SENDING, **fields: Any) -> Message:
    text = MessageText(
        title="Przerwa w dostawie wody",
        short="{imie}, jutro od 8 do 12 nie będzie wody. {zalaczniki}",
        long="**Zapas** na jutro.",
        proof_link=True,
    )
    return make.message(channels=("sms",), text=text, status=status, **fields)


def page(code: str) -> Any:
    return Client().get(reverse("short-link", args=[code]))


def test_an_sms_ends_with_the_message_s_own_address() -> None:
    one = message()
    first = rendering.content_for(one, "sms").text
    code = MessageCode.objects.get(message=one).code
    assert first.endswith(f"\nPrawdziwy? {HOST}/s/{code}")
    assert rendering.content_for(one, "sms").text == first
    assert set(code) <= set(short_links.ALPHABET)
    without = make.message(channels=("sms",), status=Message.Status.SENDING)
    assert HOST not in rendering.content_for(without, "sms").text


def test_a_draft_draws_no_code_and_shows_how_long_it_will_be() -> None:
    draft = message(Message.Status.DRAFT)
    shown = rendering.content_for(draft, "sms").text
    assert not MessageCode.objects.exists()
    sent = message()
    assert len(shown) == len(rendering.content_for(sent, "sms").text)


def test_the_counter_counts_it() -> None:
    fits = MessageText(short="a" * 150)
    with_link = replace(fits, proof_link=True)
    assert pricing.sms_price(fits, 10).chosen.parts == 1
    counted = pricing.sms_price(with_link, 10).chosen
    assert (counted.parts, counted.units) == (2, 150 + len(short_links.tail(with_link)))


def test_without_a_public_address_there_is_no_link(settings: Settings) -> None:
    settings.PUBLIC_URL = ""
    assert HOST not in rendering.content_for(message(), "sms").text
    assert short_links.tail(MessageText(short="x", proof_link=True)) == ""


def test_anybody_with_the_code_reads_the_official_text_and_nobody_s_name() -> None:
    one = message()
    make.recipient(first_name="Wanda")
    answer = page(short_links.code_of(one))
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "jutro od 8 do 12 nie będzie wody." in body
    assert "<strong>Zapas</strong>" in body
    assert "Wanda" not in body
    assert "{imie}" not in body
    assert "{zalaczniki}" not in body
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"


def test_what_was_called_off_says_so() -> None:
    one = message(public=True, published_at=timezone.now())
    code = short_links.code_of(one)
    assert "alert-over" not in page(code).content.decode()
    Message.objects.filter(pk=one.pk).update(withdrawn_at=timezone.now())
    assert "alert-over" in page(code).content.decode()


def test_a_correction_stands_beside_what_it_corrects() -> None:
    one = message()
    text = MessageText(title="Sprostowanie", short="Wody nie będzie od 10, nie od 8.")
    follow: dict[str, Any] = {"follows": one, "follow_kind": "correction", "text": text}
    hidden = make.message(status=Message.Status.DRAFT, **follow)
    assert text.short not in page(short_links.code_of(one)).content.decode()
    Message.objects.filter(pk=hidden.pk).update(status=Message.Status.SENT)
    assert text.short in page(short_links.code_of(one)).content.decode()


@pytest.mark.parametrize("code", ["ABCDEFG", "2222222", "x" * 300, "0OI1---"])
def test_a_code_that_nobody_drew_is_said_to_be_false(code: str) -> None:
    message()
    answer = page(code)
    assert answer.status_code == 404
    assert reverse("short-link-form") in answer.content.decode()


def test_the_code_of_a_trial_is_no_forgery() -> None:
    answer = page(short_links.SAMPLE)
    assert answer.status_code == 200
    assert not MessageCode.objects.filter(code=short_links.SAMPLE).exists()


@pytest.mark.parametrize("shape", ["{}", "  {} ", "https://icp.zazolcin.example/s/{}", "{}/"])
def test_a_code_is_read_however_it_is_typed(shape: str) -> None:
    code = short_links.code_of(message())
    typed = shape.format(f"{code[:3]}-{code[3:]}".lower())
    answer = Client().get(reverse("short-link-form"), {"kod": typed})
    assert answer.headers["Location"] == reverse("short-link", args=[code])
    small = page(code.lower())
    assert small.headers["Location"] == reverse("short-link", args=[code])


def test_what_is_no_code_at_all_keeps_what_was_typed() -> None:
    answer = Client().get(reverse("short-link-form"), {"kod": "<b>nic"})
    assert answer.status_code == 422
    assert "&lt;b&gt;nic" in answer.content.decode()
    assert Client().get(reverse("short-link-form")).status_code == 200


def test_guessing_is_stopped_and_right_codes_are_not(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RATE_LIMITS = True
    limit = replace(rate_limits.LIMITS["short_link"], requests=3)
    monkeypatch.setitem(rate_limits.LIMITS, "short_link", limit)
    code = short_links.code_of(message())
    assert {page(code).status_code for _time in range(5)} == {200}
    assert [page("ABCDEFG").status_code for _time in range(4)] == [404, 404, 404, 429]


def test_the_poster_is_one_pdf_for_the_office() -> None:
    answer = Client().get(reverse("short-link-poster"))
    assert answer.content[:5] == b"%PDF-"
    assert answer.content == proof_poster.pdf()
    assert not answer.cookies
