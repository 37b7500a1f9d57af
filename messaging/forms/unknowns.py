"""From what is chosen on the list of unknown deliveries to the order for a job."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from messaging.models import Delivery
from messaging.trace import unknowns
from recipients import jobs
from recipients.models import CONTACT_KINDS, Job

MOST_TICKED = 200
DECISIONS = ((unknowns.AGAIN, _("send once more")), (unknowns.LEFT, _("leave as it is")))


class DecisionForm(forms.Form):
    """Which deliveries, and what becomes of them; to send again the number must be typed."""

    decision = forms.ChoiceField(choices=DECISIONS)
    which = forms.ChoiceField(choices=[("ticked", ""), ("all", "")], required=False)
    message = forms.IntegerField(required=False, min_value=0)
    channel = forms.ChoiceField(
        choices=[("", ""), *((k, k) for k in CONTACT_KINDS)], required=False
    )
    form_key = forms.UUIDField()
    number = forms.IntegerField(
        required=False,
        label=_("Type the number of people"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Type the number with digits.")},
    )

    def __init__(self, data: Any, *, by: User) -> None:
        self.by = by
        ticked = data.getlist("delivery") if hasattr(data, "getlist") else []
        self.ticked = sorted({int(pk) for pk in ticked[:MOST_TICKED] if pk.isdigit()})
        super().__init__(data)

    @property
    def confirmed(self) -> bool:
        """Whether this comes from the page that says what will happen."""
        return "confirm" in self.data

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return data
        if data.get("which") != "all" and not self.ticked:
            raise ValidationError(_("Tick at least one person, or choose all on the list."))
        self.number_of_people = self.chosen().count()
        if not self.number_of_people:
            raise ValidationError(_("News came meanwhile: none of these is unknown any more."))
        if self.confirmed and data["decision"] == unknowns.AGAIN:
            self._ask(data.get("number"))
        return data

    def _ask(self, number: int | None) -> None:
        if number != self.number_of_people:
            text = _("Type %(number)s, the number of people who will get it once more.")
            self.add_error("number", text % {"number": self.number_of_people})

    def chosen(self) -> QuerySet[Delivery]:
        """The deliveries that are meant now."""
        data = self.cleaned_data
        found = unknowns.waiting(self.by)
        if data.get("which") == "all":
            return unknowns.narrowed(found, data.get("message") or 0, data.get("channel") or "")
        return found.filter(pk__in=self.ticked)

    def order(self) -> Job:
        """Leave the row that a worker will find."""
        data = self.cleaned_data
        everything = data.get("which") == "all"
        return jobs.order(
            unknowns.JOB,
            {
                "decision": data["decision"],
                "message": (data.get("message") or 0) if everything else 0,
                "channel": (data.get("channel") or "") if everything else "",
                "ids": "" if everything else ",".join(map(str, self.ticked)),
            },
            by=self.by,
            form_key=data["form_key"],
            total=self.number_of_people,
        )


def new_key() -> uuid.UUID:
    """What makes pressing a button twice harmless."""
    return uuid.uuid4()
