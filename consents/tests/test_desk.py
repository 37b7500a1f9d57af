"""The desk of signed forms: a number opens the form, a scan or an exception makes the account active."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import AuditEntry, User
from consents import desk
from consents.models import Consent, ConsentForm, Scan
from consents.tests.papers import pdf, pdf_file, picture
from recipients.account import rights
from recipients.contacts import permissions
from recipients.models import Recipient
from tests import make

pytestmark = pytest.mark.django_db
DESK = "/zgody/podpisane/"


@pytest.fixture
def clerk(client: Client) -> User:
    user = make.staff("recipients_clerk")
    client.force_login(user)
    return user


@pytest.fixture
def paper(clerk: User) -> ConsentForm:
    return make.form(make.recipient(active=False), permissions.bit(make.topic().bit, "sms"))


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("ZG-2026-000418", "ZG-2026-000418"),
        (" zg-2026-000418\n", "ZG-2026-000418"),
        ("ZG/2026/418", "ZG-2026-000418"),
        ("ZG_2026_000418", "ZG-2026-000418"),
        ("2026-418", "ZG-2026-000418"),
        ("Kowalska", ""),
        ("ZG", ""),
        ("", ""),
    ],
)
def test_what_readers_and_clerks_type_is_understood(typed: str, number: str) -> None:
    assert desk.number_in(typed) == number


def test_the_last_digits_are_of_this_year() -> None:
    assert desk.number_in("418") == f"ZG-{timezone.localdate().year}-000418"


def test_a_number_opens_its_form_and_a_wrong_one_gets_a_sentence(
    client: Client, paper: ConsentForm
) -> None:
    assert client.post(DESK, {"number": paper.number.lower()})["Location"] == reverse(
        "form-receive", args=[paper.number]
    )
    for typed in ("ZG-2026-999999", "Kowalska"):
        answer = client.post(DESK, {"number": typed})
        assert answer.status_code == 422
        assert typed in answer.content.decode()


def test_the_camera_is_allowed_here_and_nowhere_else(client: Client, paper: ConsentForm) -> None:
    assert "camera=(self)" in client.get(DESK)["Permissions-Policy"]
    elsewhere = client.get(reverse("form-receive", args=[paper.number]))
    assert "camera=()" in elsewhere["Permissions-Policy"]


@pytest.mark.parametrize("file", [picture(), picture("s.png", "PNG"), pdf_file()])
def test_the_scan_goes_sealed_into_the_archive_and_the_account_is_active(
    client: Client, clerk: User, paper: ConsentForm, file: object
) -> None:
    file.seek(0)  # type: ignore[attr-defined]
    sms = permissions.bit(make.topic().bit, "sms")
    address = reverse("form-receive", args=[paper.number])
    assert client.post(address, {"granted": [sms], "scan": file})["Location"] == DESK
    person = Recipient.objects.get(pk=paper.recipient_id)
    assert (person.state, person.consents) == (Recipient.State.ACTIVE, sms)
    scan = Scan.objects.get()
    assert (scan.form, scan.kept_by) == (paper, clerk)
    assert scan.read() not in scan.path.read_bytes()
    paper.refresh_from_db()
    assert paper.without_scan == ""
    assert paper.number in client.get(DESK).content.decode()


def test_without_a_scan_only_with_an_exception_that_is_recorded(
    client: Client, paper: ConsentForm
) -> None:
    address = reverse("form-receive", args=[paper.number])
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"without_scan": "lazy"}).status_code == 422
    paper.refresh_from_db()
    assert paper.received_at is None
    assert client.post(address, {"without_scan": "device"}).status_code == 302
    paper.refresh_from_db()
    assert paper.without_scan == "device"
    entry = AuditEntry.objects.get(action="consent.form_received")
    assert entry.detail["without_scan"] == "device"
    page = client.get(DESK).content.decode()
    assert reverse("scan-add", args=[paper.number]) in page
    sent = client.post(reverse("scan-add", args=[paper.number]), {"scan": picture()})
    assert sent.status_code == 302
    assert reverse("scan-add", args=[paper.number]) not in client.get(DESK).content.decode()


@pytest.mark.parametrize(
    "raw", [pdf(b"<< /S /JavaScript >>"), b"MZ\x90", b"<svg/>", b"\xff\xd8\xff broken", b""]
)
def test_a_hostile_file_changes_nothing_and_the_ticks_stay(
    client: Client, paper: ConsentForm, raw: bytes
) -> None:
    email = permissions.bit(make.topic().bit, "email")
    posted = {"granted": [email], "scan": pdf_file(raw)}
    answer = client.post(reverse("form-receive", args=[paper.number]), posted)
    assert answer.status_code == 422
    assert f'value="{email}"' in answer.content.decode()
    paper.refresh_from_db()
    assert paper.received_at is None
    assert not Scan.objects.exists()
    assert not Consent.objects.exists()


def test_a_form_is_received_once_and_the_second_clerk_is_told(
    client: Client, clerk: User, paper: ConsentForm
) -> None:
    address = reverse("form-receive", args=[paper.number])
    client.post(address, {"scan": picture()})
    assert "data-ticks" not in client.get(address).content.decode()
    other = Client()
    other.force_login(make.staff("recipients_clerk", last_name="Druga"))
    posted = {"scan": picture()}
    said = other.post(address, posted, follow=True).content.decode()
    assert clerk.profile.last_name in said
    assert Scan.objects.count() == 1
    assert ConsentForm.objects.get().received_by == clerk


def test_a_form_of_another_unit_or_of_an_erased_person_is_not_there(
    client: Client, paper: ConsentForm
) -> None:
    school = Client()
    school.force_login(make.staff("recipients_clerk", unit=make.municipal_unit()))
    assert school.post(DESK, {"number": paper.number}).status_code == 422
    address = reverse("form-receive", args=[paper.number])
    assert school.get(address).status_code == 404
    rights.erase(paper.recipient, by=make.clerk(), reason="na prośbę")
    assert client.get(address).status_code == 404
    assert client.post(address, {"scan": picture()}).status_code == 404
