"""What a person may know: everything held, what was sent and why, who looked; and nothing of others."""

import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from admin_module.audit import about
from admin_module.models import AuditEntry, User
from consents.models import Topic
from icp.encryption import files
from messaging.about_person import gathering, looks, making, paper, sent
from messaging.correspondence import letters
from messaging.models import Delivery, LetterText
from messaging.models.message import Audience
from recipients import jobs
from recipients.account import requests, rights
from recipients.exports import exporting
from recipients.models import PersonFile, Recipient, RightsRequest
from recipients.tests.test_exporting import wanted
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
LAST, OTHER = "Szczebrzeszyńska", "Chrząszczewoszycka"


def delivered(
    person: Recipient, audience: dict[str, object], *, topic: Topic | None = None, **fields: Any
) -> Delivery:
    """A message that reached the person some time ago."""
    message = make.message(about=topic, audience=audience, sent_at=timezone.now(), **fields)
    now = timezone.now()
    return Delivery.objects.create(
        message=message,
        recipient=person,
        channel="email",
        lane=3,
        due_at=now,
        changed_at=now,
        state="delivered",
    )


def why(row: Delivery, person: Recipient) -> str:
    (one,) = sent.described([row], person)
    return one.why


@pytest.fixture
def person() -> Recipient:
    return make.recipient(kinds=("email", "sms"), topics=(make.topic("Woda"),), last_name=LAST)


@pytest.fixture
def clerk(client: Client) -> User:
    user = make.staff("recipients_clerk", last_name="Okienkowa")
    client.force_login(user)
    return user


# --- Why ------------------------------------------------------------------------------------------------


def test_of_several_conditions_the_one_that_fits_is_said(person: Recipient) -> None:
    other = make.recipient(last_name=OTHER)
    mine = make.group("Rada Seniorów", person)
    theirs = make.group("Dłużnicy", other)
    row = delivered(
        person,
        {"any": [{"groups": [theirs.pk]}, {"groups": [mine.pk]}, {"people": [other.pk]}]},
        topic=make.topic("Woda"),
    )
    assert "Rada Seniorów" in why(row, person)
    assert "Dłużnicy" not in why(row, person)
    assert "Woda" in why(row, person)


def test_who_was_named_reads_no_number_of_others(person: Recipient) -> None:
    others = [make.recipient().pk for _each in range(3)]
    words = why(delivered(person, {"people": [person.pk, *others]}), person)
    assert "4" not in words
    assert words.startswith("wskazanie z imienia i nazwiska")


def test_exceptions_are_not_told(person: Recipient) -> None:
    other = make.group("Dłużnicy", make.recipient())
    row = delivered(person, {"all": [{"everyone": True}, {"not": {"groups": [other.pk]}}]})
    assert "Dłużnicy" not in why(row, person)


def test_what_does_not_fit_any_more_says_so(person: Recipient) -> None:
    group = make.group("Rada Seniorów", person)
    row = delivered(person, {"groups": [group.pk]})
    message = row.message
    assert message is not None
    message.audience = Audience({"groups": [group.pk]}, "grupa „Rada Seniorów”")
    message.save()
    person.groups.clear()
    assert "według danych z tego dnia: grupa „Rada Seniorów”" in why(row, person)


def test_alarms_name_their_law(person: Recipient) -> None:
    law = make.topic("Alarmy", mandatory=True)
    assert "ustawa o zarządzaniu kryzysowym" in why(
        delivered(person, {"everyone": True}, topic=law), person
    )


def test_five_hundred_deliveries_take_as_many_queries_as_five(
    client: Client, clerk: User, person: Recipient
) -> None:
    topic, group = make.topic("Woda"), make.group("Rada Seniorów", person)
    numbers = []
    for more in (5, 495):
        for _each in range(more):
            delivered(person, {"any": [{"groups": [group.pk]}, {"everyone": True}]}, topic=topic)
        address = reverse("person-trace", args=[person.pk]) + "?wszystko=1"
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            answer = client.get(address)
        assert answer.status_code == 200
        numbers.append(len(captured))
    # On a slow machine the session's clock is written down once more.
    assert numbers[1] <= numbers[0] + 2
    assert numbers[1] < 40


# --- Who looked -----------------------------------------------------------------------------------------


def actions_of(person: Recipient) -> list[str]:
    found = AuditEntry.objects.in_bulk(looks.of(person))
    return [found[pk].action for pk in sorted(found)]


