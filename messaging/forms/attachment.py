"""From a chosen file to one that may be attached."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AttachmentForm(forms.Form):
    """What is in the file is looked at when it is attached."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
        help_text=_("PDF, PNG or JPEG, at most 10 MB. Its name is shown to readers."),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
