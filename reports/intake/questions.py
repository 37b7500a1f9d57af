"""From answers as they come in to answers as they are kept, or to what is wrong with them."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.models import Choice, Question, QuestionType, ReportCategory

LONGEST = 1000
BIGGEST = Decimal("1e9")


class Stopped(Exception):
    """With this answer nothing is reported here: `choice.stop` says what to do instead."""

    def __init__(self, question: Question, choice: Choice) -> None:
        super().__init__("stopped")
        self.question = question
        self.choice = choice


class BadAnswers(Exception):
    """`errors`: code of a question → sentence; the code of an unknown question, too."""

    def __init__(self, errors: Mapping[str, str | Promise]) -> None:
        super().__init__("answers")
        self.errors = errors


def checked(category: ReportCategory, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as they are kept; raises BadAnswers, and Stopped where one of them stops the report."""
    asked = {question.code: question for question in category.asked}
    errors: dict[str, str | Promise] = {
        code: _("The category asks no such question.") for code in answers if code not in asked
    }
    kept: dict[str, Any] = {}
    for code, question in asked.items():
        value = answers.get(code)
        if value in (None, "", []):
            if question.required:
                errors[code] = _("Please answer this question.")
            continue
        try:
            kept[code] = READERS[question.type](question, value)
        except ValueError as problem:
            errors[code] = problem.args[0]
    _stop(asked, kept)
    if errors:
        raise BadAnswers(errors)
    return kept


def _stop(asked: Mapping[str, Question], kept: Mapping[str, Any]) -> None:
    """Danger comes first, whatever else is wrong."""
    for code, value in kept.items():
        chosen = value if isinstance(value, list) else [value]
        for choice in asked[code].choices:
            if choice.stop and choice.code in chosen:
                raise Stopped(asked[code], choice)


def _text(_question: Question, value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or "\0" in value:
        raise ValueError(_("Write at most 1000 characters."))
    return value.strip()


def _choice(question: Question, value: Any) -> str:
    if not isinstance(value, str) or value not in {choice.code for choice in question.choices}:
        raise ValueError(_("Choose one of the answers."))
    return value


def _multi(question: Question, value: Any) -> list[str]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list):
        raise ValueError(_("Choose from the answers."))
    return list(dict.fromkeys(_choice(question, one) for one in values))


def _number(_question: Question, value: Any) -> int | float:
    try:
        number = Decimal(str(value).replace(",", ".").strip())
    except InvalidOperation:
        raise ValueError(_("Write a number.")) from None
    if isinstance(value, bool) or not number.is_finite() or abs(number) > BIGGEST:
        raise ValueError(_("Write a number."))
    return int(number) if number == number.to_integral_value() else float(number)


def _date(_question: Question, value: Any) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise ValueError(_("Write a day as in 2026-11-30.")) from None


READERS: Mapping[str, Callable[[Question, Any], Any]] = {
    QuestionType.TEXT: _text,
    QuestionType.CHOICE: _choice,
    QuestionType.MULTI: _multi,
    QuestionType.NUMBER: _number,
    QuestionType.DATE: _date,
}


def in_words(category: ReportCategory, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Questions and answers as people read them; what the category asks no more is left out."""
    rows = []
    for question in category.asked:
        if question.code in answers:
            texts = {choice.code: choice.text for choice in question.choices}
            value = answers[question.code]
            values = value if isinstance(value, list) else [value]
            rows.append((question.text, ", ".join(texts.get(str(one), str(one)) for one in values)))
    return rows