def test_every_reading_is_listed_once(client: Client, clerk: User, person: Recipient) -> None:
    other = make.recipient(last_name=OTHER)
    assert actions_of(person) == []
    client.get(reverse("recipient-card", args=[person.pk]))
    client.get(reverse("recipient-card", args=[other.pk]))
    client.get(reverse("recipient-list"))
    client.post(reverse("recipient-search"), {"q": LAST[:6]})
    assert actions_of(person) == ["recipient.opened", "recipient.listed", "recipient.listed"]
    assert actions_of(other) == ["recipient.opened", "recipient.listed"]


def test_deliveries_and_exports_are_readings_too(person: Recipient) -> None:
    officer = make.staff("editor", "recipients_clerk")
    browser = Client()
    browser.force_login(officer)
    row = delivered(person, {"everyone": True}, author=officer)
    browser.get(reverse("delivery-detail", args=[row.pk]))
    browser.get(reverse("message-deliveries", args=[row.message_id]))
    job = exporting.order(wanted(), by=officer, form_key=person.uid)
    jobs.run(job.pk)
    browser.get(reverse("job-file", args=[job.pk]))
    assert actions_of(person) == [
        "delivery.viewed",
        "delivery.listed",
        "export.ordered",
        "job.file_exported",
    ]
    assert actions_of(make.recipient()) == []


def test_a_person_of_number_1_is_not_one_of_number_11(person: Recipient) -> None:
    from admin_module import audit

    audit.record(
        "recipient.listed", "recipients.recipient", by=None, detail={"recipients": [11, 111]}
    )
    assert about.listing(1) == set()
    assert len(about.listing(11)) == 1


def test_staff_see_names_and_the_person_sees_roles(
    client: Client, clerk: User, person: Recipient
) -> None:
    client.get(reverse("recipient-card", args=[person.pk]))
    page = client.get(reverse("person-looks", args=[person.pk])).content.decode()
    assert "Okienkowa" in page
    readings = gathering.gather(person)["readings"]
    assert "Okienkowa" not in json.dumps(readings, ensure_ascii=False)
    assert readings[0]["roles"]
    assert readings[0]["unit"]


# --- The copy ---------------------------------------------------------------------------------------------


def test_the_copy_holds_everything_and_nothing_of_others(person: Recipient) -> None:
    other = make.recipient(last_name=OTHER)
    make.group("Rada Seniorów", person, other)
    delivered(person, {"people": [person.pk, other.pk]}, topic=make.topic("Woda"))
    delivered(other, {"people": [person.pk, other.pk]}, topic=make.topic("Gaz"))
    letters.post(person, LetterText("Potwierdzenie", "krótko", "długo"))
    requests.open_request(
        person, "correct", "phone", by=make.clerk(), asked="proszę poprawić ulicę"
    )
    document = gathering.gather(person)
    text = json.dumps(document, ensure_ascii=False)
    identity = person.identity
    for word in (
        LAST,
        identity.pesel,
        identity.birth_date.isoformat(),
        person.address.street,
        person.identifier,
        "Rada Seniorów",
        "Przerwa w dostawie wody",
        "Potwierdzenie",
        "proszę poprawić ulicę",
        *(point.value for point in person.contact_points.all()),
    ):
        assert word in text, word
    for word in (OTHER, other.identifier, "Gaz"):
        assert word not in text, word
    assert document["consents"]["current"] == [{"topic": "Woda", "channels": ["email", "sms"]}]
    assert {act["act"] for act in document["consents"]["history"]} == {"grant"}
    assert document["consents"]["texts"][0]["words"]
    assert document["forms"][0]["received_at"]
    assert len(document["codes"]) == 2


def test_the_token_of_a_device_is_not_given_away() -> None:
    person = make.recipient(kinds=("email", "push"))
    assert "app-token" not in json.dumps(gathering.gather(person))


def test_the_document_is_the_one_that_the_page_describes(person: Recipient) -> None:
    described = (Path(__file__).parents[2] / "docs" / "copy-of-data.md").read_text("utf-8")
    document = gathering.gather(person)
    assert document["schema"] in described
    delivered(person, {"everyone": True})
    missing = {key for key in _keys(gathering.gather(person)) if f"`{key}`" not in described}
    assert missing == set()


def _keys(part: Any) -> set[str]:
    if isinstance(part, dict):
        return set(part) | {key for value in part.values() for key in _keys(value)}
    return {key for each in part for key in _keys(each)} if isinstance(part, list) else set()


