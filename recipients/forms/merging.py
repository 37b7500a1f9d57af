"""From two corrections of one card that crossed to one form that loses neither."""

import json
from collections.abc import Mapping
from datetime import date

from django.utils.formats import date_format

from recipients.models import Language, Sex
from recipients.people.moves import StaleRevision
from recipients.people.particulars import RegistrationData

from .person import initial_of, typed
from .rights import CorrectionForm

HIDDEN = ("street_id", "point_id", "district_id", "outside_register")


def as_typed(data: RegistrationData) -> dict[str, str]:
    """Particulars as they would be typed into the form, by the names of its fields."""
    return {name: _text(value) for name, value in initial_of(data).items()}


def merged(form: CorrectionForm, stale: StaleRevision) -> CorrectionForm:
    """The form again, where fields that this clerk left alone hold what the other one saved.

    What a clerk left alone is told by `was`, the values the page showed before the typing.
    """
    theirs = as_typed(stale.theirs)
    was: Mapping[str, str] = form.cleaned_data["was"] or {}
    data = dict(form.data.items())
    for name, value in theirs.items():
        if data.get(name, "") == was.get(name):
            data[name] = value
    data["was"] = json.dumps(theirs)
    again = CorrectionForm(data)
    again.is_valid()
    return again


def in_words(form: CorrectionForm) -> dict[str, object]:
    """What a form would save, as people read it."""
    return words_of(form.person if form.is_valid() else typed(form.cleaned_data))


def words_of(data: RegistrationData) -> dict[str, object]:
    """Particulars as people read them, by the names of the form's fields."""
    words: dict[str, object] = {
        name: value for name, value in as_typed(data).items() if name not in HIDDEN
    }
    if data.sex in Sex.values:
        words["sex"] = Sex(data.sex).label
    if data.language in Language.values:
        words["language"] = Language(data.language).label
    return words


def _text(value: object) -> str:
    if isinstance(value, date):
        return date_format(value, "d.m.Y")
    if isinstance(value, bool):
        return "on" if value else ""
    return str(value or "")
