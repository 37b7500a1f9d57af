"""After a registration: print, the next person with the address of the one before, whose page it is."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from admin_module.models import User
from consents.models import ConsentForm
from recipients.contacts.permissions import bit
from recipients.models import Recipient
from tests import make

pytestmark = pytest.mark.django_db
NEW = "/odbiorcy/nowy/"


@pytest.fixture
def clerk(client: Client) -> User:
    user = make.staff("recipients_clerk")
    client.force_login(user)
    make.consent_text()
    return user


def register(client: Client, **more: object) -> object:
    point = make.point("Sportowa", 12)
    return client.post(
        NEW,
        {
            "first_name": "Żaneta",
            "last_name": "Gżegżółka",
            "pesel": make.pesel(serial=77),
            "street": str(point.street),
            "house": "12",
            "flat": "3",
            "town": "Zażółcin",
            "phone": "501 234 567",
            "wish_how": "phone",
            "form_key": str(uuid.uuid4()),
        }
        | more,
    )


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_register_and_print_leads_to_the_print_and_the_next(client: Client, clerk: User) -> None:
    topic = make.topic("Przerwy w dostawach")
    answer = register(client, print="1", wanted=[str(bit(topic.bit, "sms"))])
    person, paper = Recipient.objects.get(), ConsentForm.objects.get()
    assert answer["Location"] == f"/odbiorcy/{person.pk}/zarejestrowano/"  # type: ignore[index]
    page = text(client.get(f"/odbiorcy/{person.pk}/zarejestrowano/"))
    assert "data-print-now" in page
    assert paper.number in page
    assert f"{NEW}?po={person.pk}" in page
    following = text(client.get(f"{NEW}?po={person.pk}"))
    assert "Jak poprzednia osoba: ul. Sportowa 12 m. 3" in following
    assert f'data-take-ticks="{bit(topic.bit, "sms")}"' in following


def test_without_print_the_card_opens(client: Client, clerk: User) -> None:
    answer = register(client, later="1")
    person = Recipient.objects.get()
    assert answer["Location"] == f"/odbiorcy/{person.pk}/"  # type: ignore[index]


@pytest.mark.parametrize("who", ["another clerk", "an hour later", "nobody", "no number"])
def test_the_address_is_at_hand_for_the_same_clerk_for_an_hour(
    client: Client, clerk: User, who: str
) -> None:
    register(client)
    person = Recipient.objects.get()
    asked = {"nobody": "99999", "no number": "x"}.get(who, str(person.pk))
    if who == "another clerk":
        client.force_login(make.staff("recipients_clerk"))
    if who == "an hour later":
        long_ago = timezone.now() - timedelta(hours=2)
        Recipient.objects.filter(pk=person.pk).update(registered_at=long_ago)
    page = client.get(f"{NEW}?po={asked}")
    assert page.status_code == 200
    assert "Sportowa 12" not in text(page)


def test_the_page_after_is_for_who_registered_only(client: Client, clerk: User) -> None:
    register(client, print="1")
    path = f"/odbiorcy/{Recipient.objects.get().pk}/zarejestrowano/"
    assert client.get(path).status_code == 200
    client.force_login(make.staff("recipients_clerk"))
    assert client.get(path).status_code == 404
