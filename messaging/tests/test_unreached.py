"""From a draft to its reach by district, and to the list of the people whom it does not reach."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from admin_module.models import AuditEntry, User
from messaging.composing.foreseeing import by_district
from messaging.models import Message
from messaging.models.message import Audience
from recipients import jobs
from recipients.account import rights
from recipients.filtering import forecast
from recipients.models import Export, Job
from tests import make

pytestmark = pytest.mark.django_db
REASON = "Straż miejska roznosi wodę do tych osób."


@pytest.fixture
def officer() -> User:
    return make.staff("duty_officer", "recipients_clerk")


def lives(house: int, place: str) -> Any:
    return make.address(f"Ulica {place}", house, district_name=place)


@pytest.fixture
def draft(officer: User) -> Message:
    """Two districts: five people and one; some without a phone, a consent, an active account."""
    about = make.topic()
    for house in (1, 2, 3):
        make.recipient(topics=(about,), address=lives(house, "Podlesie"))
    make.recipient(
        kinds=("email",), topics=(about,), last_name="Bez-Telefonu", address=lives(4, "Podlesie")
    )
    make.recipient(last_name="Bez-Zgody", address=lives(5, "Podlesie"))
    make.recipient(active=False, last_name="Bez-Podpisu", address=lives(1, "Zarzecze"))
    return make.message(author=officer, about=about, channels=("sms",))


def test_districts_say_whom_each_channel_reaches(officer: User, draft: Message) -> None:
    rows = [
        (row.name, row.people, row.channels, row.nobody) for row in by_district(draft, by=officer)
    ]
    assert rows == [("Podlesie", 5, [("sms", 3)], 2), ("Zarzecze", 1, [("sms", 0)], 1)]
    draft.klass, draft.topic = "alarm", None
    assert by_district(draft, by=officer)[0].channels == [("sms", 4)]
    draft.audience = Audience()
    assert by_district(draft, by=officer) == []


def test_small_numbers_are_hidden_so_that_no_sum_tells_them(draft: Message) -> None:
    rows = by_district(draft, by=make.staff("editor"))
    assert [(row.people, row.nobody) for row in rows] == [(None, None), (None, None)]
    assert forecast._masked([9, 4, 30, 7], 5) == [9, None, 30, None]
    assert forecast._masked([3, 4, 30], 5) == [None, None, 30]
    assert forecast._masked([9, 30], 5) == [9, 30]
    assert forecast._masked([2], 5) == [None]


def test_the_pages_show_the_table(client: Client, officer: User, draft: Message) -> None:
    client.force_login(officer)
    for name in ("message-edit", "message-check", "message-unreached"):
        body = client.get(reverse(name, args=[draft.pk])).content.decode()
        assert "Zarzecze" in body
        assert 'id="forecast"' in body


def ordered(client: Client, draft: Message, **more: str) -> Job | None:
    fields = {"reason": REASON, "layout": "csv", "form_key": str(uuid.uuid4())} | more
    answer = client.post(reverse("message-unreached", args=[draft.pk]), fields)
    assert answer.status_code == (302 if not more.get("bad") else 422)
    return Job.objects.order_by("-pk").first()


def words(job: Job) -> str:
    assert job.result is not None
    return b"".join(job.result.open()).decode("utf-8-sig")


def test_the_list_names_whom_and_why_and_is_recorded(
    client: Client, officer: User, draft: Message
) -> None:
    client.force_login(officer)
    job = ordered(client, draft)
    assert job
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.counts) == ("done", {"people": 3})
    lines = sorted(line for line in words(job).splitlines()[1:] if line)
    assert [line.split(";")[0] for line in lines] == ["Bez-Podpisu", "Bez-Telefonu", "Bez-Zgody"]
    assert "Gżegżółka" not in words(job)
    entry = AuditEntry.objects.get(action="export.unreached_ordered")
    assert entry.reason  # kept as a proof of what was written, not as text
    assert Export.objects.get(job=job).order.reason == REASON
    assert "Bez-Zgody" not in str(entry.detail)
    page = client.get(reverse("job", args=[job.pk]))
    assert page.status_code == 200


def test_the_paper_is_a_pdf_and_ends_with_whoever_is_erased(
    client: Client, officer: User, draft: Message
) -> None:
    client.force_login(officer)
    job = ordered(client, draft, layout="pdf")
    assert job
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "done"
    assert job.result is not None
    assert b"".join(job.result.open()).startswith(b"%PDF-")
    person = next(row for row in _people() if row.identity.last_name == "Bez-Zgody")
    rights.erase(person, by=officer, reason="Na wniosek osoby.")
    ended = Job.objects.get(pk=job.pk)
    assert ended.result is None or ended.result.expired
    assert Export.objects.get(job=job).stale


def _people() -> list[Any]:
    from recipients.models import Recipient

    return list(Recipient.objects.all())


def test_a_reason_and_the_right_are_asked_for(
    client: Client, officer: User, draft: Message
) -> None:
    client.force_login(officer)
    address = reverse("message-unreached", args=[draft.pk])
    for wrong in ({"reason": "bo tak"}, {"layout": "xlsx"}, {"form_key": "x"}):
        fields = {"reason": REASON, "layout": "csv", "form_key": str(uuid.uuid4())} | wrong
        assert client.post(address, fields).status_code == 422
    assert not Job.objects.exists()
    client.force_login(make.staff("editor"))
    assert client.get(address).status_code == 403
    school = make.staff("recipients_clerk", "editor", unit=make.municipal_unit())
    client.force_login(school)
    assert client.get(address).status_code == 404
