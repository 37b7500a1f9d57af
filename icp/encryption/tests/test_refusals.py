"""What a sealed column refuses, and what its forms and checks take from the inner field."""

from typing import Any

import pytest
from django import forms
from django.core.exceptions import FieldError, ValidationError
from django.db.models import Exists, OuterRef

from icp.encryption import checks
from icp.encryption.fields import SealedField
from recipients.models import ContactPoint, Recipient

from .looking import refused
from .people import identity, mail, person

pytestmark = pytest.mark.django_db


def test_lookups_are_refused() -> None:
    names = ("identity", "identity__icontains", "identity__exact", "identity__in")
    for wrong in (*names, "pesel_token__startswith", "pesel_token__gt"):
        condition: dict[str, Any] = {wrong: "x"}
        with refused(FieldError):
            Recipient.objects.filter(**condition).count()
    assert Recipient.objects.filter(identity__isnull=False).count() == 0


def test_update_is_refused() -> None:
    row = person()
    for wrong in ({"identity": identity()}, {"pesel_token": "85010112346"}):
        with refused(FieldError):
            Recipient.objects.update(**wrong)
    with refused(FieldError):
        Recipient._base_manager.update(state_reason="x")
    handle = Recipient.objects.values_list("identity", flat=True).get()
    with refused(FieldError):
        Recipient.objects.update(identity=handle)
    assert Recipient.objects.get().identity == row.identity


def test_validation_is_the_inner_fields() -> None:
    row = person()
    point = ContactPoint(recipient=row, kind="email", value="x" * 8001)
    with pytest.raises(ValidationError) as problem:
        point.full_clean()
    assert "value" in problem.value.message_dict
    point.value = "sealed:AAAA"  # what somebody types is text, never taken for a fixture
    point.full_clean()
    assert point.value == "sealed:AAAA"


def test_a_form_field_comes_from_the_inner_field() -> None:
    class ContactForm(forms.ModelForm):
        class Meta:
            model = ContactPoint
            fields = ("recipient", "kind", "value")

    row = person()
    assert isinstance(ContactForm().fields["value"], forms.CharField)
    form = ContactForm({"recipient": row.pk, "kind": "email", "value": " anna@przyklad.example "})
    point = form.save()
    assert ContactPoint.objects.get(value_token="ANNA@przyklad.example") == point
    changed = ContactForm({"recipient": row.pk, "kind": "email", "value": ""}, instance=point)
    assert "value" in changed.errors
    assert ContactForm(instance=ContactPoint.objects.get()).initial["value"] == point.value


def test_update_or_create_carries_the_token() -> None:
    row = person()
    for value in ("anna@przyklad.example", "inna@przyklad.example"):
        ContactPoint.objects.update_or_create(
            recipient=row, kind="email", defaults={"value": value}
        )
    assert ContactPoint.objects.get(value_token="inna@przyklad.example").recipient == row
    assert not ContactPoint.objects.filter(value_token="anna@przyklad.example").exists()


def test_rows_with_the_same_token_find_each_other() -> None:
    one, other = person(), person()
    first, second = mail(one, "Anna@przyklad.example"), mail(other, "anna@przyklad.example")
    same = ContactPoint.objects.filter(value_token=first.value_token).exclude(pk=first.pk)
    assert same.get() == second
    twins = ContactPoint.objects.filter(value_token=OuterRef("value_token")).exclude(
        pk=OuterRef("pk")
    )
    assert ContactPoint.objects.filter(Exists(twins)).count() == 2


@pytest.mark.parametrize("option", ["db_index", "unique", "primary_key"])
def test_a_sealed_column_cannot_be_indexed(option: str) -> None:
    options: dict[str, Any] = {option: True}
    with pytest.raises(TypeError, match=option):
        SealedField(label="test.nothing", **options)


def test_the_models_pass_their_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.check_columns() == []
    field = ContactPoint._meta.get_field("value")
    monkeypatch.setattr(field, "label", "recipient.identity")
    token = Recipient._meta.get_field("pesel_token")
    monkeypatch.setattr(token, "root", "nowhere")
    assert [problem.id for problem in checks.check_columns()] == [
        "encryption.E001",
        "encryption.E002",
    ]
