"""From a member of staff and a filter to the requests of a list, those with the nearest day first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django import forms
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from conversations.models import AccessRequest, Step
from conversations.models.access import AccessRequestQuerySet

from .card import TONES
from .seeing import mine_to_do, visible_to

VIEWS: Mapping[str, str | Promise] = {
    "moje": _("for me to do"),
    "otwarte": _("open"),
    "po-terminie": _("past their day"),
    "zamkniete": _("closed"),
}


class AccessFilterForm(forms.Form):
    step = forms.ChoiceField(
        label=_("Step"), choices=[("", _("all")), *Step.choices], required=False
    )
    number = forms.CharField(
        label=_("Number"), max_length=30, required=False, help_text=_("For example BOI.12.2026")
    )

    @property
    def wanted(self) -> dict[str, str]:
        self.is_valid()
        data = self.cleaned_data
        named = {"step": data.get("step"), "number__icontains": data.get("number")}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Line:
    request: AccessRequest
    deadline: date

    @property
    def tone(self) -> tuple[str, str]:
        return TONES.get(self.request.step, ("ok", "archive"))

    @property
    def late(self) -> bool:
        return self.request.is_open and self.deadline < timezone.localdate()


def rows_of(user: User, view: str) -> AccessRequestQuerySet:
    """The rows of one view."""
    rows = visible_to(user)
    if view == "moje":
        return mine_to_do(rows, user)
    if view == "zamkniete":
        return rows.exclude(closed_at=None)
    today = timezone.localdate()
    late = Q(extended_to__lt=today) | Q(extended_to=None, due_on__lt=today)
    return rows.open().filter(late if view == "po-terminie" else Q())


def ordered(rows: AccessRequestQuerySet) -> "QuerySet[AccessRequest]":
    found: QuerySet[AccessRequest] = rows.select_related("unit").order_by(
        F("closed_at").desc(nulls_first=True), Coalesce("extended_to", "due_on"), "id"
    )
    return found


def waiting(user: User) -> int:
    """For the number beside the menu."""
    return int(mine_to_do(visible_to(user), user).count())
