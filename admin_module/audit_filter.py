"""From the words of an address to the entries of the log that it asks for."""

import re
import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from operator import itemgetter

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from icp.inputs import DayInput

from .models import AuditEntry, User
from .templatetags.audit_words import ACTIONS, READS, thing_words

READING = "reads"  # every look at personal data, whatever it was
SYSTEM = "system"  # what nobody did: the engine, a command
REQUEST = re.compile(r"[0-9a-f]{8,32}")

Choices = list[tuple[str, str | Promise | list[tuple[str, str]]]]


def _actions() -> Choices:
    """Everything, all reads, then thing by thing: all of it, and each kind of entry by its words."""
    things: dict[str, list[tuple[str, str]]] = {}
    for code, words in sorted(ACTIONS.items(), key=lambda pair: str(pair[1])):
        things.setdefault(code.partition(".")[0], []).append((code, str(words)))
    groups = sorted(
        (thing_words(thing), [(f"{thing}.", gettext("all of these")), *codes])
        for thing, codes in things.items()
    )
    return [("", gettext("everything")), (READING, gettext("reads of personal data")), *groups]


def _people() -> Iterator[tuple[str, str]]:
    """Everybody who ever had an account, by name."""
    yield "", gettext("everybody")
    yield SYSTEM, gettext("the system itself")
    named = ((str(user.pk), str(user)) for user in User.objects.all())
    yield from sorted(named, key=itemgetter(1))


class AuditFilter(forms.Form):
    """Everything in it is an id, a code or a date, so that it may stand in an address."""

    action = forms.ChoiceField(label=_("What was done"), required=False, choices=_actions)
    actor = forms.ChoiceField(label=_("By whom"), required=False, choices=lambda: list(_people()))
    subject = forms.CharField(
        label=_("To what"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": "messaging.message:17"}),
    )
    since = forms.DateField(label=_("From day"), required=False, widget=DayInput())
    until = forms.DateField(label=_("To day"), required=False, widget=DayInput())
    request = forms.CharField(
        label=_("Number of the request"),
        required=False,
        max_length=36,
        help_text=_("As on a page of an error: its first 8 signs are enough."),
    )
    before = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_request(self) -> str:
        digits = str(self.cleaned_data["request"]).strip().lower().replace("-", "")
        if digits and not REQUEST.fullmatch(digits):
            raise ValidationError(_("Type 8 signs at least: digits and the letters a to f."))
        return digits

    def entries(self) -> QuerySet[AuditEntry]:
        """The newest first; none where the filter makes no sense."""
        if not self.is_valid():
            return AuditEntry.objects.none()
        asked = self.cleaned_data
        wanted = {
            "at__gte": _midnight(asked["since"]),
            "at__lt": _midnight(asked["until"], days=1),
            "pk__lt": asked["before"],
        }
        conditions = Q(**{name: value for name, value in wanted.items() if value})
        for narrow in (
            _done(asked["action"]),
            _by(asked["actor"]),
            _to(asked["subject"].strip()),
            _in(asked["request"]),
        ):
            conditions &= narrow
        return AuditEntry.objects.filter(conditions).order_by("-pk")

    def address(self, *, before: int | None = None) -> str:
        """The same filter as a query string; with `before` its next page, empty without."""
        if before is None:
            return ""
        query = QueryDict(mutable=True)
        query.update({name: value for name, value in self.data.items() if value})
        query["before"] = str(before)
        return f"?{query.urlencode()}"


def _done(action: str) -> Q:
    if action == READING:
        return Q(action__in=READS)
    if action.endswith("."):
        return Q(action__in=[code for code in ACTIONS if code.startswith(action)])
    return Q(action=action) if action else Q()


def _by(actor: str) -> Q:
    if actor == SYSTEM:
        return Q(actor=None)
    return Q(actor=int(actor)) if actor else Q()


def _to(subject: str) -> Q:
    """One thing where its number is given ("messaging.message:17"), else every one of its kind."""
    if not subject:
        return Q()
    return Q(subject=subject) if ":" in subject else Q(subject__startswith=subject)


def _in(request: str) -> Q:
    """One request, or all whose number begins so: a span of numbers, which an index knows."""
    if not request:
        return Q()
    first, last = uuid.UUID(request.ljust(32, "0")), uuid.UUID(request.ljust(32, "f"))
    return Q(request_id__gte=first, request_id__lte=last)


def _midnight(day: date | None, days: int = 0) -> datetime | None:
    """The start of a day, as a moment that the index by time can be asked for."""
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time()))
