"""The documents on data protection say what the system really holds, and say it as PDF/A and PDF/UA."""

import csv
import io
import json
import re
import zlib
from dataclasses import replace
from datetime import date
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from admin_module import configuration, roles
from admin_module.configuration import ImpactAssessment, Municipality, Retention
from admin_module.documents import DOCUMENTS, inventory, typesetting
from admin_module.documents.activities import activities
from admin_module.documents.blocks import Document, Section, Text, ToFillIn
from admin_module.documents.parties import parties
from admin_module.documents.risks import LEVELS, RISKS
from admin_module.models import AuditEntry, ConfigurationVersion
from recipients.models import CONTACT_KINDS
from tests import make, make_conversations

DAY = date(2026, 11, 20)
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
READERS = {"administrator", "data_protection_officer", "auditor"}


@pytest.fixture(autouse=True)
def _fresh_settings() -> None:
    configuration.forget()


def everything_in(pdf: bytes) -> bytes:
    """The file with its packed streams opened."""
    parts = [pdf]
    for packed in STREAM.findall(pdf):
        try:
            parts.append(zlib.decompress(packed))
        except zlib.error:
            continue
    return b"\n".join(parts)


def words_of(document: Document) -> str:
    return json.dumps(document.plain(), ensure_ascii=False)


def test_every_sealed_column_has_words_and_no_words_are_left_over() -> None:
    labels = {label for _table, _column, label, _digest in inventory.found()}
    assert labels - set(inventory.WORDS) == set(), "name it in documents/inventory.py"
    assert set(inventory.WORDS) - labels == set(), "nothing is called so any more"


def test_a_column_without_words_is_noticed() -> None:
    unnamed = ("recipients_recipient", "shoe", "recipient.shoe_size", False)
    with (
        mock.patch.object(inventory, "found", return_value=iter([unnamed])),
        pytest.raises(KeyError),
    ):
        inventory.columns()


@pytest.mark.django_db
def test_what_is_held_about_people_belongs_to_an_activity() -> None:
    listed = {words for activity in activities() for words in activity.data}
    for column in inventory.columns():
        assert column.owner == inventory.OFFICE or column.words in listed, column


@pytest.mark.django_db
def test_every_activity_answers_all_that_article_30_asks_for() -> None:
    for activity in activities():
        assert all(activity.plain().values()), activity.code
    document = words_of(DOCUMENTS["rejestr-czynnosci"].build(DAY))
    for part in ("Administrator", "Inspektor", "Cel", "Kategorie osób", "Kategorie danych"):
        assert part in document
    for part in ("Odbiorcy", "państwa trzeciego", "termin usunięcia", "Środki bezpieczeństwa"):
        assert part in document


@pytest.mark.django_db
def test_every_channel_says_who_gets_what() -> None:
    assert {party.channel for party in parties()} == set(CONTACT_KINDS)


@pytest.mark.django_db
def test_recipients_follow_the_channels_that_are_on() -> None:
    channels = {name: dict(values) for name, values in settings.CHANNELS.items()}
    channels["sms"]["account"] = ""
    with override_settings(CHANNELS=channels):
        assert "Twilio" not in words_of(DOCUMENTS["rejestr-czynnosci"].build(DAY))
    channels["sms"]["account"] = "AC1"
    with override_settings(CHANNELS=channels):
        document = words_of(DOCUMENTS["rejestr-czynnosci"].build(DAY))
        assert "Twilio" in document
        assert "2023/1795" in document


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("years", "words"), [(2, "2 lata"), (4, "4 lata"), (5, "5 lat,"), (10, "10 lat,")]
)
def test_periods_follow_the_settings(years: int, words: str) -> None:
    by = make.staff("administrator")
    configuration.write(replace(Retention(), audit_years=years), by=by, revision=0)
    configuration.forget()
    assert words in words_of(DOCUMENTS["rejestr-czynnosci"].build(DAY))


