"""Every letter of the procedure: that it is written, valid in form, sealed, and says what the law wants."""

import re
import zlib
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from conversations.access import application_paper, letter_words, letters, steps
from conversations.models import AccessRequest, RequestLetter
from tests import make_access as make
from tests import make_conversations

pytestmark = pytest.mark.django_db
Kind = RequestLetter.Kind


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_DIR = str(tmp_path)


def everything_in(pdf: bytes) -> bytes:
    """The file with its compressed streams opened."""
    parts = [pdf]
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(found.group(1)))
        except zlib.error:
            continue
    return b"\n".join(parts)


def cases() -> list[AccessRequest]:
    """Between them they write every kind of letter that has a builder."""
    appointed, refused = make.appointed(), make.refused()
    handed = make.handing_over("copy")
    missing = make.checked()
    steps.perform(missing, "extend", make.director(), {"note": "Wiele rozmów.\nUrlopy."})
    steps.perform(missing, "write_not_found", make.clerk(), {"code": "not_identifiable"})
    withdrawn = make.at("completion")
    steps.perform(withdrawn, "withdraw", make.clerk(), {"note": "Ustnie."})
    return [appointed, refused, handed, missing, withdrawn]


def test_each_step_writes_its_letter_and_each_letter_claims_pdf_a_2a_and_pdf_ua_1() -> None:
    rows = cases()
    papers = [letter for row in rows for letter in row.letters.all()]
    assert {paper.kind for paper in papers} == {Kind.APPLICATION, *letter_words.BUILDERS}
    for paper in {paper.kind: paper for paper in papers}.values():
        content = everything_in(paper.read())
        for claim in (b"pdfaid:part", b"pdfuaid:part", b"/Lang", b"/StructTreeRoot"):
            assert claim in content, (paper.kind, claim)
        assert not paper.path.read_bytes().startswith(b"%PDF")


def test_a_refusal_says_the_ground_the_law_the_reasons_and_where_to_complain() -> None:
    row = make.refused()
    decision = row.decision
    assert decision is not None
    sheet = letter_words.sheet(row, Kind.REFUSAL, decision=decision)
    said = "\n".join((*sheet.paragraphs, *(value for _n, value in sheet.facts), *sheet.after))
    for words in ("§ 4 ust. 3 i 5", "art. 15 ust. 4 RODO", "dane innych osób", "negatywna"):
        assert words in said
    pouczenie = " ".join(sheet.instruction)
    assert "Prezesa Urzędu Ochrony Danych Osobowych" in pouczenie
    assert "sądem" in pouczenie


def test_letters_that_say_no_or_later_tell_where_to_complain_and_others_do_not() -> None:
    row = make.checked(basis=AccessRequest.Basis.GDPR)
    row.extended_to = row.due_on
    for kind, facts in (
        (Kind.NOT_FOUND, {"why": "none"}),
        (Kind.CLOSING, {"why": "uncompleted"}),
        (Kind.EXTENSION, {"why": "Urlopy."}),
    ):
        assert letter_words.sheet(row, kind, **facts).instruction
    assert not letter_words.sheet(row, Kind.CLOSING, why="withdrawn").instruction
    assert not letter_words.sheet(row, Kind.COMPLETION, what="Godzina.").instruction


def test_a_notice_of_an_appointment_says_when_where_and_before_whom() -> None:
    row = make.appointed(of=make_conversations.chat(), applicant_fields={"phone": ""})
    term = row.appointments.get()
    sheet = letter_words.sheet(row, Kind.APPOINTMENT, appointment=term)
    assert sheet.title == "Zawiadomienie o terminie odczytania zapisu czatu"
    assert dict(sheet.facts)["Godziny"] == "10:00–10:45"
    assert dict(sheet.facts)["Miejsce"] == "Sala 12, parter"
    assert "§ 4 ust. 6" in " ".join(sheet.after)


def test_a_part_is_named_by_minutes_and_seconds() -> None:
    found = make_conversations.call()
    row = make.opined(of=found)
    words = make.grant_of(verdict="partial", segments={str(found.pk): [[30_000, 105_000]]})
    steps.perform(row, "grant", make.director(), words)
    sheet = letter_words.sheet(row, Kind.DECISION, decision=row.decision)
    assert ("Udostępniana część", "0:30–1:45") in sheet.facts
    assert sheet.instruction


def test_what_somebody_typed_is_no_markup_and_a_sign_without_a_glyph_stops_no_letter() -> None:
    row = make.checked(applicant_fields={"last_name": '#image("x") *Próbna* 🙂'})
    steps.perform(row, "call_for_completion", make.clerk(), {"note": "#panic() \U0001f600 $x$"})
    assert row.letters.filter(kind=Kind.COMPLETION).exists()


def test_the_same_application_gives_the_same_bytes_and_the_blank_one_names_nobody() -> None:
    row = make.request()
    assert application_paper.filled(row) == application_paper.filled(row)
    assert application_paper.blank() != application_paper.filled(row)


def test_a_letter_is_marked_with_its_way_and_a_signed_scan_stands_beside_it() -> None:
    row = make.refused()
    letter = row.letters.get(kind=Kind.REFUSAL)
    letters.mark_sent(letter, RequestLetter.Way.COLLECTED, timezone.now(), make.clerk())
    letter.refresh_from_db()
    assert letter.sent_at == letter.delivered_at
    scan = letters.keep_signed(letter, b"skan", "image/jpeg", make.director())
    assert (scan.kind, scan.signed_for, scan.read()) == (Kind.SIGNED, letter, b"skan")
