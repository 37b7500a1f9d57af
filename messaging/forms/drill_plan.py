"""From the fields of the monthly drill to its plan."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from icp.inputs import ClockInput
from messaging.models import DrillPlan, Message


class DrillPlanForm(forms.ModelForm):
    revision = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = DrillPlan
        fields = ("enabled", "pattern", "day", "clock")
        widgets = {"clock": ClockInput()}
        help_texts = {
            "day": _("1 to 28, so that every month has it."),
            "pattern": _("The planned drill is a copy of this one: audience, texts, channels."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pattern = self.fields["pattern"]
        mine = Message.objects.visible_to(user).drills().defer("people", "audience")
        pattern.queryset = mine.filter(begun_at__isnull=False).order_by("-pk")  # type: ignore[attr-defined]
        pattern.label_from_instance = _named  # type: ignore[attr-defined]
        pattern.required = False

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("enabled") and not data.get("pattern") and "pattern" not in self.errors:
            self.add_error("pattern", _("Choose a drill that was held: the next ones repeat it."))
        return data


def _named(message: Message) -> str:
    at = message.begun_at
    return f"{message.text.title}, {at:%d.%m.%Y}" if at else message.text.title