@pytest.mark.django_db
def test_the_entry_about_conversations_says_which_lines_record_and_why() -> None:
    make_conversations.line()
    before = words_of(DOCUMENTS["rejestr-czynnosci"].build(DAY))
    assert "nie nagrywa żadna z 1 linii" in before
    assert "rozmowy: 6 mies. od rozmowy" in before
    make_conversations.line("+48914245001", records=True)
    assert "1 z 2 linii: art. 6 ust. 1 lit. e RODO" in words_of(
        DOCUMENTS["rejestr-czynnosci"].build(DAY)
    )


def test_risks_are_weighed_and_their_measures_are_written_down() -> None:
    for risk in RISKS:
        assert risk.likelihood * risk.effect in LEVELS
        assert risk.after <= risk.likelihood
        assert (settings.BASE_DIR / risk.where).is_file(), risk.where


@pytest.mark.django_db
def test_the_scale_is_told_without_the_number() -> None:
    make.recipient()
    assert "mniej niż 100 kart" in words_of(DOCUMENTS["ocena-skutkow"].build(DAY))


@pytest.mark.django_db
@pytest.mark.parametrize("code", DOCUMENTS)
def test_the_file_claims_and_carries_what_pdf_a_and_pdf_ua_ask_for(code: str) -> None:
    inside = everything_in(typesetting.pdf(DOCUMENTS[code].build(DAY)))
    assert re.search(rb"pdfaid:part[>=\"]+2", inside)
    assert re.search(rb"pdfaid:conformance[>=\"]+A", inside)
    assert re.search(rb"pdfuaid:part[>=\"]+1", inside)
    assert re.search(rb"/Lang\s*\(pl", inside)
    for role in (b"/H1", b"/H2", b"/Table", b"/TH"):
        assert role in inside


@pytest.mark.django_db
def test_what_a_person_wrote_is_never_read_as_markup() -> None:
    hostile = '#panic("x") $x^2$ *b* <l> @ref \\ #image("/etc/passwd")'
    blocks = (Text(hostile), ToFillIn(hostile, hostile))
    document = Document("x", hostile, hostile, "20.11.2026", (Section(hostile, blocks),))
    assert typesetting.pdf(document).startswith(b"%PDF-")


@pytest.mark.django_db
@pytest.mark.parametrize("role", roles.ROLES)
def test_only_those_who_answer_for_data_read_the_documents(client: Client, role: str) -> None:
    client.force_login(make.staff(role))
    pages = [reverse("document-list")]
    pages += [
        reverse(name, args=["rejestr-czynnosci"]) for name in ("document-page", "document-pdf")
    ]
    pages += [reverse("document-data", args=["rejestr-czynnosci", "json"])]
    for page in pages:
        assert client.get(page).status_code == (200 if role in READERS else 403), page
    may_write = role == "data_protection_officer"
    assert client.get(reverse("document-complete")).status_code == (200 if may_write else 403)


@pytest.mark.django_db
def test_staff_of_a_municipal_unit_do_not_read_what_is_about_the_whole_town(
    client: Client,
) -> None:
    school = make.municipal_unit()
    client.force_login(make.staff("data_protection_officer", "auditor", unit=school))
    for name in ("document-list", "document-complete"):
        assert client.get(reverse(name)).status_code == 403


def opened(client: Client, name: str, *arguments: str) -> Any:
    client.force_login(make.staff("auditor"))
    return client.get(reverse(name, args=arguments))


