"""From rows of a form to a category's questions, as JSON keeps them, and back; codes outlive new words."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icp.encryption import canon
from reports.models import QuestionType

MOST, BLANK = 12, 2  # questions of a category; empty rows to fill in
FEWEST_CHOICES, MOST_CHOICES = 2, 20
PARTS = ("text", "type", "required", "hint", "choices", "code")
WITH_CHOICES = (QuestionType.CHOICE, QuestionType.MULTI)
Plain = dict[str, Any]


def slug(text: str, taken: set[str]) -> str:
    """A short code for new words, unlike any that is taken."""
    letters = re.sub(r"[^a-z0-9]+", "_", canon.fold(text)).strip("_")[:24] or "x"
    code, n = letters, 2
    while code in taken:
        code, n = f"{letters}_{n}", n + 1
    taken.add(code)
    return code


def line_of(choice: Mapping[str, str]) -> str:
    """An answer in one line: its words, and of a stopper what to do instead and whom to call."""
    parts = [choice["text"], choice.get("stop", ""), choice.get("call", "")]
    return " | ".join(parts).rstrip(" |")


def choices_of(lines: str, before: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """The answers of lines. Words that stood there keep their code; changed words in the same line, too."""
    known = {choice["text"]: choice["code"] for choice in before}
    rows = [[part.strip() for part in line.split("|")] for line in lines.splitlines()]
    rows = [row for row in rows if row[0]]
    stays = {known[row[0]] for row in rows if row[0] in known}
    taken = set(stays)
    made = []
    for place, row in enumerate(rows):
        text, stop, call = [*row, "", ""][:3]
        code = known.get(text, "")
        if not code and place < len(before) and before[place]["code"] not in taken:
            code = before[place]["code"]
            taken.add(code)
        made.append({"code": code or slug(text, taken), "text": text, "stop": stop, "call": call})
    return [{name: value for name, value in one.items() if value} for one in made]


class QuestionsWidget(forms.Widget):
    """Rows of fields; on the page of a conflict, where nothing is typed, one hidden field with JSON."""

    template_name = "reports/shelf/questions_widget.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = [*_read(value), *([{}] * BLANK)][:MOST]
        context["widget"]["rows"] = [_shown(row) for row in rows]
        context["widget"]["types"] = QuestionType.choices
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if name in data:
            return data.get(name)
        rows = []
        for n in range(MOST):
            row = {part: data.get(f"{name}-{n}-{part}", "") for part in PARTS}
            row["place"] = data.get(f"{name}-{n}-place", "")
            rows.append(row)
        return [row for row in rows if row["text"].strip()]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}-0-text" not in data

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-0-text" if id_ else id_

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class QuestionsHidden(forms.HiddenInput):
    def format_value(self, value: Any) -> str:
        return json.dumps(_read(value), ensure_ascii=False)


class QuestionsField(forms.Field):
    """A list of questions as plain dicts; `before` is set by the form: what is kept now."""

    widget = QuestionsWidget
    hidden_widget = QuestionsHidden
    before: Sequence[Plain] = ()

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Questions"),
            required=False,
            help_text=gettext_lazy(
                "Asked before the description. One answer a line. An answer that must not be reported"
                " here: words | what to do instead | number to call, for example: Yes | Call 112. | 112"
            ),
        )

    def clean(self, value: Any) -> list[Plain]:
        rows = _read(value)
        if len(rows) > MOST:
            raise ValidationError(_("Ask at most 12 questions."))
        known = {question["code"]: question for question in self.before}
        taken = {row["code"] for row in rows if row.get("code") in known}
        ordered = sorted(rows, key=_place)
        return [self._question(row, known, taken) for row in ordered]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _read(initial) != _read(data)

    def _question(self, row: Plain, known: Mapping[str, Plain], taken: set[str]) -> Plain:
        text, kind = str(row["text"]).strip()[:200], str(row.get("type", ""))
        before = known.get(str(row.get("code", "")), {})
        if kind not in QuestionType.values:
            raise ValidationError(_("Choose what kind of answer “%(q)s” takes.") % {"q": text})
        choices = row.get("choices", [])
        if isinstance(choices, str):
            choices = choices_of(choices, before.get("choices", []))
        if kind not in WITH_CHOICES:
            choices = []
        elif not FEWEST_CHOICES <= len(choices) <= MOST_CHOICES:
            raise ValidationError(
                _("Give “%(q)s” between 2 and 20 answers, one a line.") % {"q": text}
            )
        made: Plain = {"code": before.get("code") or slug(text, taken), "text": text, "type": kind}
        if row.get("required"):
            made["required"] = True
        if str(row.get("hint", "")).strip():
            made["hint"] = str(row["hint"]).strip()[:200]
        return made | ({"choices": choices} if choices else {})


def in_words(questions: Sequence[Plain]) -> str:
    """To be read side by side where two people changed a category."""
    lines = []
    for row in questions:
        answers = "; ".join(line_of(choice) for choice in row.get("choices", []))
        mark = "*" if row.get("required") else ""
        lines.append(f"{row['text']}{mark} ({QuestionType(row['type']).label}) {answers}".strip())
    return "\n".join(lines)


def _place(row: Plain) -> float:
    try:
        return float(row.get("place") or "inf")
    except ValueError:
        return float("inf")


def _read(value: Any) -> list[Plain]:
    """Rows of the widget, JSON of the hidden one, or what a category keeps."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    if not isinstance(value, list):
        return []
    return [row for row in value if isinstance(row, dict) and str(row.get("text", "")).strip()]


def _shown(row: Plain) -> Plain:
    choices = row.get("choices", "")
    if not isinstance(choices, str):
        choices = "\n".join(line_of(choice) for choice in choices)
    return {**row, "choices": choices}
