"""A call as somebody at the office notes it: which line, when, with whom, and that the notice was said."""

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from conversations.models import CallerId, Direction, Line
from icp.inputs import ClockInput, DayInput

from . import entering, ingesting

LONGEST_MINUTES = 600
WITHHELD = _("the number was withheld")
UNKNOWN = _("the number is not known")


class CallForm(forms.Form):
    """`by` sees the lines of their own unit."""

    name = forms.UUIDField(widget=forms.HiddenInput)
    direction = forms.ChoiceField(
        label=_("Who called"),
        choices=(
            (Direction.INCOMING, _("the resident called us")),
            (Direction.OUTGOING, _("we called the resident")),
        ),
        widget=forms.RadioSelect(attrs={"class": "options-inline"}),
    )
    line = forms.ModelChoiceField(Line.objects.none(), label=_("Line of the office"))
    number = forms.CharField(
        label=_("Number of the resident"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_(
            "For example 601 234 567. Without it the recording can never be heard by request (§ 4.7)."
        ),
    )
    caller_id = forms.ChoiceField(
        label=_("Without a number, because"),
        required=False,
        choices=(("", "–"), (CallerId.WITHHELD, WITHHELD), (CallerId.UNAVAILABLE, UNKNOWN)),
    )
    day = forms.DateField(label=_("Day"), widget=DayInput())
    hour = forms.TimeField(label=_("Began at"), widget=ClockInput())
    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=0, max_value=LONGEST_MINUTES, initial=1
    )
    answered = forms.BooleanField(label=_("Somebody answered"), required=False, initial=True)
    told = forms.BooleanField(
        label=_("I said the words of the notice, or the resident heard them"), required=False
    )
    case_number = forms.CharField(label=_("Number of the case"), required=False, max_length=60)
    recording = forms.FileField(
        label=_("Recording of the call"),
        required=False,
        help_text=_(
            "Only where the line records. WAV, MP3, Ogg or WebM; other sound waits for conversion."
        ),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = Line.objects.filter(closed_at=None).select_related("legal_basis", "unit")
        if by.scope is not None:
            lines = lines.filter(unit__in=by.scope)
        self.fields["line"].queryset = lines.order_by("name", "pk")  # type: ignore[attr-defined]
        now = timezone.localtime()
        self.initial.setdefault("name", uuid.uuid4())
        self.initial.setdefault("direction", Direction.INCOMING)
        self.initial.setdefault("day", now.date())
        self.initial.setdefault("hour", now.time().replace(second=0, microsecond=0))

    @property
    def records(self) -> bool:
        """Whether a recording can be given for any of the lines."""
        lines = self.fields["line"].queryset  # type: ignore[attr-defined]
        return any(line.records for line in lines)

    def clean_number(self) -> str:
        text = str(self.cleaned_data["number"]).strip()
        phone = entering.phone_of(text) if text else ""
        if text and not phone:
            words = _("This is no telephone number. Write it with all its digits.")
            raise forms.ValidationError(words, code="phone")
        return phone

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "number" in data and not data["number"] and not data.get("caller_id"):
            self.add_error("number", _("Write the number, or choose why there is none."))
        if self._began() and self._began() > timezone.now():
            self.add_error("hour", _("The call cannot begin in the future."))
        outgoing = data.get("direction") == Direction.OUTGOING
        if outgoing and data.get("answered") and not data.get("told"):
            words = _(
                "Tick that you said the words of the notice. Whoever is called must be told, too."
            )
            self.add_error("told", words)
        self._check_recording(data)
        return data

    def _check_recording(self, data: dict[str, Any]) -> None:
        """A file is taken only where the line recorded then and the notice came first."""
        began = self._began()
        if not data.get("recording") or not data.get("line") or began is None:
            return
        if ingesting.not_recorded_then(data["line"], began, "recorded"):
            self.add_error("recording", _("This line does not record. Leave the file out."))
        elif not data.get("told"):
            self.add_error("told", _("A recording is kept only after the notice."))

    def _began(self) -> Any:
        day, hour = self.cleaned_data.get("day"), self.cleaned_data.get("hour")
        if not isinstance(day, date) or not isinstance(hour, time):
            return None
        return timezone.make_aware(datetime.combine(day, hour))

    @property
    def noted(self) -> entering.Noted:
        data = self.cleaned_data
        began = self._began()
        return entering.Noted(
            name=f"reczne-{data['name']}",
            line=data["line"],
            direction=data["direction"],
            began_at=began,
            ended_at=began + timedelta(minutes=data["minutes"]),
            phone=data["number"],
            caller_id=CallerId.ALLOWED if data["number"] else data["caller_id"],
            answered=data["answered"],
            told=data["told"],
            case_number=data["case_number"],
        )
