"""Held addresses on the card, on the lists and on the start page, and what staff do about them."""

import pytest
from django.test import Client
from django.urls import reverse

from admin_module.models import AuditEntry
from messaging.models import Letter
from recipients.contacts import address_health
from recipients.models import Recipient, SuppressedAddress
from tests import make

pytestmark = pytest.mark.django_db
MAIL = "adresat@przyklad.example"


@pytest.fixture
def person() -> Recipient:
    return make.recipient(
        topics=(make.topic(),), contacts={"email": MAIL, "sms": "+48512000333"}, last_name="Żuraw"
    )


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make.staff("recipients_clerk", login="rejestr2@zazolcin.example"))
    return client


def held(person: Recipient, reason: str = "hard") -> SuppressedAddress:
    address_health.hold({person.pk: "5.1.1"}, "email", reason)
    return SuppressedAddress.objects.get(kind="email")


def test_the_card_says_why_and_since_when(client: Client, person: Recipient) -> None:
    card = reverse("recipient-card", args=[person.pk])
    assert "wiadomości wracają" not in client.get(card).content.decode()
    held(person)
    page = client.get(card).content.decode()
    assert "wiadomości wracają" in page
    assert reverse("address-lift", args=[person.pk, "email"]) in page


def test_asking_for_a_new_address_goes_by_the_other_ways(client: Client, person: Recipient) -> None:
    held(person)
    answer = client.post(reverse("address-ask", args=[person.pk, "email"]), follow=True)
    assert answer.status_code == 200
    letter = Letter.objects.get()
    assert set(letter.deliveries.values_list("channel", flat=True)) == {"sms"}
    assert SuppressedAddress.objects.get().asked_at
    assert AuditEntry.objects.filter(action="address.asked").exists()


def test_who_has_no_other_address_is_to_be_called(client: Client, person: Recipient) -> None:
    held(person)
    address_health.hold({person.pk: "30005"}, "sms", "hard")
    answer = client.post(reverse("address-ask", args=[person.pk, "email"]), follow=True)
    assert not Letter.objects.exists()
    assert b"notice" in answer.content


def test_lifting_wants_a_reason_that_stays(client: Client, person: Recipient) -> None:
    held(person)
    address = reverse("address-lift", args=[person.pk, "email"])
    assert client.get(address).status_code == 200
    assert client.post(address, {"why": "bo tak"}).status_code == 422
    assert SuppressedAddress.objects.get().held
    assert client.post(address, {"why": "confirmed"}).status_code == 302
    assert not SuppressedAddress.objects.get().held
    assert AuditEntry.objects.get(action="address.lifted").reason == "confirmed"


def test_of_an_address_without_history_there_is_nothing_to_lift(
    client: Client, person: Recipient
) -> None:
    assert client.get(reverse("address-lift", args=[person.pk, "email"])).status_code == 404
    assert client.get(reverse("address-lift", args=[person.pk, "epuap"])).status_code == 404


def test_the_lists_show_who_is_to_be_asked(client: Client, person: Recipient) -> None:
    other = make.recipient(kinds=("email",), last_name="Bocian")
    held(person, "complaint")
    people = client.get(reverse("recipient-list"), {"adresy": "sprawdz"}).content.decode()
    assert "Żuraw" in people
    assert "Bocian" not in people
    page = client.get(reverse("suppressed-list")).content.decode()
    assert reverse("recipient-card", args=[person.pk]) in page
    assert MAIL not in page
    none = client.get(reverse("suppressed-list"), {"powod": "soft"}).content.decode()
    assert reverse("recipient-card", args=[person.pk]) not in none
    assert other.pk != person.pk


def test_one_address_is_looked_up_by_its_exact_value(client: Client, person: Recipient) -> None:
    held(person)
    for typed, there in (
        (f" {MAIL.upper()} ", True),
        ("adresat@inny.example", False),
        ("x", False),
    ):
        answer = client.post(reverse("suppressed-find"), {"q": typed})
        assert answer.status_code == 200
        assert (reverse("recipient-card", args=[person.pk]) in answer.content.decode()) is there


def test_the_file_names_nobody(client: Client, person: Recipient) -> None:
    held(person)
    text = b"".join(client.get(reverse("suppressed-export"))).decode()
    assert "5.1.1" in text
    assert "Żuraw" not in text
    assert MAIL not in text
    assert AuditEntry.objects.filter(action="address.exported").exists()


def test_the_start_page_counts_them(client: Client, person: Recipient) -> None:
    held(person)
    assert reverse("suppressed-list") in client.get(reverse("dashboard")).content.decode()


def test_a_unit_sees_its_own_people_only(person: Recipient) -> None:
    held(person)
    client = Client()
    client.force_login(make.staff("recipients_clerk", unit=make.municipal_unit()))
    assert "Żuraw" not in client.get(reverse("suppressed-list")).content.decode()
    assert client.get(reverse("address-lift", args=[person.pk, "email"])).status_code == 404
    found = client.post(reverse("suppressed-find"), {"q": MAIL}).content.decode()
    assert "Żuraw" not in found
