"""From how a letter went out, or from the scan of a signed one, to what letters keeps."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models import RequestLetter
from icp import uploads
from icp.inputs import DayInput

from .step_forms import radio


class SentForm(forms.Form):
    way = forms.ChoiceField(
        label=_("How did it go?"), choices=RequestLetter.Way.choices, widget=radio()
    )
    day = forms.DateField(label=_("When"), widget=DayInput())

    def __init__(self, *args: Any, paper: RequestLetter, **options: Any) -> None:
        self.paper = paper
        options["initial"] = {"day": timezone.localdate()}
        super().__init__(*args, **options)

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not timezone.localdate(self.paper.created_at) <= day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day between that of the letter and today."))
        return day

    @property
    def moment(self) -> datetime:
        """Noon of the day, but never ahead of now or before the letter."""
        noon = timezone.make_aware(datetime.combine(self.cleaned_data["day"], time(12)))
        return min(max(noon, self.paper.created_at), timezone.now())


class ScanForm(forms.Form):
    scan = forms.FileField(
        label=_("Scan of the signed letter"),
        help_text=_("PDF, JPEG or PNG, up to 20 pages."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    def clean_scan(self) -> uploads.Sheet:
        return uploads.sheet(self.cleaned_data["scan"])
