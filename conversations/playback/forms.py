"""From what somebody wants a conversation opened for to a purpose and a reason."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from conversations.models import PlaybackSession

from .sessions import LEAST_REASON


class BeginForm(forms.Form):
    """`offered`: the purposes this person may name."""

    purpose = forms.ChoiceField(
        label=_("What for"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what for.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=LEAST_REASON,
        max_length=2000,
        help_text=_("It is kept with the conversation and read by whoever supervises."),
        error_messages={
            "required": _("Write why you need to hear or read this conversation."),
            "min_length": _("Write why, in at least %(limit_value)d letters."),
        },
    )
    case_number = forms.CharField(
        label=_("Case number"), max_length=60, required=False, widget=forms.TextInput
    )

    def __init__(
        self, data: Any = None, *, offered: Sequence[PlaybackSession.Purpose], case: str = ""
    ) -> None:
        super().__init__(data, initial={"case_number": case})
        purpose: Any = self.fields["purpose"]
        purpose.choices = [(one.value, one.label) for one in offered]
        if len(offered) == 1:
            purpose.initial = offered[0].value


class TraceForm(forms.Form):
    """What the player tells: milliseconds within its piece."""

    recording = forms.IntegerField(min_value=1)
    part = forms.IntegerField(min_value=0, max_value=1000)
    action = forms.CharField(max_length=5)
    begin = forms.IntegerField(min_value=0)
    end = forms.IntegerField(min_value=0)