def test_two_sealed_files_are_made_and_the_request_is_closed(person: Recipient) -> None:
    clerk = make.staff("recipients_clerk")
    request = requests.open_request(person, "view", "letter", by=clerk)
    made = making.make(person, by=clerk, how="letter")
    assert {file.media_type for file in made} == {"application/pdf", "application/json"}
    pdf, as_json = (
        making.of(person).get(purpose=purpose).read() for purpose in ("copy_pdf", "copy_json")
    )
    assert pdf.startswith(b"%PDF")
    assert json.loads(as_json)["person"]["last_name"] == LAST
    request.refresh_from_db()
    assert (request.outcome, request.closed_by) == ("done", clerk)
    for path in files.folder().rglob("*.icps"):
        assert LAST.encode() not in path.read_bytes()
    making.make(person, by=clerk, how="desk")
    assert PersonFile.objects.count() == 2
    assert RightsRequest.objects.filter(recipient=person, kind="view").count() == 2


def test_pictures_in_a_message_do_not_stop_the_copy(person: Recipient) -> None:
    row = delivered(person, {"everyone": True})
    message = row.message
    assert message is not None
    message.text = type(message.text)(title="Uwaga 🚧🚱", short="漢字", long="漢字 \u0378")
    message.save()
    document = gathering.gather(person)
    assert "🚧" in making.as_json(document).decode()
    assert paper.pdf(document).startswith(b"%PDF")


def test_the_same_data_give_the_same_pdf(person: Recipient) -> None:
    document = gathering.gather(person)
    assert paper.pdf(document) == paper.pdf(document)


def test_no_copy_outlives_the_person(person: Recipient) -> None:
    made = making.make(person, by=make.clerk(), how="desk")
    rights.erase(person, by=make.clerk(), reason="wniosek")
    assert not PersonFile.objects.exists()
    assert not any(file.path.exists() for file in made)


def test_a_clerk_makes_downloads_and_deletes_a_copy(
    client: Client, clerk: User, person: Recipient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    address = reverse("person-copy", args=[person.pk])
    assert client.post(address, {"how": "by pigeon"}).status_code == 422
    assert not PersonFile.objects.exists()
    assert client.post(address, {"how": "desk"}).status_code == 302
    page = client.get(address).content.decode()
    for file in PersonFile.objects.all():
        link = reverse("person-copy-file", args=[person.pk, file.pk])
        assert link in page
        answer = client.get(link)
        assert len(b"".join(answer.streaming_content)) == file.size  # type: ignore[attr-defined]
        assert LAST not in str(answer.headers)
    assert AuditEntry.objects.filter(action="recipient.copy_downloaded", actor=clerk).count() == 2
    assert LAST not in json.dumps(list(AuditEntry.objects.values_list("detail", "subject")))
    assert LAST not in caplog.text
    client.post(reverse("person-copy-delete", args=[person.pk]))
    assert not PersonFile.objects.exists()


def test_a_copy_past_its_time_or_of_somebody_else_is_not_given(
    client: Client, clerk: User, person: Recipient
) -> None:
    made = making.make(person, by=clerk, how="desk")
    other = make.recipient()
    assert client.get(reverse("person-copy-file", args=[other.pk, made[0].pk])).status_code == 404
    PersonFile.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    link = reverse("person-copy-file", args=[person.pk, made[0].pk])
    assert client.get(link).status_code == 404
    assert link not in client.get(reverse("person-copy", args=[person.pk])).content.decode()


@pytest.mark.parametrize("name", ["person-trace", "person-looks", "person-copy"])
def test_who_may_not_gets_nothing(client: Client, person: Recipient, name: str) -> None:
    address = reverse(name, args=[person.pk])
    client.force_login(make.staff("editor"))
    assert client.get(address).status_code == 403
    client.force_login(make.staff("recipients_clerk", unit=make.municipal_unit()))
    assert client.get(address).status_code == 404


def test_a_school_does_not_read_what_others_wrote_to_its_people(client: Client) -> None:
    school = make.municipal_unit()
    teacher = make.staff("recipients_clerk", unit=school)
    pupil = make.recipient(by=teacher, topics=())
    delivered(pupil, {"everyone": True})
    client.force_login(teacher)
    page = client.get(reverse("person-trace", args=[pupil.pk])).content.decode()
    assert "Przerwa w dostawie wody" not in page
    assert "wiadomość innej jednostki" in page
