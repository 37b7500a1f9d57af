"""From a text in several languages to the words each person gets, once at an address they share."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from messaging.models import Delivery, Message, MessageText, Variants
from messaging.public import inbox
from messaging.steps import sending
from messaging.tests import flow
from messaging.tests.fakes import FakeChannel
from messaging.texts import pricing
from messaging.texts.hint_texts import about_announcement
from messaging.texts.rendering import content_for, text_for
from messaging.texts.variants import in_language
from recipients.feed import changes
from recipients.models import Recipient
from tests import make

Fake = Callable[[str], FakeChannel]
POLISH = MessageText(
    title="Woda", short="Jutro nie będzie wody, {imie}.", long="Jutro **nie będzie** wody.",
    transliterate_sms=True, reply_to="biuro@zazolcin.example",
)  # fmt: skip
UKRAINIAN = MessageText(title="Вода", short="Завтра не буде води.", long="Завтра **не буде** води.")
VARIANTS = Variants(uk=UKRAINIAN, en=MessageText(long="No water **tomorrow**."))


def reader(language: str, **fields: object) -> Recipient:
    person = make.recipient(**fields)  # type: ignore[arg-type]
    person.language = language
    person.save(update_fields=["language"])
    return person


def said(channel: FakeChannel) -> dict[str, str]:
    return {one.address: one.content.text for one in channel.got}


@pytest.mark.dry
class TestText:
    def test_what_is_empty_in_a_variant_stands_in_polish(self) -> None:
        english = in_language(POLISH, VARIANTS.en)
        assert english.title == "Woda"
        assert english.long == "No water **tomorrow**."
        assert english.reply_to == POLISH.reply_to

    def test_cyrillic_keeps_its_letters_whatever_the_polish_text_drops(self) -> None:
        assert in_language(POLISH, VARIANTS.en).transliterate_sms
        assert not in_language(POLISH, UKRAINIAN).transliterate_sms

    def test_a_language_nobody_wrote_in_is_polish(self) -> None:
        message = Message(text=POLISH, variants=Variants(uk=UKRAINIAN))
        assert text_for(message, "en") == POLISH == text_for(message, "pl")
        assert text_for(message, "uk").title == "Вода"
        assert message.languages == ["pl", "uk"]


@pytest.mark.django_db
class TestEngine:
    def test_each_person_gets_their_language(self, fake: Fake) -> None:
        channel, about = fake("email"), make.topic()
        people = {code: reader(code, topics=(about,)) for code in ("pl", "uk", "en")}
        flow.sent(make.message(about=about, text=POLISH, variants=VARIANTS))
        flow.drain("email")
        by_person = {
            code: next(
                one.content
                for one in channel.got
                if one.address == person.contact_points.get(kind="email").value
            )
            for code, person in people.items()
        }
        assert [by_person[code].language for code in ("pl", "uk", "en")] == ["pl", "uk", "en"]
        assert by_person["uk"].subject == "Вода"
        assert "не буде" in by_person["uk"].text
        assert '<html lang="uk">' in by_person["uk"].html
        assert by_person["en"].text == "No water tomorrow."
        assert len({content.key for content in by_person.values()}) == 3

    def test_only_the_polish_words_fill_names_here(self, fake: Fake) -> None:
        channel, about = fake("sms"), make.topic()
        reader("pl", topics=(about,), first_name="Łucja")
        reader("uk", topics=(about,))
        flow.sent(make.message(about=about, channels=("sms",), text=POLISH, variants=VARIANTS))
        flow.drain("sms")
        filled = sorted((one.content.text, dict(one.values)) for one in channel.got)
        assert filled == [
            ("Jutro nie bedzie wody, {imie}.", {"imie": "Lucja"}),
            ("Завтра не буде води.", {}),
        ]

    def test_a_household_gets_each_language_once(self) -> None:
        about, phone = make.topic(), {"sms": "+48511222333"}
        codes = ("pl", "uk", "pl", "uk", "en")
        people = [
            reader(code, topics=(about,), contacts=phone, first_name=name)
            for code, name in zip(codes, ("Ala", "Bea", "Cela", "Daga", "Ewa"), strict=True)
        ]
        text = MessageText(title="Woda", short="Nie ma wody.", long="Nie ma wody.")
        variants = Variants(uk=UKRAINIAN)  # whoever reads English gets the Polish text, too
        message = flow.sent(
            make.message(about=about, channels=("sms",), text=text, variants=variants)
        )
        rows = {
            person.pk: Delivery.objects.get(message=message, recipient=person) for person in people
        }
        states = [rows[person.pk].state for person in people]
        assert states == ["queued", "queued", "suppressed", "suppressed", "suppressed"]
        assert rows[people[2].pk].same_as_id == rows[people[0].pk].pk
        assert rows[people[3].pk].same_as_id == rows[people[1].pk].pk
        assert flow.states(message) == {"queued": 2, "suppressed": 3} == flow.counted(message)

    def test_what_everybody_reads_names_nobody_in_any_language(self) -> None:
        text = MessageText(title="Woda", short="Nie ma wody.", long="Nie ma wody.")
        named = Variants(en=MessageText(long="Dear {imie}"))
        message = make.message(text=text, variants=named, public=True)
        with pytest.raises(sending.CannotSend):
            sending.check(message)

    def test_the_price_is_that_of_the_dearest_language(self) -> None:
        long = MessageText(short="Завтра " * 20)
        price = pricing.dearest_price([MessageText(short="Jutro " * 20), long], 10)
        assert price.chosen.encoding == "UCS-2"
        assert price.parts_total == 30
        assert price.one * 10 == price.cost

    def test_the_app_shows_the_words_of_the_persons_language(self, fake: Fake) -> None:
        fake("push")
        about = make.topic()
        person = reader("uk", kinds=("push",), topics=(about,))
        message = flow.sent(
            make.message(about=about, channels=("push",), text=POLISH, variants=VARIANTS)
        )
        flow.drain("push")
        device = person.devices.get()
        assert changes.cards_of(device)
        found = inbox.letters(device, inbox.rows(device, [message.uid]))[0]
        assert (found.title, found.language) == ("Вода", "uk")
        assert "<strong>не буде</strong>" in found.html

    def test_a_hint_speaks_the_readers_language_and_tells_nothing(self) -> None:
        message = make.message(text=POLISH, variants=VARIANTS)
        hint = content_for(message, "push", "uk")
        assert hint.text == "У вас нове повідомлення"
        message.public = True
        assert content_for(message, "push", "uk").subject == "Вода"
        assert about_announcement(message, "uk").text == "Завтра не буде води."
        assert about_announcement(message, "en").subject == "Woda"

    def test_everybody_reads_an_alert_in_every_language(self, client: Client) -> None:
        text = MessageText(title="Burza", short="Burza od 17.", long="Zostań **w domu**.")
        message = make.message(text=text, variants=VARIANTS, klass="warning", public=True)
        flow.sent(message)
        page = client.get(f"/alerty/{message.uid}/").content.decode()
        assert '<section lang="uk"' in page
        assert "<strong>не буде</strong>" in page
        assert '<section lang="en"' in page

    def test_the_last_look_before_sending_shows_every_language(self, client: Client) -> None:
        message = make.message(text=POLISH, variants=VARIANTS, channels=("email",))
        client.force_login(make.staff("editor"))
        page = client.get(reverse("message-check", args=[message.pk])).content.decode()
        assert "Jutro <strong>nie będzie</strong>" in page
        assert "Завтра <strong>не буде</strong>" in page
        assert "No water <strong>tomorrow</strong>" in page
