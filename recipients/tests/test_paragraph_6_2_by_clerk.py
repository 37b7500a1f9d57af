"""§ 6.2 of the regulation, each right exercised by a person who came to a member of staff.

Every one leaves a closed request as proof, an audit entry, and a letter to the person.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from admin_module.models import AuditEntry
from messaging.models import Letter
from recipients.account import rights
from recipients.forms.person import initial_of
from recipients.models import Recipient, RightsRequest
from recipients.people.particulars import of
from tests import make

pytestmark = pytest.mark.django_db
State = Recipient.State


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.staff("recipients_clerk"))
    return client


def corrected(desk: Client, person: Recipient, asked_for: str, **changes: Any) -> Recipient:
    """Save the card as a clerk does, with what the person asked for."""
    values = {name: value for name, value in initial_of(of(person)).items() if value}
    values["birth_date"] = values["birth_date"].strftime("%d.%m.%Y")
    values |= {"revision": person.revision, "reason": "na wniosek", "asked_for": asked_for}
    answer = desk.post(f"/odbiorcy/{person.pk}/popraw/", values | {"how": "phone"} | changes)
    assert answer.status_code == 302, answer.content.decode()
    return Recipient.objects.get(pk=person.pk)


def proven(person: Recipient, kind: str, how: str = "desk") -> RightsRequest:
    """The closed request that proves a right, with its audit entry."""
    row = RightsRequest.objects.get(recipient=person, kind=kind)
    assert (row.outcome, row.how, row.closed_by is not None) == ("done", how, True)
    entry = AuditEntry.objects.get(action="request.closed", detail__request=row.pk)
    assert entry.subject == f"recipients.recipient:{person.pk}"
    return row


def told(person: Recipient) -> list[str]:
    """Subjects of letters with words, the newest first."""
    letters = Letter.objects.filter(recipient=person, code=None).order_by("-pk")
    return [letter.text.subject for letter in letters if letter.text]


def test_paragraph_6_2_viewing_by_clerk(desk: Client) -> None:
    person = make.recipient(last_name="Przeglądająca")
    assert "Przeglądająca" in desk.get(f"/odbiorcy/{person.pk}/").content.decode()
    asked = {"kind": "view", "how": "desk", "received_on": f"{timezone.localdate():%d.%m.%Y}"}
    assert desk.post(f"/odbiorcy/{person.pk}/wniosek/", asked).status_code == 302
    row = RightsRequest.objects.get()
    done = {"outcome": "done", "answer": "Pokazano kartę."}
    assert desk.post(f"/odbiorcy/wnioski/{row.pk}/zakoncz/", done).status_code == 302
    proven(person, "view")


def test_paragraph_6_2_correcting_by_clerk(desk: Client) -> None:
    person = corrected(desk, make.recipient(), "correct", first_name="Grażyna")
    assert of(person).first_name == "Grażyna"
    proven(person, "correct", "phone")
    assert told(person) == ["Twoje dane zostały zmienione"]


def test_paragraph_6_2_completing_by_clerk(desk: Client) -> None:
    person = corrected(desk, make.recipient(), "complete", second_name="Maria")
    assert of(person).second_name == "Maria"
    proven(person, "complete", "phone")


def test_paragraph_6_2_updating_by_clerk(desk: Client) -> None:
    person = make.recipient(kinds=("email", "sms"))
    person = corrected(desk, person, "update", phone="601 222 333")
    assert of(person).contacts["sms"] == "+48601222333"
    proven(person, "update", "phone")


def test_paragraph_6_2_rectifying_by_clerk(desk: Client) -> None:
    person = corrected(desk, make.recipient(), "rectify", last_name="Prawdziwa")
    assert of(person).last_name == "Prawdziwa"
    proven(person, "rectify", "phone")


def test_paragraph_6_2_suspending_for_a_time_by_clerk(desk: Client) -> None:
    person = make.recipient()
    day = timezone.localdate() + timedelta(days=30)
    values = {"until": f"{day:%d.%m.%Y}", "reason": "urlop", "how": "letter"}
    assert desk.post(f"/odbiorcy/{person.pk}/wstrzymaj/", values).status_code == 302
    person.refresh_from_db()
    assert (person.state, person.state_until) == (State.SUSPENDED, day)
    proven(person, "suspend", "letter")
    assert rights.resume_due(day) == 1
    person.refresh_from_db()
    assert person.state == State.ACTIVE
    # Its day came by itself: nobody asked for it, but the person is told.
    assert not RightsRequest.objects.filter(kind="resume").exists()
    assert told(person) == ["Twoje konto znów jest aktywne", "Twoje konto jest wstrzymane"]


def test_paragraph_6_2_suspending_for_good_and_resuming_by_clerk(desk: Client) -> None:
    person = make.recipient()
    assert desk.post(f"/odbiorcy/{person.pk}/wstrzymaj/", {"reason": "dość"}).status_code == 302
    person.refresh_from_db()
    assert (person.state, person.state_until) == (State.SUSPENDED, None)
    proven(person, "suspend")
    assert desk.post(f"/odbiorcy/{person.pk}/wznow/", {"how": "phone"}).status_code == 302
    person.refresh_from_db()
    assert person.state == State.ACTIVE
    proven(person, "resume", "phone")


def test_paragraph_6_2_erasing_by_clerk(desk: Client) -> None:
    person = make.recipient(kinds=("email", "sms"), last_name="Żegnająca")
    page = f"/odbiorcy/{person.pk}/usun/"
    assert "Żegnająca" in desk.get(page).content.decode()
    wrong = {"surname": "Kowalska", "reason": "na wniosek", "how": "desk"}
    assert desk.post(page, wrong).status_code == 422
    assert Recipient.objects.get(pk=person.pk).state == State.ACTIVE
    assert desk.post(page, wrong | {"surname": " zegnajaca"}).status_code == 302
    assert Recipient.objects.get(pk=person.pk).state == State.ERASED
    row = proven(person, "erase")
    assert row.words is None
    assert "Żegnająca" not in desk.get(f"/odbiorcy/wnioski/{row.pk}/").content.decode()


def test_article_18_restricting_at_the_persons_demand_by_clerk(desk: Client) -> None:
    person = make.recipient(kinds=("email",))
    values = {"reason": "nie zgadza się adres", "asked_how": "letter"}
    assert desk.post(f"/odbiorcy/{person.pk}/ogranicz/", values).status_code == 302
    proven(person, "restrict", "letter")
    assert told(person) == ["Twoje konto jest ograniczone"]


def test_paragraph_5_4_a_doubt_is_told_to_confirmed_addresses_only(desk: Client) -> None:
    person = make.recipient(kinds=("email", "sms"))
    person.contact_points.filter(kind="sms").update(verified_at=timezone.now())
    values = {"reason": "list wrócił"}
    assert desk.post(f"/odbiorcy/{person.pk}/ogranicz/", values).status_code == 302
    letter = Letter.objects.get(recipient=person, code=None)
    assert [delivery.channel for delivery in letter.deliveries.all()] == ["sms"]
    assert not RightsRequest.objects.exists()  # it was the office's doubt
