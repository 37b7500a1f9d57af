"""The letter on paper: the window of the envelope, the code once, a glyph that is missing."""

import pytest

from recipients.contacts import verification
from recipients.correspondence import answers
from recipients.models import Guardian
from recipients.printing import paper
from tests import make

pytestmark = pytest.mark.django_db


def test_the_window_shows_the_person_or_the_childs_guardian() -> None:
    person = make.recipient(kinds=())
    lines = paper.window(person)
    assert lines[0].startswith(person.identity.first_name)
    assert len(lines) == 3
    person.guardian = Guardian("Ewa", "Kowalska")
    assert paper.window(person)[1] == "do rąk: Ewa Kowalska"


def test_a_letter_with_a_code_is_an_archive_file_for_everybody() -> None:
    person = make.recipient(kinds=())
    text, code = verification.draw_on_paper(person, by=make.clerk())
    letter = paper.code_letter(person, text, code)
    pdf = paper.render(letter)
    assert pdf.startswith(b"%PDF-")
    assert b"pdfaid:part" in pdf
    assert b"pdfuaid:part" in pdf
    assert text not in repr(letter)


def test_the_words_of_the_last_letter_are_set_in_type() -> None:
    person = make.recipient(kinds=())
    assert paper.render(paper.letter_to(person, answers.erased())).startswith(b"%PDF-")


def test_a_sign_without_a_glyph_is_refused_in_words_that_name_nobody() -> None:
    person = make.recipient(kinds=(), last_name="Nowak")
    letter = paper.PaperLetter("Pismo", ("王小明",), ("Treść.",), person.registered_at)
    with pytest.raises(paper.CannotPrint) as refusal:
        paper.render(letter)
    assert "王" not in str(refusal.value)
