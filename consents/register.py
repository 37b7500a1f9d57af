"""From the words of an address to rows of the register of consents: every yes and every no, the newest first."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from admin_module.templatetags.icp_ui import channel_name
from icp.encryption.identifier import check_identifier
from icp.inputs import DayInput
from recipients.models import CONTACT_KINDS, Recipient

from . import desk
from .models import Consent, ConsentText, Topic
from .models.agreeing import ConsentQuerySet

EXPORT_COLUMNS = (
    _("Moment"),
    _("Act"),
    _("Topic"),
    _("Channel"),
    _("How"),
    _("Form"),
    _("Wording version"),
    _("Identifier"),
)
CHUNK = 2_000


def _channels() -> list[tuple[str, Any]]:
    return [("", _("every channel")), *((kind, channel_name(kind)) for kind in CONTACT_KINDS)]


class RegisterFilter(forms.Form):
    """Everything in it is an id, a code or a date, so that it may stand in an address."""

    topic = forms.ModelChoiceField(
        Topic.objects.none(), label=_("Topic"), required=False, empty_label=_("every topic")
    )
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=_channels)
    act = forms.ChoiceField(
        label=_("Yes or no"),
        required=False,
        choices=[("", _("both")), *Consent.Act.choices],
    )
    how = forms.ChoiceField(
        label=_("How it was said"),
        required=False,
        choices=[("", _("in any way")), *Consent.How.choices],
    )
    version = forms.ModelChoiceField(
        ConsentText.objects.all(),
        label=_("Wording version"),
        required=False,
        to_field_name="version",
        empty_label=_("every version"),
    )
    since = forms.DateField(label=_("From day"), required=False, widget=DayInput())
    until = forms.DateField(label=_("To day"), required=False, widget=DayInput())
    person = forms.IntegerField(required=False, widget=forms.HiddenInput)
    form = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    before = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        topic: Any = self.fields["topic"]
        topic.queryset = Topic.objects.visible_to(by)

    def rows(self) -> ConsentQuerySet:
        """The acts asked for, the newest first; none where the filter makes no sense."""
        acts = Consent.objects.visible_to(self.by)
        if not self.is_valid():
            return acts.none()
        asked = self.cleaned_data
        wanted = {
            "topic": asked["topic"],
            "channel": asked["channel"],
            "act": asked["act"],
            "how": asked["how"],
            "text": asked["version"],
            "form__number": asked["form"],
            "at__gte": midnight(asked["since"]),
            "at__lt": midnight(asked["until"], days=1),
            "pk__lt": asked["before"],
        }
        conditions = Q(**{name: value for name, value in wanted.items() if value})
        if asked["person"]:  # what was said on a card that was merged is theirs, too
            own = Q(recipient=asked["person"]) | Q(recipient__merged_into=asked["person"])
            conditions &= own
        return acts.filter(conditions).order_by("-pk")

    def address(self, **changed: object) -> str:
        """The same filter as a query string with some of it changed; None takes a part out."""
        kept = {name: value for name, value in self.data.items() if value and name in self.fields}
        query = QueryDict(mutable=True)
        for name, value in {**kept, **changed}.items():
            if value is not None:
                query[name] = str(value)
        return f"?{query.urlencode()}"


def looked_for(text: str, *, by: User) -> dict[str, object] | None:
    """What the search box means as a part of the filter: one form, or one person; None: nobody."""
    form = desk.find(text, by=by)
    if form is not None:
        return {"form": form.number}
    typed = "".join(text.split()).replace("-", "").upper()
    if not check_identifier(typed):
        return None
    person = Recipient.objects.visible_to(by).filter(identifier=typed).first()
    return {"person": person.merged_into_id or person.pk} if person else None


def export(rows: ConsentQuerySet) -> Iterator[tuple[object, ...]]:
    """The rows of the file: an identifier stands for the person, no name and no address."""
    fields = (
        "at", "act", "topic__name", "channel", "how", "form__number", "text__version",
        "recipient__identifier",
    )  # fmt: skip
    for at, act, topic, kind, how, form, version, identifier in rows.values_list(*fields).iterator(
        chunk_size=CHUNK
    ):
        yield (
            timezone.localtime(at).isoformat(timespec="seconds"),
            Consent.Act(act).label,
            topic,
            channel_name(kind),
            Consent.How(how).label,
            form or "",
            version,
            identifier,
        )


def midnight(day: date | None, days: int = 0) -> datetime | None:
    """The start of a day, as a moment that the index by moment can be asked for."""
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time()))
