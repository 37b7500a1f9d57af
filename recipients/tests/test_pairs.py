"""From tokens, names and birth dates to pairs of cards; and what staff say about them."""

import uuid
from datetime import date, timedelta
from threading import Event

import pytest
from django.test import Client
from django.urls import reverse

from admin_module.models import AuditEntry, User
from recipients import jobs
from recipients.account import rights
from recipients.models import DuplicatePair, Job, Recipient
from recipients.same_person import pairs
from tests import make

pytestmark = pytest.mark.django_db
Strength = DuplicatePair.Strength


@pytest.fixture
def clerk(client: Client) -> User:
    user = make.staff("recipients_clerk")
    client.force_login(user)
    return user


def reasons() -> dict[tuple[int, int], set[str]]:
    return dict(pairs.search())


def searched() -> Job:
    job = jobs.order(pairs.JOB, by=None, form_key=uuid.uuid4())
    assert jobs.run(job.pk, Event())
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    return job


def test_the_same_name_and_birth_date_is_likely() -> None:
    one = make.recipient(pesel="", kinds=("email",))
    two = make.recipient(pesel="", kinds=("sms",), address=make.address("Wodna", 5))
    assert reasons() == {(one.pk, two.pk): {"name_and_birth_date"}}


@pytest.mark.parametrize(
    ("first", "last", "alike"),
    [
        ("Kamila", "Gżegżółka", False),
        ("Żanetta", "Gżegżółka", True),
        ("Żaneta", "Grzegżółka-Nowak", True),
        ("Gżegżółka", "Żaneta", True),
        ("Żaneta", "Nowak", False),
    ],
)
def test_a_slip_in_a_name_is_seen_and_a_twin_is_not(first: str, last: str, alike: bool) -> None:
    make.recipient(kinds=())
    make.recipient(first_name=first, last_name=last, kinds=())
    assert bool(reasons()) is alike


def test_another_birth_date_is_another_person() -> None:
    make.recipient(kinds=())
    make.recipient(kinds=(), birth_date=date(1951, 5, 17))
    assert reasons() == {}


def test_a_shared_telephone_is_a_family_unless_more_is_alike() -> None:
    shared = {"sms": "+48512000111"}
    anna = make.recipient(first_name="Anna", contacts=shared)
    jan = make.recipient(first_name="Jan", sex="M", birth_date=date(1948, 1, 2), contacts=shared)
    typo = make.recipient(first_name="Anna", birth_date=date(1950, 5, 16), contacts=shared)
    found = reasons()
    assert found[anna.pk, jan.pk] == {"sms"}
    assert found[anna.pk, typo.pk] == {"sms", "name"}
    assert pairs.strength_of(found[anna.pk, jan.pk]) == Strength.PERHAPS
    assert pairs.strength_of(found[anna.pk, typo.pk]) == Strength.LIKELY
    assert pairs.strength_of({"pesel"}) == Strength.CERTAIN


def test_a_hostel_is_no_pair() -> None:
    for number in range(pairs.MOST_AT_ONE_ADDRESS + 1):
        make.recipient(
            contacts={"sms": "+48512000111"}, birth_date=date(1950 + number, 1, 1),
            first_name=f"Osoba{'abcdefgh'[number] * 3}",
        )  # fmt: skip
    assert reasons() == {}


def test_nobody_who_is_gone_is_in_a_pair(clerk: User) -> None:
    make.recipient(kinds=())
    two = make.recipient(kinds=())
    searched()
    assert DuplicatePair.objects.count() == 1
    rights.erase(two, by=clerk, reason="Na żądanie osoby.")
    assert not DuplicatePair.objects.exists()
    assert reasons() == {}


def test_searching_again_adds_nothing_and_drops_what_is_alike_no_more(clerk: User) -> None:
    one = make.recipient(kinds=())
    make.recipient(kinds=())
    assert searched().counts == {"pairs": 1, "new": 1, "gone": 0}
    assert searched().counts == {"pairs": 1, "new": 0, "gone": 0}
    assert one.identity is not None
    fresh = make.person(last_name="Całkieminna", first_name="Teresa", pesel=one.identity.pesel)
    rights.correct(one, fresh, by=clerk, reason="Zmiana nazwiska.", revision=one.revision)
    assert searched().counts == {"pairs": 0, "new": 0, "gone": 1}


