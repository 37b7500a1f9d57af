"""From the filters in the address of the list of messages to what they ask for; a view's name."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from admin_module.models import Unit, User
from consents.models import Topic
from icp.inputs import DayInput
from messaging.archive.finding import SHELVES
from messaging.models import Message
from recipients.forms.export import SHORTEST_REASON
from recipients.models import CONTACT_KINDS

from .figures import IN_THIS_CENTURY
from .message import CHANNEL_NAMES

CSV, XLSX = "csv", "xlsx"


class ArchiveForm(forms.Form):
    """Every field may be empty. What cannot be read is said and filters nothing."""

    text = forms.CharField(
        label=_("Words of the title or the text"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    klass = forms.ChoiceField(
        label=_("Kind of message"), choices=[("", _("all")), *Message.Klass.choices], required=False
    )
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[("", _("all")), *((kind, CHANNEL_NAMES[kind]) for kind in CONTACT_KINDS)],
        required=False,
    )
    topic = forms.ModelChoiceField(
        Topic.objects.none(), label=_("Topic"), required=False, empty_label=_("all")
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Unit"), required=False, empty_label=_("all")
    )
    author = forms.ModelChoiceField(
        User.objects.none(), label=_("Author"), required=False, empty_label=_("anybody")
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=DayInput(), validators=IN_THIS_CENTURY
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=DayInput(), validators=IN_THIS_CENTURY
    )
    drills = forms.ChoiceField(
        label=_("Exercises"),
        choices=[
            ("", _("with the others")),
            ("without", _("without them")),
            ("only", _("only them")),
        ],
        required=False,
    )

    def __init__(self, data: Any, *, by: User) -> None:
        super().__init__(data)
        fields: Any = self.fields
        fields["topic"].queryset = Topic.objects.visible_to(by)
        fields["unit"].queryset = Unit.objects.visible_to(by)
        wrote = Message.objects.visible_to(by).order_by().values("author").distinct()
        fields["author"].queryset = User.objects.filter(pk__in=wrote)

    @property
    def wanted(self) -> dict[str, Any]:
        """For messaging.archive.finding; the shelf stands in the address as `status`."""
        self.is_valid()
        shelf = self.data.get("status", "")
        return {**self.cleaned_data, "status": shelf if shelf in SHELVES else ""}

    @property
    def narrowed(self) -> bool:
        """Whether any of the fields asks for something, so that they are shown open."""
        self.is_valid()
        return bool(self.errors) or any(self.cleaned_data.values())


class ViewForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the view"),
        max_length=40,
        help_text=_("For example: alarms of this year."),
        error_messages={"required": _("Give the view a name.")},
    )
    query = forms.CharField(required=False, max_length=1500, widget=forms.HiddenInput)


class ListExportForm(forms.Form):
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    layout = forms.ChoiceField(
        label=_("Kind of file"),
        choices=[(XLSX, "Excel (XLSX)"), (CSV, "CSV")],
        initial=XLSX,
        widget=forms.RadioSelect(attrs={"class": "options-inline"}),
    )


class DeliveriesForm(forms.Form):
    """Why somebody needs to know who got a message; what the list showed comes along."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    channel = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput)
    state = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    layout = forms.ChoiceField(
        label=_("Kind of file"),
        choices=[(XLSX, "Excel (XLSX)"), (CSV, "CSV")],
        initial=XLSX,
        widget=forms.RadioSelect(attrs={"class": "options-inline"}),
    )
    reason = forms.CharField(
        label=_("What the export is for"),
        min_length=SHORTEST_REASON,
        max_length=300,
        help_text=_("For example: calls to the people whom the alarm did not reach."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
