"""Scans stay: a bad one is replaced with a reason, each look is recorded, and they end with the person."""

import io

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from admin_module.models import AuditEntry, User
from consents import archive
from consents.models import Consent, ConsentForm, Scan
from consents.tests.papers import SHEET, pdf, picture
from icp.encryption.errors import KeyErased
from icp.uploads import PDF, Sheet
from recipients.account import rights
from recipients.models import Recipient
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client: Client) -> User:
    user = make.staff("recipients_clerk")
    client.force_login(user)
    return user


@pytest.fixture
def scan(clerk: User) -> Scan:
    person = make.recipient(topics=(make.topic(),))
    return archive.keep(ConsentForm.objects.get(recipient=person), SHEET, by=clerk)


def actions(person: Recipient) -> list[str]:
    entries = AuditEntry.objects.filter(subject=f"recipients.recipient:{person.pk}")
    return list(entries.values_list("action", flat=True))


def test_one_current_scan_of_a_form(scan: Scan, clerk: User) -> None:
    with pytest.raises(archive.AlreadyArchived):
        archive.keep(scan.form, SHEET, by=clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Scan.keep(
            io.BytesIO(pdf()),
            media_type=PDF,
            recipient=scan.recipient,
            form=scan.form,
            kept_by=clerk,
        )


def test_a_picture_is_shown_and_every_look_is_recorded(client: Client, scan: Scan) -> None:
    page = client.get(reverse("scan-page", args=[scan.pk])).content.decode()
    address = reverse("scan-file", args=[scan.pk])
    assert f'src="{address}"' in page
    assert "consent.scan_opened" not in actions(scan.recipient)
    answer = client.get(address)
    assert b"".join(answer) == SHEET.content
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "consent.scan_opened" in actions(scan.recipient)


def test_a_pdf_is_only_ever_saved(client: Client, scan: Scan, clerk: User) -> None:
    fresh = archive.replace(scan, Sheet(pdf(), PDF), why="nieczytelny", by=clerk)
    answer = client.get(reverse("scan-file", args=[fresh.pk]))
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "<img" not in client.get(reverse("scan-page", args=[fresh.pk])).content.decode()


def test_a_replaced_scan_stays_with_its_reason(client: Client, scan: Scan, clerk: User) -> None:
    address = reverse("scan-replace", args=[scan.pk])
    assert client.post(address, {"scan": picture()}).status_code == 422
    assert client.post(address, {"scan": picture(), "why": "ucięty podpis"}).status_code == 302
    old, new = Scan.objects.order_by("pk")
    assert (old.replaced_by, old.replaced_why, new.replaced_at) == (clerk, "ucięty podpis", None)
    assert old.read() == SHEET.content
    assert "ucięty podpis" in client.get(reverse("scan-page", args=[new.pk])).content.decode()
    entry = AuditEntry.objects.get(action="consent.scan_replaced")
    assert entry.detail == {"form": scan.form.number, "scan": new.pk, "before": old.pk}
    with pytest.raises(archive.AlreadyArchived):
        archive.replace(old, SHEET, why="jeszcze raz", by=clerk)


def test_erasing_a_person_ends_their_scans_and_keeps_the_proof(
    client: Client, scan: Scan, clerk: User, django_capture_on_commit_callbacks: object
) -> None:
    acts = Consent.objects.filter(recipient=scan.recipient).count()
    loaded = Scan.objects.get(pk=scan.pk)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        rights.erase(scan.recipient, by=clerk, reason="na prośbę")
    assert not Scan.objects.exists()
    assert not scan.path.exists()
    with pytest.raises(KeyErased):
        _ = loaded.secret
    assert acts
    assert Consent.objects.filter(recipient=scan.recipient).count() == acts
    assert client.get(reverse("scan-file", args=[scan.pk])).status_code == 404
    proof = Consent.objects.filter(recipient=scan.recipient)[0]
    assert client.get(reverse("consent-act", args=[proof.pk])).status_code == 200


def test_who_may_receive_forms_elsewhere_sees_no_scan_of_the_office(scan: Scan) -> None:
    school = Client()
    school.force_login(make.staff("recipients_clerk", unit=make.municipal_unit()))
    for name in ("scan-page", "scan-file", "scan-replace"):
        assert school.get(reverse(name, args=[scan.pk])).status_code == 404
