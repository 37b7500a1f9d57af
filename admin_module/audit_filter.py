"""From the words of an address to the entries of the log that it asks for."""

from datetime import date, datetime, time, timedelta
from operator import itemgetter

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .models import AuditEntry
from .templatetags.audit_words import ACTIONS


def _actions() -> list[tuple[str, str]]:
    """Every kind of entry, in the order of its words."""
    named = sorted(((code, str(words)) for code, words in ACTIONS.items()), key=itemgetter(1))
    return [("", gettext("everything")), *named]


class AuditFilter(forms.Form):
    """Everything in it is an id, a code or a date, so that it may stand in an address."""

    action = forms.ChoiceField(label=_("What was done"), required=False, choices=_actions)
    subject = forms.CharField(label=_("To what"), required=False, max_length=80)
    actor = forms.IntegerField(label=_("By whom (number)"), required=False, min_value=1)
    since = forms.DateField(
        label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    before = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def entries(self) -> QuerySet[AuditEntry]:
        """The newest first; none where the filter makes no sense."""
        if not self.is_valid():
            return AuditEntry.objects.none()
        asked = self.cleaned_data
        wanted = {
            "action": asked["action"],
            "subject__startswith": asked["subject"],
            "actor": asked["actor"],
            "at__gte": _midnight(asked["since"]),
            "at__lt": _midnight(asked["until"], days=1),
            "pk__lt": asked["before"],
        }
        conditions = Q(**{name: value for name, value in wanted.items() if value})
        return AuditEntry.objects.filter(conditions).order_by("-pk")

    def address(self, *, before: int | None = None) -> str:
        """The same filter as a query string; with `before` its next page, empty without."""
        if before is None:
            return ""
        query = QueryDict(mutable=True)
        query.update({name: value for name, value in self.data.items() if value})
        query["before"] = str(before)
        return f"?{query.urlencode()}"


def _midnight(day: date | None, days: int = 0) -> datetime | None:
    """The start of a day, as a moment that the index by time can be asked for."""
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time()))
