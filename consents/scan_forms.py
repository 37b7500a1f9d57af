"""From what a clerk sends with a signed form to a checked scan, or the exception by which there is none."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from icp import uploads
from recipients.forms.ticking import TickField, offer

from .models import NoScan

ACCEPTED = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"


def scan_field(**options: Any) -> forms.FileField:
    return forms.FileField(
        label=_("Scan of the signed form"),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=_("PDF, JPEG or PNG, at most 20 MB. A picture taken with a telephone will do."),
        **options,
    )


class ReceivedForm(forms.Form):
    """What is ticked on the signed paper, which the person may have corrected by hand, and its scan."""

    granted = TickField()
    scan = scan_field(required=False)
    without_scan = forms.ChoiceField(
        label=_("There is no scan, because"), choices=[("", "–"), *NoScan.choices], required=False
    )

    paper: uploads.Sheet | NoScan  # there only where the form is valid

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "granted", by)

    def clean_scan(self) -> uploads.Sheet | None:
        file = self.cleaned_data.get("scan")
        return uploads.sheet(file) if file else None

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        sheet, reason = values.get("scan"), values.get("without_scan")
        if sheet and reason:
            self.add_error("without_scan", _("There is a scan: leave this empty."))
        elif sheet or reason:
            self.paper = sheet or NoScan(str(reason))
        elif "scan" not in self.errors:
            self.add_error("scan", _("Attach the scan, or choose below why there is none."))
        return values


class ScanForm(forms.Form):
    """The scan of a form that was received without one."""

    scan = scan_field()

    def clean_scan(self) -> uploads.Sheet:
        return uploads.sheet(self.cleaned_data["scan"])


class ReplacingForm(ScanForm):
    """A better scan, and what was wrong with the one it takes the place of."""

    why = forms.CharField(
        label=_("Why it is replaced"),
        max_length=300,
        help_text=_("For example: the second page was missing."),
    )
