"""The forms that ICP proposes fit their schemas, their paths find everything, and one click loads them."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from lxml import etree

from admin_module.models import AuditEntry
from recipients.epuap import form_reading, proposals
from recipients.epuap.proposals import FORMS, namespace_of
from recipients.models.epuap_forms import EpuapForm
from sandbox.form_documents import form_document
from tests import make, signed_forms

FOLDER = Path(settings.BASE_DIR, "docs", "epuap")
MORE: dict[str, dict[str, object]] = {
    "register": {"topics": ["Odpady"], "channels": ["SMS"]},
    "suspend": {"until": "2030-01-01"},
    "access": {
        "talk": "czat",
        "called_from": "+48 601 234 567",
        "conversation_on": "2026-11-19",
        "conversation_time": "10.15",
        "about": "Odpady",
        "basis": "art. 15 RODO",
        "justification": "nie jest potrzebne",
        "requested_form": "kopia",
        "needs": "polski język migowy",
    },
}


def schema_of(purpose: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(FOLDER / f"{FORMS[EpuapForm.Purpose(purpose)][0]}.xsd"))


@pytest.mark.parametrize("purpose", EpuapForm.Purpose.values)
def test_the_sample_fits_its_schema(purpose: str) -> None:
    schema_of(purpose).assertValid(
        etree.parse(FOLDER / f"{FORMS[EpuapForm.Purpose(purpose)][0]}.xml")
    )


@pytest.mark.django_db
@pytest.mark.parametrize("purpose", EpuapForm.Purpose.values)
def test_a_signed_form_fits_its_schema_and_its_paths_find_every_field(purpose: str) -> None:
    proposals.load(by=make.clerk())
    form = signed_forms.filled(second_name="Jan", **MORE.get(purpose, {}))
    root = form_reading.read_document(signed_forms.signed(purpose, form))
    schema_of(purpose).assertValid(root)
    row = EpuapForm.objects.get(namespace=namespace_of(purpose))
    found = form_reading.values(root, row.fields, row.prefixes)
    assert row.purpose == purpose
    assert [name for name, values in found.items() if not values] == []
    assert found["pesel"] == [form.pesel]


def test_a_form_that_lacks_something_does_not_fit() -> None:
    document = form_document("register", signed_forms.filled(pesel="4405140135", topics=["Odpady"]))
    assert not schema_of("register").validate(etree.fromstring(document))


@pytest.mark.django_db
def test_the_proposed_forms_are_loaded_once(client: Client) -> None:
    client.force_login(make.staff("administrator"))
    answer = client.post(reverse("epuap-forms-propose"), follow=True)
    assert answer.status_code == 200
    assert set(EpuapForm.objects.values_list("purpose", flat=True)) == set(EpuapForm.Purpose.values)
    assert AuditEntry.objects.filter(action="epuap_form.changed").count() == len(FORMS)
    client.post(reverse("epuap-forms-propose"))
    assert EpuapForm.objects.count() == len(FORMS)


@pytest.mark.django_db
def test_a_mapping_of_the_office_s_own_is_left_alone() -> None:
    clerk = make.clerk()
    proposals.load(by=clerk)
    EpuapForm.objects.filter(purpose="view").update(fields={"pesel": "//x"})
    EpuapForm.objects.filter(purpose="delete").update(active=False)
    assert proposals.load(by=clerk) == 1
    assert EpuapForm.objects.get(purpose="view").fields == {"pesel": "//x"}
