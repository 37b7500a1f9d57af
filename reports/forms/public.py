"""From what anybody may choose on the public list to filters, and from a report by anybody to NewReport."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icp import rate_limits
from icp.encryption.tokens import mac
from recipients.models import District
from reports.models import ReportCategory, ReporterContact
from reports.showing.public import DONE_ONES, OPEN_ONES
from reports.steps.submitting import LONGEST

from .asked import CategoryForm
from .desk import PHONE
from .moves import area

DAYS = [("", _("since ever")), ("30", _("30 days")), ("90", _("90 days")), ("365", _("a year"))]
LINKS_A_DAY = 3  # to one address: nobody's mailbox is flooded through us
DAY = 86_400
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


class PublicReportForm(CategoryForm):
    """A report of `category` by somebody we do not know: a link to their e-mail makes it one."""

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

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and self._too_many(data["email"]):
            self.add_error(
                "email",
                _("We sent several links to this address today. Open one of them first."),
            )
        return data

    @staticmethod
    def _too_many(email: str) -> bool:
        who = mac(_LABEL, email.lower().encode()).hex()
        return rate_limits.tally("report-link", who, DAY) > LINKS_A_DAY

    @property
    def contact(self) -> ReporterContact:
        data = self.cleaned_data
        return ReporterContact(email=data["email"], phone=data.get("phone", ""))
