"""Sealed rows: what is written when, how many queries a list costs, what an erased key stops."""

import copy
import pickle
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from icp.encryption.errors import KeyErased, Tampered
from icp.encryption.models import DataKey
from icp.encryption.opening import Opener
from recipients.models import Address, ContactPoint, Recipient

from .looking import queries, refused, stored
from .people import identity, mail, person, unsaved

pytestmark = pytest.mark.django_db


def test_values_come_back() -> None:
    row = person(identity("Żądło", "85010112346"))
    mail(row, "Anna@Przyklad.example")
    again = Recipient.objects.get(pk=row.pk)
    assert again.identity == row.identity
    assert again.address == Address("ul. Polna", "1")
    assert again.state_reason is None
    assert ContactPoint.objects.get().value == "Anna@Przyklad.example"


def test_a_row_is_found_by_plaintext() -> None:
    row = person(identity(pesel="85010112346"))
    mail(row, "Anna@Przyklad.example")
    assert Recipient.objects.get(pesel_token="850101-12346") == row
    assert Recipient.objects.get(duplicate_token=identity("KOWALSKA")) == row
    assert ContactPoint.objects.filter(value_token=" anna@PRZYKLAD.example ").count() == 1
    found = ContactPoint.objects.filter(value_token__in=["anna@przyklad.example", "x@y.example"])
    assert found.count() == 1
    assert not ContactPoint.objects.filter(value_token__in=["x@y.example"])
    assert not Recipient.objects.filter(pesel_token="")
    assert Recipient.objects.exclude(pesel_token="85010112346").count() == 0


def test_a_missing_value_has_no_token() -> None:
    assert stored(person(), "pesel_token") is None


def test_saving_leaves_untouched_values_alone() -> None:
    row = person()
    before = stored(row, "identity"), stored(row, "address")
    again = Recipient.objects.get(pk=row.pk)
    assert again.identity
    again.state_until = None
    again.save()
    assert (stored(row, "identity"), stored(row, "address")) == before
    again.identity = replace(again.identity, last_name="Nowak")
    again.save()
    assert stored(row, "identity") != before[0]
    assert stored(row, "address") == before[1]


def test_an_unopened_row_does_not_undo_somebody_elses_change() -> None:
    row = person()
    mine, theirs = Recipient.objects.get(pk=row.pk), Recipient.objects.get(pk=row.pk)
    theirs.identity = identity("Nowak", "85010112346")
    theirs.save()
    mine.state_until = identity().birth_date
    mine.save()
    again = Recipient.objects.get(pesel_token="85010112346")
    assert again.identity.last_name == "Nowak"
    assert again.state_until == identity().birth_date


def test_setting_a_value_back_after_a_save_writes_it() -> None:
    row = Recipient.objects.get(pk=person().pk)
    first = row.identity
    row.identity = identity("Nowak")
    row.save()
    row.identity = first
    row.save()
    assert Recipient.objects.get(pk=row.pk).identity == first


def test_saving_again_after_a_rollback_writes_the_value() -> None:
    row = Recipient.objects.get(pk=person().pk)
    row.identity = identity("Nowak")
    with transaction.atomic():
        row.save()
        transaction.set_rollback(True)
    row.save()
    assert Recipient.objects.get(pk=row.pk).identity.last_name == "Nowak"


@pytest.mark.parametrize("way", ["save", "update_fields", "deferred", "bulk_update"])
def test_tokens_follow_their_values(way: str) -> None:
    row = person(identity(pesel="85010112346"))
    loaded = Recipient.objects.only("identity") if way == "deferred" else Recipient.objects
    again = loaded.get(pk=row.pk)
    again.identity = identity(pesel="90020254329")
    if way == "bulk_update":
        Recipient.objects.bulk_update([again], ["identity"])
    else:
        again.save(update_fields=["identity"] if way == "update_fields" else None)
    assert again.identity.pesel == "90020254329"
    assert Recipient.objects.get(pesel_token="90020254329") == row
    assert not Recipient.objects.filter(pesel_token="85010112346")


def test_bulk_create_makes_keys_and_tokens() -> None:
    rows = Recipient.objects.bulk_create([unsaved(identity(pesel=f"8501011234{n}")) for n in "12"])
    assert DataKey.objects.count() == 2
    assert Recipient.objects.get(pesel_token="85010112342") == rows[1]
    points = [ContactPoint(recipient=row, kind="sms", value=f"+4850000000{row.pk}") for row in rows]
    ContactPoint.objects.bulk_create(points)
    assert ContactPoint.objects.get(value_token=points[1].value).recipient == rows[1]
    assert DataKey.objects.count() == 2


def _both() -> bool:
    points = ContactPoint.objects.select_related("recipient")
    return all(point.value and point.recipient.identity for point in points)


def _prefetched() -> bool:
    people = Recipient.objects.prefetch_related("contact_points")
    return all(point.value for row in people for point in row.contact_points.all())


