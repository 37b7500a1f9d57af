"""What a new ICP offers can be reported, stops where there is danger, and speaks three languages."""

import pytest

from reports.intake.questions import Stopped, checked
from reports.models import QuestionType, ReportCategory
from reports.shelf.first_categories import texts_of
from reports.shelf.first_words import LANGUAGES, WORDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered() -> list[ReportCategory]:
    return list(ReportCategory.objects.offered())


def test_there_is_a_list_and_every_category_is_whole(offered: list[ReportCategory]) -> None:
    assert len(offered) > 15
    for category in offered:
        category.full_clean(exclude=["unit"])
        codes = [question.code for question in category.asked]
        assert len(codes) == len(set(codes))
        for question in category.asked:
            assert question.type in QuestionType.values
            assert bool(question.choices) == (question.type in {"choice", "multi"})


def test_who_is_in_danger_is_sent_to_a_telephone_and_everybody_else_gets_through(
    offered: list[ReportCategory],
) -> None:
    stops = 0
    for category in offered:
        harmless = {
            question.code: next(choice.code for choice in question.choices if not choice.stop)
            for question in category.asked
            if question.required
        }
        assert checked(category, harmless) == harmless, category
        for question in category.asked:
            for choice in question.choices:
                if choice.stop:
                    stops += 1
                    assert choice.call in {"112", "986", "991", "994"}
                    assert choice.call in choice.stop
                    with pytest.raises(Stopped):
                        checked(category, harmless | {question.code: choice.code})
    assert stops > 8


def test_every_text_is_said_in_every_language(offered: list[ReportCategory]) -> None:
    for category in offered:
        plain = {
            "group": category.group,
            "name": category.name,
            "description": category.description,
            "questions": category.questions,
        }
        for text in texts_of(plain):
            for language in LANGUAGES:
                assert category.said(text, language) != text, (text, language)
            assert category.said(text, "pl") == text
    assert all(len(words) == len(LANGUAGES) for words in WORDS.values())
