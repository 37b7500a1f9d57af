"""From a person's choice to the language that the office writes in, by every way they may say it."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from admin_module.models import AuditEntry
from messaging.tests.reading import Phone
from recipients.account import rights
from recipients.contacts import languages
from recipients.epuap.wishes import language_of
from recipients.models import Reading, Recipient
from recipients.people import moves, particulars
from recipients.people_import import cells
from tests import make

pytestmark = pytest.mark.django_db


def test_whoever_said_nothing_reads_polish_and_the_column_tells_nobody() -> None:
    person = make.recipient()
    assert person.reads == "pl"
    other = languages.choose(person, "uk", by=None)
    polish = make.recipient()
    stored = dict(Recipient.objects.values_list("pk", "language"))
    assert all(value is not None for value in stored.values())
    assert len({len(value.blob) for value in stored.values()}) == 1  # type: ignore[union-attr]
    assert (other.reads, polish.reads) == ("uk", "pl")


def test_rows_older_than_the_column_are_polish() -> None:
    person = make.recipient()
    Recipient.objects.filter(pk=person.pk).update(language=None)
    person.refresh_from_db()
    assert (person.reads, particulars.of(person).language) == ("pl", "pl")


def test_the_desk_asks_and_the_card_says(client: Client) -> None:
    client.force_login(make.staff("recipients_clerk"))
    person = make.recipient(language="uk")
    card = client.get(reverse("recipient-card", args=[person.pk])).content.decode()
    assert "ukraiński" in card
    form = client.get(reverse("recipient-edit", args=[person.pk])).context["form"]
    assert form["language"].value() == "uk"


def test_a_correction_that_does_not_speak_of_it_leaves_it() -> None:
    person = make.recipient(language="uk")
    data = particulars.of(person)
    for said, kept in (("", "uk"), ("en", "en")):
        changed = replace(data, language=said)
        row = Recipient.objects.get(pk=person.pk)
        row = rights.correct(row, changed, by=make.clerk(), reason="prośba", revision=row.revision)
        assert row.reads == kept


def test_the_person_chooses_in_the_app() -> None:
    person = make.recipient()
    phone = Phone(person)
    headers = {"Authorization": f"Bearer {phone.token}"}

    def say(**data: str) -> int:
        answer = phone.http.patch(
            "/api/v1/me", data, content_type="application/json", headers=headers
        )
        return int(answer.status_code)

    assert phone.get("me").json()["language"] == "pl"
    assert say(language="uk") == 200
    assert say(language="uk") == 200
    assert phone.get("me").json()["language"] == "uk"
    assert say(language="de") == say() == 422
    entries = AuditEntry.objects.filter(action="recipient.language_chosen")
    assert [entry.detail for entry in entries] == [{}]


def test_the_erased_choose_nothing() -> None:
    person = make.recipient()
    person.become_tombstone()
    with pytest.raises(moves.CannotMove):
        languages.choose(person, "uk", by=None)
    assert person.language is None


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("polski", "pl"),
        ("UA", "uk"),
        ("Ukraiński", "uk"),
        ("українська", "uk"),
        ("EN", "en"),
        (" ", ""),
    ],
)
def test_a_cell_names_a_language(cell: str, code: str) -> None:
    assert cells.language(cell) == code


@pytest.mark.parametrize(
    ("told", "code"), [("angielski", "en"), ("uk", "uk"), ("klingoński", ""), ("", "")]
)
def test_a_form_of_epuap_may_name_one(told: str, code: str) -> None:
    assert language_of(Reading(fields={"language": [told]})) == code
