"""From what anybody may choose on the public list to filters, and from a report by anybody to NewReport."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icp import rate_limits
from icp.encryption.tokens import mac
from recipients.address_register import places
from recipients.models import District
from reports.models import ReportCategory, ReporterContact
from reports.showing.public import DONE_ONES, OPEN_ONES
from reports.steps.submitting import LONGEST, NewReport

from .desk import ANSWER, PHONE, answer_field
from .moves import area
from .photos import PhotoForm

DAYS = [("", _("since ever")), ("30", _("30 days")), ("90", _("90 days")), ("365", _("a year"))]
LINKS_A_DAY = 3  # to one address: nobody's mailbox is flooded through us
DAY = 86_400
MOST_PROPOSED = 5
_LABEL = "report.link"


class PublicFilterForm(forms.Form):
    """Every field may be empty; what cannot be read filters nothing."""

    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("all")), (OPEN_ONES, _("being handled")), (DONE_ONES, _("closed"))],
        required=False,
    )
    category = forms.ModelChoiceField(
        ReportCategory.objects.none(), label=_("Category"), required=False, empty_label=_("all")
    )
    district = forms.ModelChoiceField(
        District.objects.order_by("name"), label=_("District"), required=False, empty_label=_("all")
    )
    days = forms.TypedChoiceField(
        label=_("Reported within"), choices=DAYS, coerce=int, required=False, empty_value=None
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        category: Any = self.fields["category"]
        category.queryset = ReportCategory.objects.order_by("group", "place", "name")

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class PublicReportForm(PhotoForm):
    """A report of `category` by somebody we do not know: a link to their e-mail makes it one."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    description = forms.CharField(
        label=_("What is wrong"),
        max_length=LONGEST,
        required=False,
        widget=area(5),
        help_text=_("Without names and telephones: what you write may be shown on the map."),
    )
    address = forms.CharField(
        label=_("Where is it"),
        max_length=200,
        required=False,
        help_text=_("Street and number, for example: Sportowa 12. Or mark the place on the map."),
    )
    latitude = forms.FloatField(
        label=_("Latitude"), required=False, localize=False, min_value=-90, max_value=90
    )
    longitude = forms.FloatField(
        label=_("Longitude"), required=False, localize=False, min_value=-180, max_value=180
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("We send a link to it. Your report reaches us once you open the link."),
    )
    phone = forms.CharField(label=_("Telephone"), required=False, validators=[PHONE])
    wants_public = forms.BooleanField(
        label=_("Everybody may see the report on the map, without my name and address"),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, category: ReportCategory, **options: Any) -> None:
        self.category = category
        initial = {"form_key": uuid.uuid4(), **options.pop("initial", {})}
        super().__init__(*args, by=None, initial=initial, **options)
        for question in category.asked:
            self.fields[ANSWER + question.code] = answer_field(question)

    @property
    def asked(self) -> list[forms.BoundField]:
        return [self[ANSWER + question.code] for question in self.category.asked]

    @property
    def stoppers(self) -> list[str]:
        """What to do instead of reporting here."""
        return [c.stop for q in self.category.asked for c in q.choices if c.stop]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("latitude") is None or data.get("longitude") is None:
            self._clean_address(data)
        if not self.errors and self._too_many(data["email"]):
            self.add_error(
                "email",
                _("We sent several links to this address today. Open one of them first."),
            )
        return data

    def _clean_address(self, data: dict[str, Any]) -> None:
        found = places.find(data["address"]) if data.get("address") else []
        if len(found) == 1:
            data["latitude"], data["longitude"] = found[0].lat, found[0].lon
        elif found:
            likely = ", ".join(place.label for place in found[:MOST_PROPOSED])
            self.add_error("address", _("Which one do you mean: %(places)s?") % {"places": likely})
        elif not {"latitude", "longitude"} & set(self.errors):
            self.add_error(
                "address",
                _("Mark the place on the map, or type an address that the register knows."),
            )

    @staticmethod
    def _too_many(email: str) -> bool:
        who = mac(_LABEL, email.lower().encode()).hex()
        return rate_limits.tally("report-link", who, DAY) > LINKS_A_DAY

    @property
    def new(self) -> NewReport:
        data = self.cleaned_data
        answers = {q.code: data.get(ANSWER + q.code) for q in self.category.asked}
        return NewReport(
            category=self.category,
            description=data.get("description", ""),
            latitude=data["latitude"],
            longitude=data["longitude"],
            answers={code: value for code, value in answers.items() if value},
            address=data.get("address", ""),
            photos=data["uids"],
            wants_public=data["wants_public"],
            contact=ReporterContact(email=data["email"], phone=data.get("phone", "")),
        )
