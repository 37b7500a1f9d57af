"""Forms that do not come back: a list, reminders, a proposal to erase, a tile on the start page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from admin_module import configuration
from admin_module.configuration import SignedForms
from admin_module.models import User
from consents import form_pdf, late, reminders
from consents.models import ConsentForm
from recipients.models import Guardian, Recipient
from tests import make

pytestmark = pytest.mark.django_db
NAMES = {100: "Dawna", 20: "Niedawna"}  # by how many days ago the form was printed


@pytest.fixture
def clerk(client: Client) -> User:
    user = make.staff("recipients_clerk")
    client.force_login(user)
    return user


def printed(days_ago: int, *, active: bool = False) -> Recipient:
    person = make.recipient(active=False, last_name=NAMES.get(days_ago, "Inna"))
    form = make.form(person)
    moment = timezone.now() - timedelta(days=days_ago)
    ConsentForm.objects.filter(pk=form.pk).update(printed_at=moment)
    if active:
        Recipient.objects.filter(pk=person.pk).update(state=Recipient.State.ACTIVE)
    return person


def test_whoever_waits_too_long_is_listed_the_longest_first(client: Client, clerk: User) -> None:
    fresh, lately, long_ago = printed(3), printed(20), printed(100)
    printed(50, active=True)
    assert list(late.people(clerk)) == [long_ago, lately]
    assert list(late.people(clerk, to_erase=True)) == [long_ago]
    assert late.sums(clerk) == late.Sums(late=2, to_erase=1)
    page = client.get("/zgody/podpisane/niezwrocone/").content.decode()
    assert page.index("Dawna") < page.index("Niedawna")
    assert fresh.identifier not in page
    only = client.get("/zgody/podpisane/niezwrocone/?stan=do-usuniecia").content.decode()
    assert lately.identifier not in only


def test_a_second_form_does_not_make_a_person_wait_anew(clerk: User) -> None:
    person = printed(30)
    make.form(person, 2)
    [found] = late.people(clerk)
    assert found.printed_at < timezone.now() - timedelta(days=29)  # type: ignore[attr-defined]
    assert late.sums(clerk).late == 1


def test_the_office_says_how_long_is_too_long(clerk: User) -> None:
    printed(20)
    configuration.write(SignedForms(late_days=30, erase_days=60), by=clerk, revision=0)
    assert late.sums(clerk).late == 0


def test_the_start_page_leads_to_the_list(client: Client, clerk: User) -> None:
    assert "/zgody/podpisane/niezwrocone/" not in client.get("/").content.decode()
    printed(20)
    assert "/zgody/podpisane/niezwrocone/" in client.get("/").content.decode()


def test_people_of_another_unit_are_not_listed(clerk: User) -> None:
    printed(20)
    school = make.staff("recipients_clerk", unit=make.municipal_unit())
    assert not late.people(school)
    assert late.sums(school).late == 0


def test_a_reminder_is_addressed_to_the_person_or_to_the_guardian() -> None:
    person = printed(20)
    form = ConsentForm.objects.get(recipient=person)
    lines = reminders.letter(form)["to"]
    assert lines == ["Żaneta Niedawna", "ul. Sportowa 1/3", "00-002 Zażółcin"]
    form.recipient.guardian = Guardian("Jan", "Opiekun")
    assert reminders.letter(form)["to"][0] == "Jan Opiekun"
    assert form_pdf.render([form], reminding=True).startswith(b"%PDF-")