@pytest.mark.django_db
def test_files_are_named_audited_and_hold_the_data(client: Client) -> None:
    pdf = opened(client, "document-pdf", "rejestr-czynnosci")
    assert pdf["Content-Type"] == "application/pdf"
    assert "rejestr-czynnosci-20" in pdf["Content-Disposition"]
    entries = json.loads(opened(client, "document-data", "rejestr-czynnosci", "json").content)
    assert [one["code"] for one in entries["activities"]] == [one.code for one in activities()]
    table = opened(client, "document-data", "rejestr-czynnosci", "kolumny")
    rows = list(csv.reader(io.StringIO(table.getvalue().decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == len(inventory.columns()) + 1
    assert opened(client, "document-data", "ocena-skutkow", "ryzyka").status_code == 200
    forms = AuditEntry.objects.filter(action="document.issued").values_list("detail", flat=True)
    assert [one["form"] for one in forms.order_by("pk")] == ["pdf", "json", "kolumny", "ryzyka"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("document-page", ["nie-ma"]),
        ("document-pdf", ["nie-ma"]),
        ("document-data", ["rejestr-czynnosci", "nie-ma"]),
        ("document-data", ["ocena-skutkow", "json"]),
    ],
)
def test_what_is_not_there_is_not_found(client: Client, name: str, arguments: list[str]) -> None:
    assert opened(client, name, *arguments).status_code == 404


@pytest.mark.django_db
def test_the_officer_completes_the_assessment_version_by_version(client: Client) -> None:
    officer = make.staff("data_protection_officer")
    client.force_login(officer)
    words = {"revision": 0, "opinion": "Szkolić <co rok>.", "review_on": "2027-11-20"}
    done = client.post(reverse("document-complete"), words, follow=True)
    page = done.content.decode()
    assert "Szkolić &lt;co rok&gt;." in page
    assert "20.11.2027" in page
    assert str(officer) in page
    with connection.cursor() as cursor:
        cursor.execute("SELECT document FROM admin_module_configurationversion")
        assert b"Szkoli" not in bytes(cursor.fetchone()[0])
    configuration.forget()
    assert configuration.read(ImpactAssessment).opinion == "Szkolić <co rok>."
    again = client.post(reverse("document-complete"), words | {"revision": 1}, follow=True)
    assert "Niczego nie zmieniono" in again.content.decode()
    assert ConfigurationVersion.objects.filter(section="assessment").count() == 1


@pytest.mark.django_db
def test_earlier_versions_can_be_read_and_printed(client: Client) -> None:
    client.force_login(make.staff("data_protection_officer"))
    client.post(reverse("document-complete"), {"revision": 0, "opinion": "Pierwsza."})
    client.post(reverse("document-complete"), {"revision": 1, "opinion": "Druga."})
    first = client.get(reverse("document-version", args=[1])).content.decode()
    assert "Pierwsza." in first
    assert "Druga." not in first
    assert "Wersja 1 z " in first
    file = client.get(reverse("document-version", args=[1]), {"pdf": ""})
    assert file.content.startswith(b"%PDF-")
    assert client.get(reverse("document-version", args=[3])).status_code == 404
    client.force_login(make.staff("editor"))
    assert client.get(reverse("document-version", args=[1])).status_code == 403


@pytest.mark.django_db
def test_two_who_complete_it_at_once_lose_nothing(client: Client) -> None:
    client.force_login(make.staff("data_protection_officer"))
    client.post(reverse("document-complete"), {"revision": 0, "opinion": "Pierwsza."})
    late = client.post(reverse("document-complete"), {"revision": 0, "opinion": "Druga."})
    assert late.status_code == 409
    assert "Pierwsza." in late.content.decode()
    assert "Druga." in late.content.decode()
    assert ConfigurationVersion.objects.filter(section="assessment").count() == 1


@pytest.mark.django_db
def test_a_wrong_day_is_said_and_the_words_are_kept(client: Client) -> None:
    client.force_login(make.staff("data_protection_officer"))
    words = {"revision": 0, "opinion": "Zostaje.", "review_on": "jutro"}
    answer = client.post(reverse("document-complete"), words)
    assert answer.status_code == 422
    assert "Zostaje." in answer.content.decode()


@pytest.mark.django_db
def test_the_page_and_the_file_bear_the_name_of_the_office(client: Client) -> None:
    office = configuration.read(Municipality).controller
    for code in DOCUMENTS:
        assert office in opened(client, "document-page", code).content.decode()
