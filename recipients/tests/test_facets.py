"""The sealed records against the rows: the same people, whatever happened to them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection

from icp.encryption import pages
from recipients.account import rights
from recipients.contacts import permissions
from recipients.filtering import audience
from recipients.lookup import facets
from recipients.lookup.names import NAMES
from recipients.models import (
    CONTACT_KINDS,
    Address,
    District,
    Identity,
    Recipient,
    RecipientGroup,
    Street,
)
from recipients.values import checks
from tests import make

pytestmark = pytest.mark.django_db
ON = date(2026, 2, 28)
Person = tuple[int, Identity, Address]


def test_a_record_has_24_bytes_and_says_what_the_person_said() -> None:
    row = make.recipient(
        birth_date=date(1944, 2, 29),
        kinds=("email", "push"),
        address=make.address("Złota", 12, letter="B"),
    )
    permissions.set_bit(row.pk, 3, "push", True)
    assert facets.RECORD.itemsize == 24
    record = np.frombuffer(facets.load([row.pk])[row.pk], facets.RECORD)[0]
    assert record["state"] == 2
    assert record["sex"] == 1
    assert record["birth"] == (date(1944, 2, 29) - facets.EPOCH).days
    assert (record["house"], record["letter"]) == (12, 2)
    assert record["street"] == make.street("Złota").pk
    assert record["point"] == make.point("Złota", 12, "B").pk
    assert record["kinds"] == 1 << CONTACT_KINDS.index("email") | 1 << CONTACT_KINDS.index("push")
    assert record["consents"] == permissions.bit(3, "push")


def test_unknown_and_erased_people_have_empty_records() -> None:
    row = make.recipient()
    rights.erase(row, by=make.clerk(), reason="Na żądanie.")
    records = facets.load([row.pk, 999_999])
    assert set(records.values()) == {bytes(24)}


def test_loading_many_costs_no_more_queries_than_one(
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    people = [make.recipient(active=False).pk for _ in range(4)]
    # The sealed bytes come past Django's cursor on PostgreSQL; it sees only the register.
    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 2):
        facets.load(people)


def test_pages_equal_rows_after_all_kinds_of_changes() -> None:
    call_command("load_town", people=40)
    clerk = make.clerk()
    active = list(Recipient.objects.active()[:6])
    rights.restrict(active[0], by=clerk, reason="x")
    rights.suspend(active[1], by=clerk, reason="x")
    rights.erase(active[2], by=clerk, reason="x")
    permissions.set_bit(active[3].pk, 2, "sms", True)
    for kind in (facets.FACETS, NAMES):
        pages.fold(kind)
        assert not pages.verify(kind)


def test_the_filter_agrees_with_reading_every_card() -> None:
    call_command("load_town", people=150)
    opened = Recipient.objects.exclude(state="erased").opened("identity", "address")
    people: list[Person] = list(opened)
    dice = np.random.default_rng(966)
    sizes = []
    for _ in range(150):
        term = draw(dice, 3)
        found = audience.resolve(audience.parse(term), ON).tolist()
        assert found == sorted(p[0] for p in people if means(term, p)), term
        sizes.append(len(found))
    assert len({*sizes}) > 20  # the filters were not all empty or all-embracing


def draw(dice: np.random.Generator, depth: int) -> dict[str, Any]:
    """A filter by chance."""
    kind = dice.integers(0, 10 if depth else 7)
    if kind >= 7:
        terms = [draw(dice, depth - 1) for _ in range(dice.integers(1, 4))]
        return {"not": terms[0]} if kind == 9 else {("all", "any")[kind - 7]: terms}
    low = int(dice.integers(1, 60))
    some = {
        "street": list(Street.objects.values_list("pk", flat=True)[low - 1 : low + 20]),
        "district": list(District.objects.values_list("pk", flat=True)[: low % 3 + 1]),
        "groups": list(RecipientGroup.objects.values_list("pk", flat=True)[: low % 2 + 1]),
        "people": list(Recipient.objects.values_list("pk", flat=True)[low : low + 30]),
        "sex": "FM"[low % 2],
        "age": {"from": low, "to": low + 30},
        "houses": {
            "street": Street.objects.get(name="Sportowa").pk,
            "from": low // 2 + 1,
            "parity": ("odd", "even", "all")[low % 3],
        },
    }
    name = list(some)[kind]
    return {name: some[name]}


def means(term: dict[str, Any], person: Person) -> bool:
    """The same, said as slowly and plainly as possible."""
    pk, identity, address = person
    [(name, value)] = term.items()
    number = checks.house(address.house)[0]
    born = identity.birth_date
    answers: dict[str, Callable[[], bool]] = {
        "all": lambda: all(means(each, person) for each in value),
        "any": lambda: any(means(each, person) for each in value),
        "not": lambda: not means(value, person),
        "people": lambda: pk in value,
        "groups": lambda: RecipientGroup.objects.filter(pk__in=value, members=pk).exists(),
        "street": lambda: address.street_id in value,
        "district": lambda: address.district_id in value,
        "sex": lambda: identity.sex == value,
        "age": lambda: value["from"] <= years(born) <= value["to"],
        "houses": lambda: (
            address.street_id == value["street"]
            and number >= value["from"]
            and value["parity"] in ("all", "odd" if number % 2 else "even")
        ),
    }
    return answers[name]()


def years(born: date) -> int:
    """Completed years on ON, the last day of February of a common year."""
    return ON.year - born.year - ((born.month, born.day) > (2, 29))
