"""Labels and envelopes: who is on them, who is left out, the right, the audit, nothing kept."""

from pathlib import Path

import pytest
from django.test import Client

from admin_module.models import AuditEntry
from recipients.account import rights
from recipients.printing import labels
from recipients.printing.paper import CannotPrint
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "/odbiorcy/etykiety/"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.staff("recipients_clerk"))
    return client


def post(client: Client, **values: object) -> object:
    return client.post(PAGE, {"sheet": "3x8", "order": "street", "skip": "0"} | values)


@pytest.mark.parametrize("sheet", labels.SHEETS)
def test_each_paper_is_a_pdf(desk: Client, sheet: str) -> None:
    people = [make.recipient(kinds=()).pk for _each in range(2)]
    answer = post(desk, people=people, sheet=sheet)
    assert answer["Content-Type"] == "application/pdf"  # type: ignore[index]
    assert answer.content.startswith(b"%PDF-")  # type: ignore[attr-defined]
    assert "attachment" in answer["Content-Disposition"]  # type: ignore[index]


def test_who_wants_silence_gets_no_letter() -> None:
    by = make.clerk()
    written, quiet, doubted, gone = (make.recipient(kinds=()) for _each in range(4))
    pending = make.recipient(kinds=(), active=False)
    rights.suspend(quiet, by=by, reason="wyjazd")
    rights.restrict(doubted, by=by, reason="wątpliwość")
    rights.erase(gone, by=by, reason="na życzenie")
    everybody = [written.pk, quiet.pk, doubted.pk, gone.pk, pending.pk]
    made = labels.make(everybody, sheet="3x8", by=by)
    assert (made.printed, made.left_out) == (2, 3)
    entry = AuditEntry.objects.get(action="recipient.labels_printed")
    assert set(entry.detail["recipients"]) == {written.pk, pending.pk}
    with pytest.raises(CannotPrint):
        labels.make([quiet.pk], sheet="3x8", by=by)


def test_letters_lie_as_the_postman_walks() -> None:
    houses = [("Wodna", 2), ("Sportowa", 10), ("Sportowa", 2)]
    people = [make.recipient(kinds=(), address=make.address(*place)) for place in houses]
    people.sort(key=labels.by_street)
    found = [(person.address.street, person.address.house) for person in people if person.address]
    assert found == [("ul. Sportowa", "2"), ("ul. Sportowa", "10"), ("ul. Wodna", "2")]
    assert labels.by_name(people[0]) == ("Gżegżółka", "Żaneta")


def test_a_group_is_printed(desk: Client) -> None:
    group = make.group("Rada Seniorów", make.recipient(kinds=()))
    assert "Rada Seniorów" in desk.get(f"{PAGE}?grupa={group.pk}").content.decode()
    answer = post(desk, group=group.pk)
    assert answer.status_code == 200  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/pdf"  # type: ignore[index]


def test_another_page_brings_the_people(desk: Client) -> None:
    person = make.recipient(kinds=())
    page = desk.post(PAGE, {"people": [person.pk]})
    assert page.status_code == 200
    assert f'name="people" value="{person.pk}"' in page.content.decode()


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"group": "99999"},
        {"skip": "-1"},
        {"sheet": "a3"},
        {"people": ["x"]},
        {"people": ["99"]},
        {"people": ["9" * 30]},
    ],
)
def test_what_cannot_be_printed_comes_back_in_words(desk: Client, values: dict[str, str]) -> None:
    answer = post(desk, **values)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "error-summary" in answer.content.decode()  # type: ignore[attr-defined]
    assert not AuditEntry.objects.filter(action="recipient.labels_printed").exists()


def test_a_school_prints_its_own_people_only() -> None:
    other = make.recipient(kinds=())
    school = make.staff("recipients_clerk", unit=make.municipal_unit())
    with pytest.raises(CannotPrint):
        labels.make([other.pk], sheet="3x8", by=school)


def test_the_right_is_asked_for(client: Client) -> None:
    client.force_login(make.staff("editor"))
    assert client.get(PAGE).status_code == 403


def test_markup_in_a_name_is_words_and_a_missing_glyph_a_sentence() -> None:
    sheet = labels.SHEETS["3x8"]
    assert labels.render([("#panic() $x$ *a*", "ul. <b>", "00-002")], sheet, skip=30)
    with pytest.raises(CannotPrint):
        labels.render([("\N{THAI CHARACTER KO KAI}",)], sheet)


def test_nothing_is_left_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    labels.render([("Żaneta",)], labels.SHEETS["dl"])
    assert list(tmp_path.rglob("*")) == []