def test_told_apart_is_remembered_and_can_be_taken_back(client: Client, clerk: User) -> None:
    make.recipient(kinds=()), make.recipient(kinds=())
    searched()
    pair = DuplicatePair.objects.get()
    url = reverse("duplicate-apart", args=[pair.pk])
    assert client.post(url).status_code == 302
    searched()
    assert not pairs.seen_by(clerk).filter(different_at=None).exists()
    page = client.get(reverse("duplicate-list") + "?rodzaj=rozne").content.decode()
    assert pair.first.identifier in page
    client.post(url, {"undo": "1"})
    assert pairs.seen_by(clerk).filter(different_at=None).exists()
    actions = AuditEntry.objects.filter(action__startswith="duplicate.")
    assert [entry.action for entry in actions.order_by("pk")] == [
        "duplicate.told_apart", "duplicate.taken_back",
    ]  # fmt: skip


def test_the_same_pesel_comes_back_after_all(clerk: User) -> None:
    pair = DuplicatePair(reasons=["sms"], strength=1, different_by=clerk)
    pair.first, pair.second = make.recipient(), make.recipient()
    pair.found_at = pair.different_at = pair.first.registered_at
    pair.save()
    key = (pair.first_id, pair.second_id)
    pairs._look_again({key: {"sms", "pesel"}}, {key: pair})
    fresh = DuplicatePair.objects.get(pk=pair.pk)
    assert fresh.different_at is None
    assert fresh.strength == Strength.CERTAIN


def test_the_clock_orders_one_search_a_day(settings: object) -> None:
    nobody_yet = pairs.order_when_due()
    assert nobody_yet is None
    make.recipient()
    job = pairs.order_when_due()
    assert job is not None
    assert job.created_by is None
    again = pairs.order_when_due()
    assert again is None
    Job.objects.update(created_at=job.created_at - timedelta(hours=25), state="done")
    assert pairs.order_when_due() is not None


def test_the_list_shows_reasons_and_leads_to_the_comparison(client: Client, clerk: User) -> None:
    one, two = make.recipient(kinds=()), make.recipient(kinds=())
    searched()
    page = client.get(reverse("duplicate-list")).content.decode()
    assert reverse("recipient-join", args=[one.pk, two.pk]) in page
    looked = AuditEntry.objects.filter(action="recipient.listed").latest("pk")
    assert looked.detail == {"recipients": [one.pk, two.pk]}


def test_a_school_sees_pairs_of_its_own_only(client: Client, clerk: User) -> None:
    school = make.staff("recipients_clerk", unit=make.municipal_unit())
    make.recipient(kinds=(), by=school), make.recipient(kinds=())
    searched()
    assert pairs.seen_by(clerk).count() == 1
    assert pairs.seen_by(school).count() == 0


# --- The page on which two cards are merged -----------------------------------------------------------------


def test_merging_on_the_page(client: Client, clerk: User) -> None:
    stays, goes = make.recipient(first_name="Ana"), make.recipient(first_name="Anna")
    url = reverse("recipient-join", args=[stays.pk, goes.pk])
    page = client.get(url).content.decode()
    assert "Ana" in page
    assert 'name="first_name"' in page
    assert 'name="last_name"' not in page
    fields = {
        "revision_stays": stays.revision, "revision_goes": goes.revision, "pesel": "goes",
        "email": "stays", "sms": "goes",
    }  # fmt: skip
    unsure = client.post(url, fields | {"first_name": "goes"})
    assert unsure.status_code == 422
    undecided = client.post(url, fields | {"sure": "on"})
    assert undecided.status_code == 422
    assert Recipient.objects.active().count() == 2
    done = client.post(url, fields | {"first_name": "goes", "sure": "on"})
    assert done.status_code == 302
    card = client.get(reverse("recipient-card", args=[goes.pk]), follow=True)
    assert card.redirect_chain[0][0] == reverse("recipient-card", args=[stays.pk])
    assert goes.identifier in card.content.decode()


def test_a_card_that_changed_meanwhile_is_shown_anew(client: Client, clerk: User) -> None:
    stays, goes = make.recipient(), make.recipient()
    url = reverse("recipient-join", args=[stays.pk, goes.pk])
    fields = dict.fromkeys(("pesel", "email", "sms"), "stays") | {
        "revision_stays": stays.revision, "revision_goes": goes.revision - 1, "sure": "on",
    }  # fmt: skip
    answer = client.post(url, fields)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'name="revision_goes" value="{goes.revision}"' in page
    assert Recipient.objects.active().count() == 2


def test_the_other_card_is_found_by_search(client: Client, clerk: User) -> None:
    one, two = make.recipient(last_name="Kowalska"), make.recipient(last_name="Kowalska-Nowak")
    url = reverse("recipient-twin", args=[one.pk])
    page = client.post(url, {"q": "kowalska"}).content.decode()
    assert reverse("recipient-join", args=[one.pk, two.pk]) in page
    assert reverse("recipient-join", args=[one.pk, one.pk]) not in page
    assert client.get(reverse("recipient-join", args=[one.pk, one.pk])).status_code == 404
