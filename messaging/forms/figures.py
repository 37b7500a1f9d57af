"""From the filters in the address of the statistics to a span of days and conditions on messages."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module.models import Unit, User
from consents.models import Topic
from icp.inputs import DayInput
from messaging.models import Message
from messaging.statistics.figures import Span

DAYS = 90
MOST_DAYS = 366 * 3
IN_THIS_CENTURY = (MinValueValidator(date(2010, 1, 1)), MaxValueValidator(date(2099, 12, 31)))


class FiguresForm(forms.Form):
    """Every field may be empty. What cannot be read is said and filters nothing."""

    since = forms.DateField(
        label=_("From"), required=False, widget=DayInput(), validators=IN_THIS_CENTURY
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=DayInput(), validators=IN_THIS_CENTURY
    )
    klass = forms.ChoiceField(
        label=_("Kind of message"),
        choices=[("", _("all")), *Message.Klass.choices],
        required=False,
    )
    topic = forms.ModelChoiceField(
        Topic.objects.none(), label=_("Topic"), required=False, empty_label=_("all")
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Unit"), required=False, empty_label=_("all")
    )

    def __init__(self, data: Any, *, by: User) -> None:
        super().__init__(data)
        topics: Any = self.fields["topic"]
        topics.queryset = Topic.objects.visible_to(by)
        units: Any = self.fields["unit"]
        units.queryset = Unit.objects.visible_to(by)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and not 0 <= (until - since).days < MOST_DAYS:
            self.add_error("until", _("Choose a later day than the first, within three years."))
        return data

    @property
    def span(self) -> Span:
        """What was asked for; without it the last 90 days."""
        self.is_valid()
        last = self.cleaned_data.get("until") or timezone.localdate()
        first = self.cleaned_data.get("since") or last - timedelta(days=DAYS - 1)
        if first > last:
            first = last - timedelta(days=DAYS - 1)
        return Span(max(first, last - timedelta(days=MOST_DAYS - 1)), last)

    @property
    def wanted(self) -> dict[str, Any]:
        """Conditions on messages."""
        self.is_valid()
        names = ("klass", "topic", "unit")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}
