"""The card and its codes: what became of each, one more at the person's wish, one on paper."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from admin_module.models import AuditEntry
from recipients.contacts import code_states, verification
from recipients.models import Recipient, ValidationCode
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.staff("recipients_clerk"))
    return client


def state_of(person: Recipient) -> code_states.CodeState:
    [state] = code_states.of_points(person.contact_points.all()).values()
    return state


def test_what_becomes_of_a_code(desk: Client) -> None:
    person = make.recipient(kinds=("email",))
    page = f"/odbiorcy/{person.pk}/"
    assert state_of(person).state == "waiting"
    assert "kod czeka na wysłanie" in desk.get(page).content.decode()
    code = ValidationCode.objects.get()
    verification.draw(code.pk)
    assert state_of(person).state == "sent"
    assert "kod ważny do" in desk.get(page).content.decode()
    ValidationCode.objects.update(attempts=2)
    assert "błędne próby: 2 z 5" in desk.get(page).content.decode()
    ValidationCode.objects.update(attempts=5)
    assert "za dużo błędnych prób" in desk.get(page).content.decode()
    ValidationCode.objects.update(attempts=0, expires_at=timezone.now() - timedelta(hours=1))
    assert "kod wygasł" in desk.get(page).content.decode()
    ValidationCode.objects.update(used_at=timezone.now())
    assert state_of(person).state == "used"


def test_a_new_code_is_sent_from_the_card_until_the_days_limit(desk: Client) -> None:
    person = make.recipient(kinds=("email",))
    address = f"/odbiorcy/{person.pk}/kod/email/"
    for _code in range(verification.CODES_A_DAY - 1):
        verification.mark_posted(list(ValidationCode.objects.values_list("pk", flat=True)))
        assert "Nowy kod jest w drodze." in desk.post(address, follow=True).content.decode()
    verification.mark_posted(list(ValidationCode.objects.values_list("pk", flat=True)))
    refused = desk.post(address, follow=True).content.decode()
    assert "Następny będzie możliwy" in refused
    assert "kody w ciągu doby: 5 z 5" in refused
    assert ValidationCode.objects.count() == verification.CODES_A_DAY
    asked = AuditEntry.objects.filter(action="recipient.code_asked")
    assert asked.count() == verification.CODES_A_DAY - 1
    assert desk.post(f"/odbiorcy/{person.pk}/kod/sms/").status_code == 404
    assert desk.post(f"/odbiorcy/{person.pk}/kod/push/").status_code == 404
    assert desk.get(address).status_code == 405


def test_a_code_stands_in_its_letter_and_nowhere_else(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make.recipient(kinds=())
    drawn: list[str] = []
    text_of = verification._text

    def remembered() -> str:
        drawn.append(text_of())
        return drawn[-1]

    monkeypatch.setattr(verification, "_text", remembered)
    answer = desk.post(f"/odbiorcy/{person.pk}/kod-listem/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer["Cache-Control"].count("no-store") == 1
    [code] = drawn
    assert code not in str([entry.detail for entry in AuditEntry.objects.all()])
    assert code not in desk.get(f"/odbiorcy/{person.pk}/").content.decode()
    redeemed = verification.redeem(code, address=person.identifier)
    assert redeemed is not None
    assert redeemed.recipient == person


def test_nobody_gets_a_code_before_the_account_is_active(desk: Client) -> None:
    person = make.recipient(kinds=("email",), active=False)
    for end in ("kod/email/", "kod-listem/"):
        page = desk.post(f"/odbiorcy/{person.pk}/{end}", follow=True).content.decode()
        assert "tylko osobom z aktywnym kontem" in page
    assert not ValidationCode.objects.exists()
