"""From the fields of lines, their recording and their notices to what is saved."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module.models import Unit, User
from conversations.models import LegalBasis, Line, NoticeVersion, RecordingMode
from icp.braces import UnknownPlaceholder

from . import notice_words
from .phones import e164


class LineForm(forms.ModelForm):
    """What a line is; whether it records is another page."""

    number = forms.CharField(
        label=gettext_lazy("Number"),
        max_length=30,
        help_text=gettext_lazy("With its area code, for example 91 424 50 00."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    class Meta:
        model = Line
        fields = ("number", "name", "unit")
        help_texts = {"name": gettext_lazy("As staff call it, for example Centrala.")}
        labels = {"unit": gettext_lazy("Unit that answers")}

    def __init__(self, data: Any = None, *, instance: Line, by: User) -> None:
        super().__init__(data, instance=instance, initial={"revision": instance.revision})
        units: Any = self.fields["unit"]
        units.queryset = Unit.objects.visible_to(by).open()

    def clean_number(self) -> str:
        number = e164(self.cleaned_data["number"])
        if not number:
            raise ValidationError(_("Enter a whole telephone number, for example 91 424 50 00."))
        return number

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("number", "name", "unit")}

    def words(self, row: Line) -> dict[str, object]:
        return {"number": row.number, "name": row.name, "unit": str(row.unit)}

    def typed(self) -> dict[str, object]:
        return {name: str(value) for name, value in self.values().items()}


HINTS = {
    RecordingMode.OFF: gettext_lazy("Calls are registered, nothing is recorded."),
    RecordingMode.OPT_IN: gettext_lazy("Recorded only for callers who ask for it."),
    RecordingMode.OPT_OUT: gettext_lazy(
        "After the notice; whoever presses 9 talks without a recording."
    ),
    RecordingMode.AFTER_NOTICE: gettext_lazy(
        "After the notice; whoever does not agree must hang up. The weakest basis: there is no choice."
    ),
}


class RecordingForm(forms.Form):
    """Any mode but “not recorded” asks for a standing basis, and for a tick under the warning."""

    mode = forms.ChoiceField(
        label=gettext_lazy("Recording"),
        choices=[
            (mode.value, mode.label)
            for mode in (
                RecordingMode.OFF,
                RecordingMode.OPT_IN,
                RecordingMode.OPT_OUT,
                RecordingMode.AFTER_NOTICE,
            )
        ],
        widget=forms.RadioSelect,
    )
    basis = forms.ModelChoiceField(
        LegalBasis.objects.none(),
        label=gettext_lazy("Legal basis"),
        required=False,
        empty_label=gettext_lazy("no legal basis"),
        help_text=gettext_lazy("Approved ones only. A line that records needs one."),
    )
    understood = forms.BooleanField(
        label=gettext_lazy(
            "I have read the warning. The basis of this line names a law, a purpose and an assessment."
        ),
        required=False,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any = None, *, line: Line) -> None:
        kept = {
            "mode": line.recording_mode,
            "basis": line.legal_basis_id,
            "revision": line.revision,
        }
        super().__init__(data, initial=kept)
        bases: Any = self.fields["basis"]
        bases.queryset = LegalBasis.objects.filter(
            approved_at__isnull=False, withdrawn_at=None
        ).order_by("name", "pk")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("mode") not in (None, RecordingMode.OFF):
            if data.get("basis") is None and "basis" not in self.errors:
                self.add_error(
                    "basis", _("Choose an approved legal basis, or leave the line unrecorded.")
                )
            if not data.get("understood"):
                self.add_error("understood", _("Read the warning above and tick this box."))
        return data


class NoticeForm(forms.Form):
    """Words of the office's own; names in braces are filled in when they are saved."""

    text = forms.CharField(
        label=gettext_lazy("Words"),
        max_length=8000,
        min_length=20,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 12}),
    )

    def __init__(self, data: Any = None, *, version: NoticeVersion) -> None:
        self.version = version
        super().__init__(data, initial={"text": version.text})

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n")
        try:
            filled = notice_words.fill(text, self.version.channel, self.version.language)
        except UnknownPlaceholder as unknown:
            raise ValidationError(str(unknown)) from unknown
        if len(filled) > self.fields["text"].max_length:  # type: ignore[attr-defined]
            raise ValidationError(_("With the names filled in it is too long."))
        return text
