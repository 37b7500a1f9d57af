"""What staff of a school type, tick and forge reaches nobody and nothing of others."""

import json
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import User
from consents.models import ConsentForm, Topic
from messaging.composing.outlook import look_ahead
from messaging.models import Delivery, Message
from messaging.texts.previewing import reader_from
from recipients.contacts.permissions import bit
from recipients.models import Recipient, RecipientGroup
from tests import make

pytestmark = pytest.mark.django_db
EVERYONE = {"everyone": True}


@pytest.fixture
def clerk(client: Client) -> User:
    """Keeps the people of a school and writes to them."""
    user = make.staff("recipients_clerk", "editor", unit=make.municipal_unit())
    client.force_login(user)
    return user


@pytest.fixture
def own_topic(clerk: User) -> Topic:
    return Topic.objects.create(name="Wywiadówki", bit=7, unit=clerk.unit)


@pytest.fixture
def stranger() -> Recipient:
    """Registered by the office."""
    return make.recipient(last_name="Obcowska", topics=(make.topic(),))


def page_with(**fields: object) -> dict[str, object]:
    return {
        "klass": "information", "title": "Zebranie", "channels": ["email"], "long": "Zapraszamy.",
        "action": "save", **fields,
    }  # fmt: skip


@pytest.mark.parametrize("by", ["pesel", "identifier", "email", "sms", "name", "form"])
def test_a_search_finds_nobody_of_others(
    client: Client, clerk: User, stranger: Recipient, by: str
) -> None:
    assert stranger.identity is not None
    points = {point.kind: point.value for point in stranger.contact_points.all()}
    typed = points | {
        "pesel": stranger.identity.pesel,
        "identifier": stranger.identifier,
        "name": "Obcowska",
        "form": ConsentForm.objects.get(recipient=stranger).number,
    }
    answer = client.post(reverse("recipient-search"), {"q": typed[by]})
    assert answer.status_code == 200  # and no way to their card
    assert f"/odbiorcy/{stranger.pk}/" not in answer.content.decode()
    own = make.recipient(by=clerk, last_name="Obcowska")
    found = client.post(reverse("recipient-search"), {"q": "Obcowska"}).content.decode()
    assert own.identifier in found


def test_a_topic_of_the_office_cannot_be_written_about(
    client: Client, clerk: User, own_topic: Topic
) -> None:
    forged = page_with(topic=make.topic().pk, everyone="1", form_key=uuid.uuid4())
    assert client.post(reverse("message-new"), forged).status_code == 422
    right = page_with(topic=own_topic.pk, everyone="1", form_key=uuid.uuid4())
    assert client.post(reverse("message-new"), right).status_code == 302
    assert [message.topic for message in Message.objects.all()] == [own_topic]


def test_a_school_sends_no_alarm(client: Client) -> None:
    client.force_login(make.staff("duty_officer", unit=make.municipal_unit()))
    answer = client.post(reverse("message-new"), page_with(klass="alarm", everyone="1"))
    assert answer.status_code == 422
    assert not Message.objects.exists()


def test_a_school_does_not_write_in_the_name_of_the_office(
    client: Client, clerk: User, own_topic: Topic
) -> None:
    posted = page_with(topic=own_topic.pk, everyone="1", sender_name="Urząd Miejski")
    client.post(reverse("message-new"), posted)
    assert Message.objects.get().text.sender_name == ""


@pytest.mark.parametrize("shape", ["people", "groups", "nested"])
def test_a_forged_filter_names_nobody_of_others(
    client: Client, clerk: User, own_topic: Topic, stranger: Recipient, shape: str
) -> None:
    group = make.group("Rada Seniorów", stranger)
    filters: dict[str, dict[str, object]] = {
        "people": {"people": [stranger.pk]},
        "groups": {"groups": [group.pk]},
        "nested": {"all": [EVERYONE, {"not": {"people": [stranger.pk]}}]},
    }
    posted = page_with(topic=own_topic.pk, filter=json.dumps(filters[shape]))
    assert client.post(reverse("message-new"), posted).status_code == 422
    assert not Message.objects.exists()


@pytest.mark.parametrize("field", ["people", "groups"])
def test_a_forged_tick_names_nobody_of_others(
    client: Client, clerk: User, own_topic: Topic, stranger: Recipient, field: str
) -> None:
    group = make.group("Rada Seniorów", stranger)
    forged = {"people": stranger.pk, "groups": group.pk}[field]
    answer = client.post(reverse("message-new"), page_with(topic=own_topic.pk, **{field: forged}))
    assert answer.status_code == 422
    assert "Obcowska" not in answer.content.decode()
    shown = client.post(reverse("message-people"), {field: forged, "action": "find"})
    assert "Obcowska" not in shown.content.decode()


