"""Withdrawing everything in one go, by every way; words about single topics; a box that nobody ticks."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from admin_module.models import User
from consents import comparing, form_pdf, granting, numbering, topics
from consents.forms import ConsentTextForm
from consents.models import Consent, ConsentText, NoScan, Topic
from consents.topics import TopicData
from messaging.models import Delivery, Letter
from recipients.contacts import permissions
from recipients.forms import ticking
from recipients.models import Recipient
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client: Client) -> User:
    user = make.staff("recipients_clerk", "administrator")
    client.force_login(user)
    return user


@pytest.fixture
def person(clerk: User) -> Recipient:
    return make.recipient(topics=(make.topic(), make.topic("Kultura")))


def letters_to(person: Recipient) -> list[str]:
    letters = Letter.objects.filter(recipient=person, code=None)
    return sorted(Delivery.objects.filter(letter__in=letters).values_list("channel", flat=True))


@pytest.mark.parametrize("how", ["sms", "epuap", "app", "link", "letter"])
def test_one_channel_is_left_whatever_way_it_was_said(person: Recipient, how: str) -> None:
    acts = granting.withdraw_all(person, "sms", how=how, by=None)
    assert [(act.channel, act.how, act.act) for act in acts] == [("sms", how, "withdraw")] * 2
    person.refresh_from_db()
    assert not ticking.ticked_by(person.consents, "sms")
    assert ticking.ticked_by(person.consents, "email")
    assert granting.withdraw_all(person, "sms", how=how, by=None) == []


def test_from_the_card_everything_goes_at_once_and_the_person_is_told(
    client: Client, person: Recipient
) -> None:
    card = client.get(reverse("recipient-card", args=[person.pk])).content.decode()
    address = reverse("consent-withdraw", args=[person.pk])
    assert address in card
    assert client.get(address).status_code == 200
    assert Consent.objects.filter(act="withdraw").count() == 0
    assert client.post(address, {"channel": "", "how": "phone"}).status_code == 302
    person.refresh_from_db()
    assert person.consents == 0
    assert person.state == Recipient.State.ACTIVE
    assert Consent.objects.filter(act="withdraw", how="phone").count() == 4
    assert letters_to(person) == ["email", "sms"]
    assert address not in client.get(reverse("recipient-card", args=[person.pk])).content.decode()


def test_who_leaves_one_channel_is_told_by_the_others(client: Client, person: Recipient) -> None:
    client.post(reverse("consent-withdraw", args=[person.pk]), {"channel": "sms", "how": "desk"})
    assert letters_to(person) == ["email"]


@pytest.mark.parametrize("posted", [{"how": "telepathy"}, {"channel": "fax", "how": "desk"}])
def test_nonsense_withdraws_nothing(
    client: Client, person: Recipient, posted: dict[str, str]
) -> None:
    address = reverse("consent-withdraw", args=[person.pk])
    assert client.post(address, posted).status_code == 422
    assert Consent.objects.filter(act="withdraw").count() == 0


def test_nobody_ticks_the_box_for_commercial_information_beforehand(clerk: User) -> None:
    offers = topics.add(TopicData("Oferty", commercial=True), by=clerk)
    water = make.topic("Woda")
    bit = {topic: permissions.bit(topic.bit, "sms") for topic in (offers, water)}
    person = make.recipient(active=False)
    make.consent_text()
    form = numbering.new_form(person, bit[offers] | bit[water], by=clerk)
    assert form.wanted == bit[water]
    [page] = form_pdf.described([form])
    assert [topic["name"] for topic in page["topics"]] == ["Woda"]
    assert [topic["ticks"] for topic in page["commercial"]] == [[False] * 4]
    assert [row.topic for row in ticking.rows(0, clerk, commercial=False)] == [water]
    granting.receive_form(form, by=clerk, paper=NoScan.LATER, granted=bit[offers])
    person.refresh_from_db()
    assert person.consents == bit[offers]


def test_there_is_one_such_box_the_office_s_and_never_by_law(client: Client, clerk: User) -> None:
    topics.add(TopicData("Oferty", commercial=True), by=clerk)
    posted = {"name": "Reklamy", "channels": ["email"], "commercial": "on"}
    assert client.post(reverse("topic-new"), posted).status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        Topic.objects.create(name="Drugie", bit=8, commercial=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Topic.objects.filter(commercial=True).update(mandatory=True, legal_basis="ustawa")


def words(**fields: object) -> dict[str, object]:
    text = make.consent_text()
    return {
        "valid_from": "2030-01-01", "statement": text.statement,
        "privacy_notice": text.privacy_notice, **fields,
    }  # fmt: skip


def test_words_about_one_topic_are_a_part_of_the_version(client: Client, clerk: User) -> None:
    topic = make.topic()
    named = {f"topic_{topic.pk}": "Zgadzam się na zdjęcia.", "channel_sms": "SMS-y do 22."}
    assert client.post(reverse("consent-text-new"), words(**named)).status_code == 302
    text = ConsentText.objects.latest("version")
    assert text.own_words == {
        f"topic:{topic.pk}": "Zgadzam się na zdjęcia.", "channel:sms": "SMS-y do 22.",
    }  # fmt: skip
    form = make.form(make.recipient(active=False))
    form.text = text
    [page] = form_pdf.described([form])
    assert page["topics"][0]["words"] == "Zgadzam się na\N{NO-BREAK SPACE}zdjęcia." or (
        page["topics"][0]["words"] == "Zgadzam się na zdjęcia."
    )
    assert page["channel_words"] == [("SMS", "SMS-y do 22.")]


def test_words_that_were_used_are_kept_by_the_database(clerk: User) -> None:
    text = make.form(make.recipient(active=False)).text
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentText.objects.filter(pk=text.pk).update(own_words={"channel:sms": "inne"})


def test_a_wrong_placeholder_is_told_beside_its_field(clerk: User) -> None:
    form = ConsentTextForm(words(channel_sms="Pisze {imie}."))
    assert not form.is_valid()
    assert "channel_sms" in form.errors


def test_a_version_is_looked_at_before_it_is_saved_and_before_it_holds(
    client: Client, clerk: User
) -> None:
    answer = client.post(reverse("consent-text-new"), words(preview="1"))
    assert answer.content.startswith(b"%PDF-")
    assert ConsentText.objects.count() == 1
    version = ConsentText.objects.get().version
    shown = client.get(reverse("consent-text-preview", args=[version]))
    assert shown.content.startswith(b"%PDF-")


def test_what_changed_between_two_versions_is_shown_word_by_word(
    client: Client, clerk: User
) -> None:
    old = make.consent_text()
    new = ConsentText.objects.create(
        version=old.version + 1,
        statement=old.statement.replace("Wyrażam", "Udzielam"),
        privacy_notice=old.privacy_notice,
        valid_from=date(2030, 1, 1),
    )
    [changed] = [part for part in comparing.compare(old, new) if part.changed]
    assert [piece for piece in changed.pieces if piece[0] != "same"] == [
        ("gone", "Wyrażam"), ("new", "Udzielam"),
    ]  # fmt: skip
    page = client.get(reverse("consent-text-compare", args=[new.version])).content.decode()
    assert "<del>Wyrażam</del><ins>Udzielam</ins>" in page
    first = client.get(reverse("consent-text-compare", args=[old.version]))
    assert first.status_code == 200
