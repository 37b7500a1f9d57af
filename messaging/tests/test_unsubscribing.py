"""The link in a mail: one click withdraws, looking does not, and a slip can be undone."""

import pytest
from django.test import Client
from django.utils import timezone

from messaging.correspondence import unsubscribing
from messaging.models import Delivery
from recipients.contacts import permissions
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery() -> Delivery:
    topic = make.topic()
    person = make.recipient(topics=(topic,), contacts={"email": "adresat@przyklad.example"})
    return Delivery.objects.create(
        message=make.message(about=topic),
        recipient=person,
        channel="email",
        lane=3,
        due_at=timezone.now(),
        changed_at=timezone.now(),
    )


def path_of(delivery: Delivery) -> str:
    return unsubscribing.links([(delivery.pk, delivery.salt)])[0].removeprefix(
        "http://127.0.0.1:8000"
    )


def agreed(delivery: Delivery) -> bool:
    delivery.recipient.refresh_from_db()
    assert delivery.message
    assert delivery.message.topic
    return permissions.may(delivery.recipient.consents, delivery.message.topic.bit, "email")


def test_looking_changes_nothing(client: Client, delivery: Delivery) -> None:
    page = client.get(path_of(delivery))
    assert page.status_code == 200
    assert agreed(delivery)


def test_one_click_withdraws_without_a_cookie_or_a_form(delivery: Delivery) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(path_of(delivery), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not agreed(delivery)
    act = delivery.recipient.consent_acts.latest("pk")
    assert (act.act, act.how, act.by) == ("withdraw", "link", None)


def test_a_slip_is_undone(client: Client, delivery: Delivery) -> None:
    client.post(path_of(delivery))
    client.post(path_of(delivery), {"undo": "1"})
    assert agreed(delivery)


@pytest.mark.parametrize("change", [lambda t: t[:-3] + "aaa/", lambda t: "/wypisz/1/"])
def test_a_made_up_link_is_not_found(client: Client, delivery: Delivery, change: object) -> None:
    assert callable(change)
    assert client.post(change(path_of(delivery))).status_code == 404
    assert agreed(delivery)


def test_the_link_names_nobody(delivery: Delivery) -> None:
    assert "adresat" not in unsubscribing.links([(delivery.pk, delivery.salt)])[0]
