"""The printed form: what the law wants on it, for eyes, for screen readers and for the archive."""

import re
import zlib
from datetime import date
from importlib import import_module
from typing import Any
from unittest import mock

import pytest
import typst

from consents import form_pdf, numbering
from consents.models import ConsentForm, ConsentText, Topic
from recipients.contacts import permissions
from tests import make

pytestmark = pytest.mark.django_db
first_text = import_module("consents.migrations.0003_first_text")
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def a_form(*ticks: tuple[str, str], **person: Any) -> ConsentForm:
    make.consent_text()
    make.topic("Alarmy", mandatory=True)
    wanted = sum(permissions.bit(make.topic(name).bit, kind) for name, kind in ticks)
    recipient = make.recipient(active=False, kinds=("email", "sms", "epuap"), **person)
    return numbering.new_form(recipient, wanted, by=make.clerk())


def everything_in(pdf: bytes) -> bytes:
    """The file with its packed streams opened."""
    parts = [pdf]
    for packed in STREAM.findall(pdf):
        try:
            parts.append(zlib.decompress(packed))
        except zlib.error:
            continue
    return b"\n".join(parts)


def test_the_file_claims_and_carries_what_pdf_a_and_pdf_ua_ask_for() -> None:
    inside = everything_in(form_pdf.render([a_form(("Odpady", "sms"))]))
    assert re.search(rb"pdfaid:part[>=\"]+2", inside)
    assert re.search(rb"pdfaid:conformance[>=\"]+A", inside)
    assert re.search(rb"pdfuaid:part[>=\"]+1", inside)
    assert b"/StructTreeRoot" in inside
    assert re.search(rb"/Marked\s+true", inside)
    assert re.search(rb"/Lang\s*\(pl", inside)
    assert re.search(rb"/DisplayDocTitle\s+true", inside)
    for role in (b"/H1", b"/H2", b"/Table", b"/TH", b"/Figure"):
        assert role in inside
    fonts = re.findall(rb"/Type\s*/FontDescriptor", inside)
    assert fonts
    assert len(re.findall(rb"/FontFile[23]?\s+\d+", inside)) == len(fonts)


def test_the_same_form_gives_the_same_bytes() -> None:
    form = a_form(("Odpady", "sms"))
    assert form_pdf.render([form]) == form_pdf.render([form])


def test_only_addresses_of_ticked_channels_are_printed() -> None:
    form = a_form(
        ("Odpady", "sms"), contacts={"sms": "+48501234567", "email": "a@przyklad.example"}
    )
    words = form_pdf.described([form])[0]["fields"]
    assert words == [
        ("Imię i nazwisko", "Żaneta Gżegżółka"),
        ("Numer telefonu komórkowego", "+48 501 234 567"),
    ]


def test_the_ticks_on_paper_are_those_the_person_wanted() -> None:
    form = a_form(("Odpady", "sms"), ("Woda", "email"))
    topics = {topic["name"]: topic for topic in form_pdf.described([form])[0]["topics"]}
    assert topics["Odpady"]["ticks"] == [False, True, False, False]
    assert topics["Woda"]["ticks"] == [True, False, False, False]
    assert topics["Alarmy"]["mandatory"]


def test_the_notice_says_all_that_article_13_asks_for() -> None:
    form = a_form()
    form.text = ConsentText(
        version=1,
        statement=first_text.STATEMENT,
        privacy_notice=first_text.NOTICE,
        valid_from=date(2026, 11, 1),
    )
    notice = form_pdf.described([form])[0]["notice"]
    titles = [section["title"] for section in notice]
    assert titles == [
        "Administrator",
        "Inspektor ochrony danych",
        "Cel i podstawa",
        "Odbiorcy danych",
        "Jak długo",
        "Prawa",
        "Dobrowolność",
        "Wycofanie zgody",
        "Bez profilowania",
    ]
    words = " ".join(section["body"] for section in notice)
    assert "Burmistrz Zażółcina" in words
    assert "iod@zazolcin.example" in words
    assert "Prezesa Urzędu Ochrony Danych Osobowych" in words
    assert "{" not in words


def test_a_name_is_never_read_as_markup() -> None:
    person = make.recipient(active=False)
    make.consent_text()
    hostile = '#panic("x") $x^2$ *b* <l> @ref \\ #image("/etc/passwd")'
    form = numbering.new_form(person, 0, by=make.clerk())
    with mock.patch.object(form_pdf, "_name", return_value=hostile):
        assert form_pdf.render([form]).startswith(b"%PDF-")


def test_a_letter_without_a_glyph_is_a_sentence_that_names_nobody() -> None:
    form = a_form(("Odpady", "sms"))
    with (
        mock.patch.object(form_pdf, "_name", return_value="\ue000Tajny"),
        pytest.raises(form_pdf.CannotPrint) as refusal,
    ):
        form_pdf.render([form])
    assert "Tajny" not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__


def test_cyrillic_and_polish_letters_have_glyphs() -> None:
    form = a_form(("Odpady", "sms"), first_name="Олександра", last_name="Ґжеґжілка-Łódź")
    assert form_pdf.render([form]).startswith(b"%PDF-")


def test_many_forms_make_one_file_each_beginning_on_its_own_page() -> None:
    forms = [a_form(("Odpady", "sms")) for _number in range(3)]
    inside = everything_in(form_pdf.render(forms))
    assert len(re.findall(rb"/Type\s*/Page\b", inside)) == 3


def test_a_picture_of_each_page_can_be_drawn() -> None:
    pictures = form_pdf.render_pictures([a_form(("Odpady", "sms"))], ppi=40)
    assert [picture[:4] for picture in pictures] == [b"\x89PNG"]


def test_a_process_of_its_own_makes_the_same_bytes_and_tells_nothing_more() -> None:
    form = a_form(("Odpady", "sms"))
    sheets = form_pdf.sheets_of([form])
    assert form_pdf.typeset_apart(sheets) == form_pdf.typeset(sheets)
    with mock.patch.object(form_pdf, "_name", return_value="\ue000Tajny"):
        without_glyph = form_pdf.sheets_of([form])
    with pytest.raises(form_pdf.CannotPrint) as refusal:
        form_pdf.typeset_apart(without_glyph)
    assert "Tajny" not in str(refusal.value)


def test_a_failure_of_the_typesetter_does_not_tell_what_it_read() -> None:
    form = a_form()
    with (
        mock.patch.object(typst, "compile", side_effect=typst.TypstError("Żaneta", "Żaneta")),
        pytest.raises(form_pdf.CannotPrint) as refusal,
    ):
        form_pdf.render([form])
    assert "Żaneta" not in str(refusal.value)


def test_a_form_lists_what_is_offered_and_what_was_ticked_before_it_was_closed() -> None:
    form = a_form(("Odpady", "sms"), ("Drogi", "email"))
    make.topic("Kultura")
    topics = {topic.name: topic for topic in Topic.objects.all()}
    Topic.objects.filter(pk__in=[topics["Odpady"].pk, topics["Kultura"].pk]).update(
        closed_at=form.printed_at
    )
    Topic.objects.filter(pk=topics["Drogi"].pk).update(channels=["email", "push"])
    shown = {row["name"]: row["ticks"] for row in form_pdf.described([form])[0]["topics"]}
    assert set(shown) == {"Alarmy", "Odpady", "Drogi"}
    assert shown["Odpady"] == [None, True, None, None]
    assert shown["Drogi"] == [True, None, None, False]
    assert form_pdf.render([form]).startswith(b"%PDF")
