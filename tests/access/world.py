"""From nothing to a town with an office and two schools, each with staff in every role and things of its own."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO

from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from admin_module import configuration, roles
from admin_module.models import Unit, User
from consents import archive
from consents.models import ConsentForm, Scan, Topic
from icp.uploads import Sheet
from messaging.channels.epuap.certificates import read_trusted
from messaging.epuap import keys as epuap_keys
from messaging.models import Delivery, EpuapKey, Message, MessageText, Upp
from messaging.tests.test_epuap_keys import certificate, pem_of
from recipients import jobs
from recipients.account import requests
from recipients.epuap import intake
from recipients.models import (
    DuplicatePair,
    EpuapDocument,
    Job,
    OfficeFile,
    PeopleImport,
    Recipient,
    RecipientGroup,
    RightsRequest,
)
from recipients.models.epuap_forms import EpuapForm
from recipients.people_import import steps
from recipients.tests.sheets import csv_of
from recipients.tests.sheets import person as row_of
from reports.open311 import keys
from tests import make

from .report_world import ReportHoldings, reports_of

NOBODY = "no role"
PLACES = ("office", "school", "other school")
# One word that stands in everything of a unit that could be shown.
MARKS = {"office": "Ratuszowska", "school": "Szkolnicka", "other school": "Obcowska"}


@dataclass(frozen=True, slots=True)
class Holdings:
    """What belongs to one unit."""

    unit: Unit
    mark: str
    person: Recipient
    twin: Recipient
    pair: DuplicatePair
    paper: ConsentForm
    scan: Scan
    topic: Topic
    group: RecipientGroup
    message: Message
    delivery: Delivery
    colleague: User
    request: RightsRequest
    in_box: Delivery
    receipt: Upp
    sheet: PeopleImport
    told: ReportHoldings

    @property
    def secrets(self) -> tuple[str, ...]:
        """What staff of another unit must never read."""
        return (self.mark, self.person.identifier)


@dataclass(frozen=True, slots=True)
class World:
    clients: Mapping[tuple[str, str], Client]  # (role, place)
    holdings: Mapping[str, Holdings]  # by place
    own_role: Group
    job: Job
    key: EpuapKey
    mapping: EpuapForm
    document: EpuapDocument
    staff: Mapping[tuple[str, str], User] = field(default_factory=dict)


def build() -> World:
    office = make.unit()
    units = {
        "office": Unit.objects.create(name="Wydział Ratuszowska", parent=office),
        "school": make.municipal_unit("Szkoła Szkolnicka"),
        "other school": make.municipal_unit("Szkoła Obcowska"),
    }
    holdings = {place: _holdings(place, unit) for place, unit in units.items()}
    clients, staff = {}, {}
    for role in (*roles.ROLES, NOBODY):
        for place in PLACES:
            given = () if role == NOBODY else (role,)
            user = make.staff(*given, unit=units[place])
            clients[role, place], staff[role, place] = _signed_in(user), user
    clerk = make.clerk()
    job = jobs.order("address_import", by=clerk, form_key=uuid.uuid4())
    job.result = OfficeFile.keep(
        BytesIO(b"1;x"), media_type="text/csv", purpose="report", created_by=clerk
    )
    job.save(update_fields=["result"])
    office_now = replace(configuration.Municipality.from_environment(), phone="00 111 11 11")
    configuration.write(office_now, by=clerk, revision=0)
    opinion = configuration.ImpactAssessment(opinion="Szkolić.")
    configuration.write(opinion, by=clerk, revision=0)
    epuap_keys.trust(read_trusted(pem_of(certificate()), now=timezone.now()), by=clerk)
    mapping = EpuapForm.objects.create(
        purpose="register",
        version="9",
        namespace="http://crd.gov.pl/x",
        root="Dokument",
        changed_at=timezone.now(),
        changed_by=clerk,
    )
    taken = intake.take(intake.Incoming(b"<Dokument/>", box="/zazolcin/rejestr"))
    EpuapDocument.objects.filter(pk=taken.pk).update(state="review", reasons=["unknown_form"])
    own_role = Group.objects.create(name="sekretariat")
    keys.make("Program", 5, by=clerk)
    key = EpuapKey.objects.get()
    return World(clients, holdings, own_role, job, key, mapping, EpuapDocument.objects.get(), staff)


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _holdings(place: str, unit: Unit) -> Holdings:
    mark = MARKS[place]
    of_office = place == "office"
    colleague = make.staff("editor", unit=unit, last_name=mark)
    topic = Topic.objects.create(
        name=f"Temat {mark}", bit=PLACES.index(place) + 5, unit=None if of_office else unit
    )
    person = make.recipient(by=colleague, topics=(topic,), last_name=mark)
    twin = make.recipient(by=colleague, topics=(topic,), last_name=mark)
    pair = DuplicatePair.objects.create(
        first=person, second=twin, reasons=["sms", "name"], strength=2, found_at=timezone.now()
    )
    group = RecipientGroup.objects.create(name=f"Grupa {mark}", unit=None if of_office else unit)
    text = MessageText(title=f"Wieści {mark}", short=f"Wieści {mark}", long=f"Wieści {mark}")
    message = make.message(author=colleague, about=topic, text=text)
    now = timezone.now()
    delivery = Delivery.objects.create(
        message=message, recipient=person, channel="email", lane=3, due_at=now, changed_at=now
    )
    paper = ConsentForm.objects.get(recipient=person)
    scan = archive.keep(paper, Sheet(b"skan", "image/jpeg"), by=colleague)
    in_box = Delivery.objects.create(
        message=message, recipient=person, channel="epuap", lane=3, due_at=now, changed_at=now,
        state="delivered", provider_id=f"pismo-{place.replace(' ', '-')}",
    )  # fmt: skip
    receipt = Upp.objects.create(
        number=f"UPP-{in_box.pk}", document=in_box.provider_id, content=b"<UPP/>", arrived_at=now
    )
    asked = requests.open_request(person, "view", "letter", by=colleague)
    sheet = steps.start(csv_of([row_of()]), by=colleague)
    return Holdings(
        unit, mark, person, twin, pair, paper, scan, topic, group, message, delivery, colleague, asked, in_box, receipt,
        sheet, reports_of(unit, mark, PLACES.index(place)),
    )  # fmt: skip
