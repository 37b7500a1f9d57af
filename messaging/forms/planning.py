"""From a new hour that a clerk types to a moment, over the version that they saw."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.hours.moments import which_of_two
from messaging.models import Message

from .moments import MomentField, WhichHourField, choose_hours


class MoveForm(forms.Form):
    due_at = MomentField(
        label=_("New day and hour"),
        help_text=_("By the clock of the town. Quiet hours are kept, alarms excepted."),
        error_messages={"required": _("Say at what time it is to be sent.")},
    )
    due_which = WhichHourField()
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, message: Message) -> None:
        initial = {
            "due_at": message.due_at,
            "due_which": which_of_two(message.due_at),
            "revision": message.revision,
        }
        super().__init__(data, initial=initial)
        choose_hours(self, due_at="due_which")