def test_own_people_and_groups_can_be_chosen(client: Client, clerk: User, own_topic: Topic) -> None:
    person = make.recipient(by=clerk)
    group = RecipientGroup.objects.create(name="Rodzice", unit=clerk.unit)
    posted = page_with(topic=own_topic.pk, people=person.pk, groups=group.pk)
    assert client.post(reverse("message-new"), posted).status_code == 302


def test_counts_of_a_few_are_hidden_and_larger_ones_told(clerk: User, own_topic: Topic) -> None:
    """Although they may open cards: those are of their own unit's people."""
    for _number in range(4):
        make.recipient(topics=(own_topic,), kinds=("email",))
    message = make.message(author=clerk, about=own_topic)
    assert look_ahead(message, EVERYONE, by=clerk).people is None
    make.recipient(topics=(own_topic,), kinds=("email",))
    assert look_ahead(message, EVERYONE, by=clerk).people == 5
    assert look_ahead(message, EVERYONE, by=make.staff("recipients_clerk")).people == 5


def test_a_preview_looks_through_nobody_else_s_eyes(clerk: User, stranger: Recipient) -> None:
    assert reader_from(EVERYONE, by=clerk).invented
    own = make.recipient(by=clerk, first_name="Wanda", last_name="Uczniowska")
    assert own.pk > stranger.pk
    assert reader_from(EVERYONE, by=clerk).name == "Wanda Uczniowska"


def test_who_is_registered_elsewhere_is_not_told(
    client: Client, clerk: User, stranger: Recipient
) -> None:
    assert stranger.identity is not None
    same = {
        "first_name": "Żaneta", "last_name": "Obcowska", "pesel": stranger.identity.pesel,
        "birth_date": "17.05.1950", "sex": "F", "street": "ul. Sportowa", "house": "1",
        "town": "Zażółcin", "outside_register": "on", "wish_how": "desk",
        "form_key": str(uuid.uuid4()), "not_duplicate": "on",
    }  # fmt: skip
    for name in ("recipient-new", "recipient-alike"):
        body = client.post(reverse(name), same).content.decode()
        assert stranger.identifier not in body
        assert f"/odbiorcy/{stranger.pk}/" not in body
    assert "jednostka miasta" in body
    assert Recipient.objects.count() == 1


def test_consents_of_others_topics_are_left_alone(
    client: Client, clerk: User, own_topic: Topic
) -> None:
    office_topic = make.topic()
    person = make.recipient(by=clerk, topics=(office_topic,), kinds=("email",))
    before = person.consents
    page = client.get(reverse("consent-edit", args=[person.pk])).content.decode()
    assert office_topic.name not in page
    ticked = bit(own_topic.bit, "email")
    forged = bit(make.topic("Drogi").bit, "email")
    posted = {"seen": before, "how": "desk", "granted": [ticked]}
    client.post(reverse("consent-edit", args=[person.pk]), posted)
    person.refresh_from_db()
    assert person.consents == before | ticked
    refused = client.post(reverse("consent-edit", args=[person.pk]), posted | {"granted": [forged]})
    assert refused.status_code == 422
    person.refresh_from_db()
    assert person.consents == before | ticked


def test_everybody_of_a_message_is_named_only_where_they_are_own(
    client: Client, clerk: User, own_topic: Topic, stranger: Recipient
) -> None:
    message = make.message(author=clerk, about=own_topic, status=Message.Status.SENT)
    own = make.recipient(by=clerk, last_name="Uczniowska")
    now = timezone.now()
    for person in (own, stranger):
        Delivery.objects.create(
            message=message, recipient=person, channel="email", lane=3, due_at=now, changed_at=now
        )
    body = client.get(reverse("message-deliveries", args=[message.pk])).content.decode()
    assert "Uczniowska" in body
    assert "Obcowska" not in body
    assert stranger.identifier not in body
    trace = client.get(
        reverse("delivery-detail", args=[Delivery.objects.get(recipient=stranger).pk])
    )
    assert "Obcowska" not in trace.content.decode()
    assert f"/odbiorcy/{stranger.pk}/" not in trace.content.decode()
