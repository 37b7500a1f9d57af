"""Addresses that the register does not know: proposals, one by one, all certain ones, units, audit."""

import uuid
from typing import Any

import pytest
from django.test import Client

from admin_module.models import AuditEntry
from recipients import jobs
from recipients.account import rights
from recipients.filtering import audience
from recipients.models import Address, Job, Recipient
from recipients.people.registration import by_hand
from recipients.upkeep import address_job, unmatched
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "/odbiorcy/adresy-do-dopasowania/"


def outsider(street: str = "ul. sportowej", house: str = "12a/4", **fields: Any) -> Recipient:
    """Registered before the register had their house."""
    address = Address(street, house, town="Zażółcin")
    return make.recipient(kinds=(), address=address, **fields)


def order() -> Job:
    return jobs.order("address_match", by=make.clerk(), form_key=uuid.uuid4())


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.staff("recipients_clerk"))
    return client


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_after_an_import_people_are_joined_to_their_houses() -> None:
    sure, similar, other = outsider(), outsider("ul. Sporotwa", "12"), outsider("Obca", "1")
    point, _also = make.point("Sportowa", 12, "A"), make.point("Sportowa", 12)
    job = order()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.counts == {"joined": 1, "proposed": 1, "left": 1}
    sure.refresh_from_db()
    assert sure.address is not None
    assert (sure.address.point_id, sure.address.flat) == (point.pk, "4")
    assert str(sure.address.street) == "ul. Sportowa"
    assert unmatched.ids() == [other.pk, similar.pk]
    entry = AuditEntry.objects.get(action="recipient.address_matched")
    assert entry.detail == {"point": point.pk, "sure": True}
    # Filters find them at once.
    living = audience.parse({"street": [point.street_id]})
    assert audience.resolve(living).tolist() == [sure.pk]
    again = order()
    jobs.run(again.pk)
    again.refresh_from_db()
    assert again.counts["joined"] == 0


def test_the_erased_are_no_longer_looked_for() -> None:
    person = outsider()
    rights.erase(person, by=make.clerk(), reason="na życzenie")
    assert unmatched.ids() == []


def test_a_clerk_joins_one_by_one(desk: Client) -> None:
    person = outsider("ul. Sporotwa", "12")
    point = make.point("Sportowa", 12)
    page = text(desk.get(PAGE))
    assert "ul. Sporotwa 12" in page
    assert f'value="{point.pk}"' in page
    answer = desk.post(f"{PAGE}{person.pk}/", {"point": point.pk, "revision": person.revision})
    assert answer["Location"] == PAGE
    person.refresh_from_db()
    assert person.address is not None
    assert person.address.point_id == point.pk
    assert "Wszystkie adresy są dopasowane" in text(desk.get(PAGE))


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"point": "x", "revision": "1"},
        {"point": "0", "revision": "1"},
        {"point": "9" * 30, "revision": "1"},
    ],
)
def test_what_a_page_never_offers_changes_nothing(desk: Client, posted: dict[str, str]) -> None:
    person = outsider()
    assert desk.post(f"{PAGE}{person.pk}/", posted).status_code == 302
    person.refresh_from_db()
    assert person.address is not None
    assert person.address.point_id == 0


def test_a_card_that_somebody_changed_meanwhile_is_left_alone(desk: Client) -> None:
    person, point = outsider("ul. Sporotwa", "12"), make.point("Sportowa", 12)
    desk.post(f"{PAGE}{person.pk}/", {"point": point.pk, "revision": person.revision - 1})
    person.refresh_from_db()
    assert person.address is not None
    assert person.address.point_id == 0


def test_a_clerk_orders_the_certain_ones(desk: Client) -> None:
    outsider()
    make.point("Sportowa", 12, "A")
    answer = desk.post(f"{PAGE}pewne/")
    job = Job.objects.get(kind=address_job.MATCH)
    assert answer["Location"] == f"/odbiorcy/zadania/{job.pk}/"
    assert desk.post(f"{PAGE}pewne/")["Location"] == PAGE  # one at a time
    jobs.run(job.pk)
    assert unmatched.ids() == []
    assert "Połączono z domem" in text(desk.get(answer["Location"]))


def test_a_school_sees_its_own_people_only(client: Client) -> None:
    school = make.staff("recipients_clerk", unit=make.municipal_unit())
    own = outsider(by=school, last_name="Szkolna")
    other = outsider(last_name="Ratuszowa")
    client.force_login(school)
    page = text(client.get(PAGE))
    assert own.identifier in page
    assert other.identifier not in page
    assert client.post(f"{PAGE}{other.pk}/", {"point": "1", "revision": "1"}).status_code == 404


def test_looking_is_recorded_and_needs_the_right(desk: Client) -> None:
    person = outsider()
    desk.get(PAGE)
    entry = AuditEntry.objects.filter(action="recipient.listed").latest("pk")
    assert entry.detail == {"recipients": [person.pk]}
    desk.force_login(make.staff("editor"))
    assert desk.get(PAGE).status_code == 403


def test_registering_joins_what_is_surely_meant() -> None:
    make.point("Sportowa", 12, "A")
    row = by_hand(
        make.person(address=Address("ul. sportowej", "12a m. 4")),
        by=make.clerk(),
        wish_how="desk",
        form_key=uuid.uuid4(),
    )
    assert row.address is not None
    assert (row.address.point_id > 0, row.address.house, row.address.flat) == (True, "12A", "4")
