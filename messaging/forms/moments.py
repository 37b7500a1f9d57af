"""From a day and an hour typed by a clerk to a moment, asking which one where the clocks are changed."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from messaging.hours.moments import FIRST, SECOND, TWICE, HourComesTwice, NoSuchHour, moment_of

# What browsers send, and what people type where the browser has no field for it.
PATTERNS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M")


class LocalDateTime(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """A moment by the clock of the town. Of an hour that comes twice it takes what `which` says.

    The form sets `which` from its own field (`WhichHourField`) before it cleans this one. An hour
    that does not exist is refused with the hours around it.
    """

    widget = LocalDateTime
    which = ""

    def to_python(self, value: Any) -> datetime | None:
        if isinstance(value, datetime) and timezone.is_aware(value):
            return value
        wall = self._wall(value)
        if wall is None:
            return None
        try:
            return moment_of(wall, self.which)
        except NoSuchHour as refusal:
            raise ValidationError(str(refusal), code="missing") from None
        except HourComesTwice as refusal:
            raise ValidationError(str(refusal), code=TWICE) from None

    def _wall(self, value: Any) -> datetime | None:
        """What was typed, without a zone."""
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value
        typed = " ".join(str(value).split())
        for pattern in PATTERNS:
            try:
                return datetime.strptime(typed, pattern)  # noqa: DTZ007 - the wall has no zone
            except ValueError:
                continue
        raise ValidationError(
            _("Enter a day and an hour, for example 24.12.2026 9:00."), code="invalid"
        )


class WhichHourField(forms.ChoiceField):
    """First or second, for the one hour of the year that comes twice; asked only then."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Which of the two hours"),
            choices=[
                (FIRST, _("the first one (summer time)")),
                (SECOND, _("the second one (winter time)")),
            ],
            widget=forms.RadioSelect(attrs={"class": "options-inline"}),
            required=False,
        )


def choose_hours(form: forms.Form, **names: str) -> None:
    """Give the form's moments what their fields beside them say; of an end that comes twice, the later.

    `names`: the field of a moment → the field that says which of two hours is meant.
    """
    for field_name, field in form.fields.items():
        if isinstance(field, MomentField):
            asked = names.get(field_name)
            field.which = str(form.data.get(asked) or "") if asked else SECOND
