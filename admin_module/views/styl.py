"""From nothing to a page with every part of the screen in every state: a ruler for people and tests."""

from dataclasses import dataclass

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from admin_module.http import StaffRequest, staff_may
from admin_module.templatetags.icp_ui import CHANNELS, STATES
from admin_module.town_map import shows_map
from icp.inputs import DayInput


class SampleForm(forms.Form):
    """One field of every kind."""

    title = forms.CharField(label=_("Title"), help_text=_("The first line of an e-mail."))
    email = forms.EmailField(label=_("E-mail"))
    note = forms.CharField(
        label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    day = forms.DateField(label=_("Day"), widget=DayInput())
    topic = forms.ChoiceField(
        label=_("Topic"), choices=[("", _("Choose…")), ("water", _("Water and power cuts"))]
    )
    scan = forms.FileField(label=_("Scan"), required=False)
    klass = forms.ChoiceField(
        label=_("What do you want to say?"),
        choices=[
            ("information", _("Information")),
            ("warning", _("Warning")),
            ("alarm", _("Alarm")),
        ],
        widget=forms.RadioSelect,
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        choices=[(kind, name) for kind, (_icon, name) in CHANNELS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    agreed = forms.BooleanField(label=_("I have read the form to the person"))
    saving = forms.BooleanField(
        label=_("Save on SMS"),
        help_text=_("People with the app get an SMS only when they did not read the notice."),
        required=False,
    )
    closed = forms.CharField(label=_("Number"), disabled=True, required=False, initial="ICP-7Q4M")


@dataclass(frozen=True, slots=True)
class SampleChannel:
    kind: str
    done: int
    total: int
    waiting: int
    failed: int


SAMPLE = {"klass": "warning", "channels": ["sms", "push"], "saving": True, "email": "anna"}
PARTS = [
    ("ok", _("delivered"), 1586),
    ("moving", _("handed over, waiting for confirmation"), 167),
    ("danger", _("not delivered"), 42),
    ("waiting", _("waiting"), 299),
]
CHANNEL_SAMPLES = (
    SampleChannel("email", 511, 626, 46, 13),
    SampleChannel("sms", 603, 914, 211, 18),
    SampleChannel("epuap", 63, 118, 42, 2),
    SampleChannel("push", 409, 436, 0, 9),
)

# Two lie so near to one another that the map shows them as one.
PLACES = [
    {"id": number, "lat": lat, "lon": lon, "label": str(label), "tone": tone, "mark": str(number)}
    for number, (lat, lon, tone, label) in enumerate(
        [
            (52.16772, 22.27103, "", _("delivered")),
            (52.16774, 22.27107, "ok", _("waiting")),
            (52.17172, 22.28503, "warn", _("not delivered")),
            (52.16172, 22.29103, "danger", _("not delivered")),
        ],
        start=1,
    )
]


@staff_may("admin_module.open_dashboard")
@shows_map
def styl(request: StaffRequest) -> HttpResponse:
    """Show the parts; the second form has been sent with mistakes."""
    context = {
        "form": SampleForm(initial=SAMPLE, prefix="good"),
        "wrong": SampleForm({"wrong-email": "anna", "wrong-klass": "alarm"}, prefix="wrong"),
        "parts": PARTS,
        "channels": CHANNEL_SAMPLES,
        "places": PLACES,
        "states": STATES,
        "tones": ("", "ok", "moving", "warn", "danger"),
        "page_obj": Paginator(range(1048), 25).get_page(request.GET.get("page", "3")),
    }
    return render(request, "styl.html", context)
