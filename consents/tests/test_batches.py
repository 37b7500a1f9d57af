"""Forms for many people: at once for a few, by a worker for many, always with their own numbers."""

import uuid
from unittest import mock

import pytest
from django.test import Client

from admin_module.models import AuditEntry, User
from consents import batches, form_pdf
from consents.models import ConsentForm
from recipients import jobs
from recipients.models import Job, Recipient
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "/zgody/podpisane/drukowanie/"


@pytest.fixture
def clerk(client: Client) -> User:
    make.consent_text()
    user = make.staff("recipients_clerk")
    client.force_login(user)
    return user


def waiting(number: int, by: User | None = None) -> list[Recipient]:
    return [make.recipient(active=False, by=by) for _n in range(number)]


def posted(**fields: object) -> dict[str, object]:
    return {"who": "new", "form_key": str(uuid.uuid4()), **fields}


def numbers(people: list[Recipient]) -> list[str]:
    forms = ConsentForm.objects.filter(recipient__in=people).order_by("pk")
    return list(forms.values_list("number", flat=True))


def test_whoever_was_never_given_a_form_gets_one_and_only_once(client: Client, clerk: User) -> None:
    people = waiting(3)
    before = make.form(people[0])
    answer = client.post(PAGE, posted())
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert len(numbers(people)) == 3
    assert ConsentForm.objects.filter(recipient=people[0]).get() == before
    assert client.post(PAGE, posted()).status_code == 422  # nobody is left
    printed = AuditEntry.objects.filter(action="consent.form_printed")
    assert {entry.subject for entry in printed} == {
        f"recipients.recipient:{person.pk}" for person in people[1:]
    }


def test_a_form_that_is_out_is_printed_again_with_its_number(client: Client, clerk: User) -> None:
    person = waiting(1)[0]
    form = make.form(person)
    answer = client.post(PAGE, posted(who="unsigned"))
    assert form.number in answer["Content-Disposition"]
    assert numbers([person]) == [form.number]


def test_of_a_group_those_who_have_not_signed_or_all(client: Client, clerk: User) -> None:
    signed, unsigned, outside = make.recipient(), *waiting(2)
    group = make.group("Rada Seniorów", signed, unsigned)
    assert client.post(PAGE, posted(who="group")).status_code == 422
    client.post(PAGE, posted(who="group", group=group.pk, unsigned_only="on"))
    assert len(numbers([unsigned])) == 1
    assert len(numbers([signed])) == 1
    client.post(PAGE, posted(who="group", group=group.pk))
    assert len(numbers([signed])) == 2
    assert numbers([outside]) == []


def test_marked_people_come_from_another_page_and_forged_ones_do_not(
    client: Client, clerk: User
) -> None:
    make.municipal_unit()
    school = make.staff("recipients_clerk", unit=make.municipal_unit())
    own, foreign = waiting(1)[0], waiting(1, by=school)[0]
    chosen = client.post(PAGE, {"people": [own.pk], "reminding": "1"}).content.decode()
    assert f'value="{own.pk}"' in chosen
    other = Client()
    other.force_login(school)
    forged = posted(who="people", people=[own.pk, foreign.pk], reminding="on")
    assert other.post(PAGE, forged).status_code == 200
    assert numbers([own]) == []
    assert len(numbers([foreign])) == 1


def test_many_are_made_by_a_worker_and_kept_for_whoever_ordered_them(
    client: Client, clerk: User
) -> None:
    people = waiting(4)
    with mock.patch.object(batches, "AT_ONCE", 3):
        order = posted()
        answer = client.post(PAGE, order)
        job = Job.objects.get()
        assert answer["Location"] == f"/odbiorcy/zadania/{job.pk}/"
        assert client.post(PAGE, order)["Location"] == answer["Location"]
    assert jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.counts) == (Job.State.DONE, {"forms": 4, "left_out": 0})
    assert job.result is not None
    assert job.result.read().startswith(b"%PDF-")
    assert len(numbers(people)) == 4
    assert client.get(f"/odbiorcy/zadania/{job.pk}/plik/").status_code == 200
    other = Client()
    other.force_login(make.staff("recipients_clerk"))
    assert other.get(f"/odbiorcy/zadania/{job.pk}/plik/").status_code == 404


def test_a_job_begun_again_makes_no_second_numbers(clerk: User) -> None:
    people = waiting(2)
    job = batches.order(
        [person.pk for person in people], reminding=False, by=clerk, form_key=uuid.uuid4()
    )
    jobs.run(job.pk)
    Job.objects.update(state=Job.State.WAITING)
    jobs.run(job.pk)
    assert len(numbers(people)) == 2


def test_who_cannot_be_printed_is_left_out_and_counted(clerk: User) -> None:
    people = waiting(3)
    hostile = people[1]
    names = form_pdf._name

    def name(identity: object) -> str:
        return "\ue000" if identity == hostile.identity else names(identity)  # type: ignore[arg-type]

    assert hostile.identity is not None
    ids = [person.pk for person in people]
    Recipient.objects.get(pk=hostile.pk)
    with mock.patch.object(form_pdf, "_name", side_effect=name):
        hostile.identity = type(hostile.identity)(
            "Inna", hostile.identity.last_name, hostile.identity.birth_date, "F"
        )
        hostile.save()
        job = batches.order(ids, reminding=True, by=clerk, form_key=uuid.uuid4())
        jobs.run(job.pk)
    job.refresh_from_db()
    assert job.counts == {"forms": 2, "left_out": 1}


def test_more_than_fit_one_file_are_told_of(client: Client, clerk: User) -> None:
    waiting(3)
    with mock.patch.multiple(batches, AT_ONCE=1, MOST=2):
        said = client.post(PAGE, posted(), follow=True).content.decode()
    assert Job.objects.get().total == 2
    assert "2" in said