WAYS: list[tuple[Callable[[], object], int]] = [
    (lambda: list(Recipient.objects.all()), 1),
    (lambda: [row.identity.last_name for row in Recipient.objects.all()], 2),
    (lambda: [row.identity for row in Recipient.objects.only("identity")], 2),
    (lambda: [row.identity for row in Recipient.objects.iterator(chunk_size=100)], 2),
    (lambda: [point.value for point in ContactPoint.objects.all()], 2),
    (lambda: [point.value for point in ContactPoint.objects.only("value")], 2),
    (_both, 2),
    (_prefetched, 3),
]


@pytest.mark.parametrize(("way", "number"), WAYS)
def test_a_list_fetches_its_keys_once(way: Callable[[], object], number: int) -> None:
    for each in range(12):
        mail(person(), f"osoba{each}@przyklad.example")
    assert len(queries(way)) == number


def test_opened_reads_in_one_query() -> None:
    row = person()
    point = mail(row, "anna@przyklad.example")
    rows: list[object] = []
    opened = ContactPoint.objects.opened("value", "kind", "recipient__identity")
    assert len(queries(lambda: rows.extend(opened))) == 1
    assert rows == [(point.pk, "anna@przyklad.example", "email", row.identity)]


def test_an_opener_serves_raw_sql() -> None:
    row = person()
    point = mail(row, "anna@przyklad.example")
    opener = Opener(ContactPoint, "value")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.uid, k.wrapped, p.uid, p.value FROM recipients_contactpoint p"
            " JOIN recipients_recipient r ON r.id = p.recipient_id"
            " LEFT JOIN encryption_datakey k ON k.uid = r.uid"
        )
        rows = cursor.fetchall()
    assert list(opener.open_all(rows)) == ["anna@przyklad.example"]
    blob = bytes(rows[0][3])
    assert opener.open(row.uid, rows[0][1], point.uid.bytes, blob) == "anna@przyklad.example"
    assert opener.open(row.uid, rows[0][1], point.uid, None) is None
    with pytest.raises(KeyErased):
        opener.open(row.uid, None, point.uid, blob)


def test_refreshing_keeps_values_sealed() -> None:
    row = person()
    again = Recipient.objects.get(pk=row.pk)
    assert again.identity.last_name == "Kowalska"
    row.identity = identity("Nowak")
    row.save()
    assert len(queries(again.refresh_from_db)) == 1
    assert again.identity.last_name == "Nowak"
    before = stored(row, "identity")
    again.save()
    assert stored(row, "identity") == before


def test_a_deferred_value_is_loaded_at_the_first_look() -> None:
    row = person()
    again = Recipient.objects.defer("identity").get(pk=row.pk)
    assert again.identity == row.identity


def test_a_copy_with_another_uid_is_refused() -> None:
    again = Recipient.objects.get(pk=person().pk)
    again.pk, again.uid, again.identifier = None, uuid4(), "R-copy"
    again._state.adding = True
    with pytest.raises(Tampered):
        again.save()


def test_copies_and_pickles_carry_no_key() -> None:
    row = Recipient.objects.get(pk=person().pk)
    assert row.identity
    for twin in (copy.deepcopy(row), pickle.loads(pickle.dumps(row))):  # noqa: S301
        assert "_cipher" not in twin.__dict__
        assert twin.identity == row.identity


# --- an erased key --------------------------------------------------------------------------------


def test_an_erased_key_is_seen_everywhere() -> None:
    row = person()
    point = mail(row, "anna@przyklad.example")
    late = Recipient.objects.get(pk=row.pk)
    opened = Recipient.objects.get(pk=row.pk)
    assert opened.identity
    DataKey.objects.filter(uid=row.uid).delete()
    with refused(KeyErased):
        late.identity  # noqa: B018
    with refused(KeyErased):
        ContactPoint.objects.get(pk=point.pk).value  # noqa: B018
    with refused(KeyErased):
        list(ContactPoint.objects.opened("value"))
    for stale in (late, opened, row):
        with refused(KeyErased):
            stale.save()
    opened.identity = identity("Nowak")
    for names in (["identity"], None):
        with refused(KeyErased):
            opened.save(update_fields=names)
    with refused(KeyErased):
        Recipient.objects.bulk_update([opened], ["identity"])
    with refused(KeyErased):
        mail(row, "inny@przyklad.example")
    with refused(KeyErased):
        ContactPoint.objects.bulk_create([ContactPoint(recipient=row, kind="sms", value="+48")])


def test_a_tombstone_can_be_saved() -> None:
    row = person()
    gone = dict.fromkeys(("identity", "address", "language", "pesel_token", "duplicate_token"))
    Recipient.objects.filter(pk=row.pk).update(**gone, state="erased")
    DataKey.objects.filter(uid=row.uid).delete()
    again = Recipient.objects.get(pk=row.pk)
    again.revision = 2
    again.save()
    assert list(Recipient.objects.opened("identity")) == [(row.pk, None)]


def test_a_deleted_row_is_not_inserted_again() -> None:
    row = person()
    point = mail(row, "anna@przyklad.example")
    stale = ContactPoint.objects.get(pk=point.pk)
    point.delete()
    with refused(DatabaseError):
        stale.save()
    assert not ContactPoint.objects.exists()


# --- refusals -------------------------------------------------------------------------------------
