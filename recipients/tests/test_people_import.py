"""People of a file: checked, registered once, compared with who is here, refused in words."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from admin_module.models import AuditEntry
from consents.models import Consent, ConsentForm
from recipients.contacts.permissions import bit
from recipients.models import (
    ImportProposal,
    OfficeFile,
    Recipient,
    ValidationCode,
)
from recipients.people_import import deciding
from tests import make

from .sheets import HEAD, checked, clerk, csv_of, imported, person, refused, report_of, xlsx_of

pytestmark = pytest.mark.django_db


def test_people_come_in_with_a_form_to_sign() -> None:
    point = make.address()
    order = imported(csv_of([person(1), person(2)]))
    assert order.counts == {"new": 2, "changed": 0, "known": 0, "wrong": 0, "empty": 0}
    people = list(Recipient.objects.order_by("pk"))
    assert {(one.state, one.origin, one.people_import_id) for one in people} == {
        ("pending", "import", order.pk)
    }
    assert people[0].identity.last_name == "Gżegżółb"
    assert people[0].address.point_id == point.point_id
    assert {p.kind for p in people[0].contact_points.all()} == {"sms", "email"}
    assert ConsentForm.objects.filter(received_at=None).count() == 2
    assert ValidationCode.objects.count() == 0  # only who is active gets one
    assert AuditEntry.objects.filter(action="recipient.imported").count() == 2
    # The file goes with the import; nobody needs it any more.
    assert order.state == "imported"
    assert not OfficeFile.objects.exists()


def test_a_check_changes_nothing() -> None:
    order = checked(csv_of([person(1), person(2, pesel="123")]))
    assert (order.state, order.counts["new"], order.counts["wrong"]) == ("checked", 1, 1)
    assert not Recipient.objects.exists()
    assert not ConsentForm.objects.exists()


def test_the_same_file_again_adds_nothing() -> None:
    rows = [person(number) for number in range(5)]
    imported(csv_of(rows))
    again = imported(csv_of(rows))
    assert again.counts == {"new": 0, "changed": 0, "known": 5, "wrong": 0, "empty": 0}
    assert Recipient.objects.count() == 5
    assert ConsentForm.objects.count() == 5
    assert not ImportProposal.objects.exists()


def test_active_people_need_a_declared_proof_and_get_codes() -> None:
    topic = make.topic()
    make.consent_text()
    wanted = bit(topic.bit, "sms") | bit(topic.bit, "epuap")
    order = imported(csv_of([person(1)]), arrive="active", consents=wanted, reason="Zebranie")
    one = Recipient.objects.get()
    # The box on ePUAP was not given, so nothing is agreed to by it.
    assert (one.state, one.consents) == ("active", bit(topic.bit, "sms"))
    form = ConsentForm.objects.get()
    assert (form.without_scan, form.received_by) == ("paper", order.created_by)
    act = Consent.objects.get()
    assert (act.act, act.how, act.channel, act.form) == ("grant", "paper", "sms", form)
    assert ValidationCode.objects.count() == 2
    imported(csv_of([person(2)]), arrive="active", codes=False)
    assert ValidationCode.objects.count() == 2


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("pesel", "44051401358", "PESEL: Cyfra kontrolna"),
        ("pesel", "8,50101E+10", "PESEL: Arkusz skrócił"),
        ("telefon", "223456789", "Telefon: "),
        ("e-mail", "nie-adres", "E-mail: "),
        ("imię", "=cmd|' /C calc'!A0", "Imię: "),
        ("ulica", "", "Ulica: "),
        ("nrdomu", "brak", "Nr domu: "),
    ],
)
def test_a_wrong_cell_is_named_with_its_reason(cell: str, value: str, said: str) -> None:
    order = imported(csv_of([person(1), person(2, **{cell: value}), person(3)]))
    assert order.counts["new"] == 2
    found = refused(order)
    assert list(found) == [3]
    assert found[3].startswith(said)


def test_the_report_holds_no_live_formula() -> None:
    order = imported(csv_of([person(1, imię="=HYPERLINK(1)")]))
    report = report_of(order)
    assert report is not None
    assert b"'=HYPERLINK(1)" in report.read()
    assert b";=HYPERLINK" not in report.read()


def test_a_corrected_report_can_be_sent_again() -> None:
    order = imported(csv_of([person(1, pesel="1", telefon="+48501234567")]))
    report = report_of(order)
    assert report is not None
    right = report.read().decode("utf-8-sig").replace(";1;ul.", f";{person(1)[2]};ul.", 1)
    again = imported(SimpleUploadedFile("poprawione.csv", right.encode()))
    assert again.counts["new"] == 1
    assert {p.value for p in Recipient.objects.get().contact_points.all()} >= {"+48501234567"}


def test_the_same_person_twice_in_one_file() -> None:
    first, second = person(1), person(1, telefon="501999888")
    order = imported(csv_of([first, person(2), second]))
    assert order.counts["new"] == 2
    assert "wierszu 2" in refused(order)[4]


def test_empty_rows_are_passed_over_and_rows_keep_their_numbers() -> None:
    rows: list[list[str]] = [person(1), [], ["", "", ""], person(2, pesel="5")]
    order = imported(csv_of(rows))
    assert (order.counts["new"], order.counts["empty"]) == (1, 2)
    assert list(refused(order)) == [5]


def test_who_is_here_and_stands_otherwise_is_proposed_not_doubled() -> None:
    imported(csv_of([person(1), person(2)]))
    order = imported(csv_of([person(1, telefon="501999888"), person(2, nazwisko="GŻEGŻÓŁC")]))
    assert (order.counts["changed"], order.counts["known"]) == (1, 1)  # letters are no news
    proposal = ImportProposal.objects.get()
    assert (proposal.reason, proposal.fields) == ("pesel", ["contacts"])
    assert deciding.lines(proposal) == [("Telefon komórkowy", "+48500000001", "+48501999888")]
    assert Recipient.objects.count() == 2


def test_a_proposal_is_taken_over_or_left() -> None:
    imported(csv_of([person(1), person(2)]))
    imported(csv_of([person(1, nrdomu="7"), person(2, nrdomu="9")]))
    first, second = ImportProposal.objects.order_by("row")
    by = clerk()
    assert deciding.accept([first], by=by).done == 1
    assert deciding.accept([first], by=by).done == 0  # a colleague was faster
    assert deciding.reject([second], by=by).done == 1
    houses = [one.address.house for one in Recipient.objects.order_by("pk")]
    assert houses == ["7", "1"]
    assert AuditEntry.objects.filter(action="people_import.decided").count() == 2
    assert Recipient.objects.order_by("pk")[0].rights_requests.count() == 0  # nobody asked


def test_likely_the_same_person_by_name_and_birth_date_or_contact() -> None:
    imported(
        csv_of(
            [[*person(1)[:2], "", *person(1)[3:], "03.05.1961", "K"]],
            (*HEAD, "Data urodzenia", "Płeć"),
        )
    )
    row = person(1)
    row[2] = ""
    order = imported(
        csv_of(
            [[*row[:4], "2", *row[5:], "3.5.1961", "kobieta"]], (*HEAD, "Data urodzenia", "Płeć")
        )
    )
    assert order.counts["changed"] == 1
    assert ImportProposal.objects.get().reason == "name_and_birth_date"
    typo = [*row[:4], "1", *row[5:], "3.5.1916", "K"]
    order = imported(csv_of([typo], (*HEAD, "Data urodzenia", "Płeć")))
    assert ImportProposal.objects.latest("pk").reason == "contact_and_name"
    assert Recipient.objects.count() == 1


def test_a_family_on_one_telephone_is_no_double() -> None:
    order = imported(csv_of([person(1, telefon="501234567"), person(2, telefon="501234567")]))
    assert order.counts["new"] == 2


def test_people_of_another_unit_are_refused_without_a_word_about_them() -> None:
    imported(csv_of([person(1)]))
    school = make.staff("recipients_clerk", unit=make.municipal_unit())
    order = imported(csv_of([person(1), person(2)]), by=school)
    assert (order.counts["new"], order.counts["changed"], order.counts["wrong"]) == (1, 0, 1)
    assert "Inna jednostka" in refused(order)[2]
    assert Recipient.objects.latest("pk").unit == school.unit


def test_xlsx_as_spreadsheets_keep_it() -> None:
    """PESEL and telephone as numbers, the date as a serial number, the head in another order."""
    row = person(1)
    number = row[2]
    head = ("Nazwisko i imię", "PESEL", "Ur.", "Płeć", "Adres", "Tel. kom.")
    born = date(1900 + int(number[:2]), int(number[2:4]), int(number[4:6]))
    rows = [["Gżegżółka Żaneta Maria", int(number), born, "K", "ul. Sportowa 1 m. 3", 501234567]]
    order = imported(xlsx_of(rows, head))
    assert order.counts["new"] == 1, refused(order)
    one = Recipient.objects.get()
    assert (one.identity.last_name, one.identity.first_name, one.identity.second_name) == (
        "Gżegżółka", "Żaneta", "Maria",
    )  # fmt: skip
    assert (one.identity.pesel, one.address.flat) == (number, "3")


def test_consents_of_single_people_stand_in_columns() -> None:
    topic = make.topic("Odpady komunalne")
    head = (*HEAD, "Odpady komunalne: SMS", "Skrytka")
    sms = f"consent:{topic.bit}:sms"
    rows = [
        [*person(1), "tak"], [*person(2), "nie"], [*person(3), "może"],
        [*person(4, telefon=""), "tak"],
    ]  # fmt: skip
    order = imported(csv_of(rows, head), arrive="active", reason="Zebranie")
    assert sms in order.plan.columns
    assert [one.consents for one in Recipient.objects.order_by("pk")] == [bit(topic.bit, "sms"), 0]
    assert {row: said.split(":")[0] for row, said in refused(order).items()} == {
        4: "Odpady komunalne",
        5: "Odpady komunalne",
    }


def test_a_child_needs_a_guardian() -> None:
    born = date.today().replace(year=date.today().year - 10, day=1)  # noqa: DTZ011
    head = (*HEAD, "Data urodzenia", "Płeć", "Nazwisko opiekuna", "Imię opiekuna")
    row = person(1, pesel="")
    order = imported(
        csv_of(
            [[*row, born.isoformat(), "K"], [*row, born.isoformat(), "K", "Opiekun", "Jan"]], head
        )
    )
    assert order.counts["new"] == 1
    assert "opiekun" in refused(order)[2]
    assert Recipient.objects.get().guardian.last_name == "Opiekun"


def test_a_hundred_planted_errors_are_all_reported() -> None:
    rows = [
        person(number, **({"pesel": "1"} if number % 10 == 3 else {})) for number in range(1000)
    ]
    order = imported(csv_of(rows))
    assert (order.counts["new"], order.counts["wrong"]) == (900, 100)
    assert sorted(refused(order)) == [number + 2 for number in range(1000) if number % 10 == 3]
    again = imported(csv_of(rows))
    assert (again.counts["new"], again.counts["known"], again.counts["wrong"]) == (0, 900, 100)
