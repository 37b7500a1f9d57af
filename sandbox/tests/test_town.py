"""The invented town: the same everywhere, lawful in form, loaded twice without doubles."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command

from admin_module.models import User
from admin_module.roles import ROLES
from consents.models import Consent, ConsentForm, Topic
from recipients.contacts import devices
from recipients.contacts.permissions import may
from recipients.filtering import audience
from recipients.lookup import names
from recipients.models import CONTACT_KINDS, AddressPoint, District, Recipient, Street
from recipients.values import checks
from reports.models import Report, ReportPhoto, State
from sandbox.town import draw, office
from sandbox.town.people import TOWN, invent


@pytest.fixture
def demo_password(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ICP_DEMO_PASSWORD", "żółta-łódź-podwodna")
    return "żółta-łódź-podwodna"


def test_the_shipped_files_are_what_the_drawing_gives() -> None:
    with Path(draw.HERE, "points.csv").open(encoding="utf-8", newline="") as file:
        shipped = [tuple(row)[:5] for row in csv.reader(file)][1:]
    drawn = [(teryt, str(number), *rest[:3]) for teryt, number, *rest in draw.points()]
    assert shipped == drawn
    assert len(set(shipped)) == len(shipped) > 3_000
    assert len(list(draw.streets())) == 60


@pytest.mark.django_db
def test_loading_twice_gives_the_same_town_once(demo_password: str) -> None:
    call_command("load_town", people=60)
    before = list(Recipient.objects.order_by("pk").values_list("pk", "identifier"))
    assert len(before) == 60
    assert Street.objects.count() == 60
    assert District.objects.count() == 5
    call_command("load_town", people=60)
    assert list(Recipient.objects.order_by("pk").values_list("pk", "identifier")) == before
    call_command("load_town", people=70)
    assert Recipient.objects.count() == ConsentForm.objects.count() == 70
    assert Topic.objects.get(mandatory=True).name == "Alarmy i zagrożenia"
    for role in ROLES:
        login = f"{office.STAFF[role][0]}@{office.DOMAIN}"
        assert role in User.objects.get(login_token=login).role_names
    clerk = User.objects.get(login_token=f"rejestr@{office.DOMAIN}")
    assert clerk.check_password(demo_password)


@pytest.mark.django_db
def test_consents_are_proved_by_their_rows_and_pages_know_everybody(demo_password: str) -> None:
    call_command("load_town", people=60)
    proved: Counter[int] = Counter(Consent.objects.values_list("recipient_id", flat=True))
    for row in Recipient.objects.all():
        assert proved[row.pk] == row.consents.bit_count()
        assert row.state != Recipient.State.PENDING or row.consents == 0
    everyone = audience.resolve(audience.parse({"everyone": True}))
    assert everyone.tolist() == sorted(Recipient.objects.values_list("pk", flat=True))
    row = Recipient.objects.earliest("pk")
    assert row.identity is not None
    assert row.pk in names.search(row.identity.last_name)


@pytest.mark.django_db
def test_invented_people_pass_the_checks_and_the_story_finds_some(demo_password: str) -> None:
    call_command("load_town", people=1)
    points = list(AddressPoint.objects.select_related("street", "district").order_by("pk"))
    people = list(invent(2_000, points, range(6)))
    assert [p.data for p in people[:10]] == [p.data for p in invent(10, points, range(6))]
    for person in people[::20]:
        assert person.data.checked() == person.data
        assert person.data.address is not None
        assert person.data.address.town == TOWN
    pesels = [person.data.pesel for person in people if person.data.pesel]
    assert len(set(pesels)) == len(pesels)
    for person in people:
        for kind, value in person.data.contacts.items():
            assert checks.contact(kind, value) == value
    sunny = District.objects.get(name="Osiedle Słoneczne").pk
    chosen = [
        person
        for person in people
        if person.data.sex == "F"
        and person.data.birth_date is not None
        and person.data.birth_date.year <= 1965
        and person.data.address is not None
        and person.data.address.street == "ul. Sportowa"
        and person.data.address.district_id == sunny
        and checks.house(person.data.address.house)[0] % 2
    ]
    assert len(chosen) >= 15
    for topic in range(6):
        for kind in CONTACT_KINDS:
            reached = [p for p in chosen if p.state == "active" and may(p.consents, topic, kind)]
            assert reached, (topic, kind)


@pytest.mark.django_db
def test_reports_of_the_town_stand_in_every_state_that_staff_see_and_come_once(
    demo_password: str,
) -> None:
    call_command("load_town", people=60)
    states = set(Report.objects.values_list("state", flat=True))
    assert states == set(State.values) - {State.AWAITING}
    number = Report.objects.count()
    assert ReportPhoto.objects.filter(report__isnull=False).exists()
    call_command("load_town", people=60)
    assert Report.objects.count() == number


@pytest.mark.django_db
def test_a_code_for_the_app_is_drawn_for_somebody_who_reads_there(
    demo_password: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("load_town", people=60)
    call_command("demo_code")
    code, identifier = capsys.readouterr().out.split()[-2:]
    person = Recipient.objects.get(identifier=identifier)
    device = devices.enroll(platform="web")[0]
    assert devices.pair(device, code, address=identifier, source="x") == person
