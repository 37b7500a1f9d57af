"""From what is typed into the settings of the chat to the columns that are kept."""

import ipaddress
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module.models import Unit
from conversations.models import CannedResponse, ChatBlock, ChatInbox

from . import hours, week

LANGUAGES = (
    ("pl", gettext_lazy("Polish")),
    ("en", gettext_lazy("English")),
    ("uk", gettext_lazy("Ukrainian")),
)
LOCAL = ("localhost", "127.0.0.1")
HOST = re.compile(
    r"(?=.{1,190}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*"
)
LONGEST_QUEUE = 500


class InboxForm(forms.ModelForm):
    """An inbox with its week: one line for each day, and one for holidays."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    class Meta:
        model = ChatInbox
        fields = ("name", "code", "unit", "queue_limit")
        labels = {"unit": gettext_lazy("Unit")}
        help_texts = {
            "code": gettext_lazy(
                "Small letters, digits, hyphens. It stands in addresses and never changes."
            ),
            "queue_limit": gettext_lazy(
                "Whoever comes after them is asked to leave a message or to come back."
            ),
        }

    def __init__(self, data: Any = None, *, instance: ChatInbox) -> None:
        super().__init__(data, instance=instance, initial={"revision": instance.revision})
        unit: Any = self.fields["unit"]
        unit.queryset = Unit.objects.filter(Q(closed_at=None) | Q(pk=instance.unit_id))
        self.fields["queue_limit"].min_value = 1  # type: ignore[attr-defined]
        if instance.pk is not None:
            del self.fields["code"]
        for row in week.ROWS:
            self.fields[_day(row)] = _hours_field(row, instance)

    def clean_queue_limit(self) -> int:
        limit: int = self.cleaned_data["queue_limit"]
        if not 1 <= limit <= LONGEST_QUEUE:
            raise ValidationError(_("Write a number from 1 to 500."))
        return limit

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        found: dict[str, list[list[str]]] = {}
        for row in week.ROWS:
            try:
                found[row] = week.read(data.get(_day(row), ""))
            except ValidationError as error:
                self.add_error(_day(row), error)
        data["hours"] = {row: pairs for row, pairs in found.items() if pairs}
        return data

    def columns(self) -> dict[str, Any]:
        names = {"name", "unit", "queue_limit", "hours"} | ({"code"} & set(self.fields))
        return {name: self.cleaned_data[name] for name in names}

    def words(self, inbox: ChatInbox | None = None) -> dict[str, object]:
        """Values by field: of a row, or as they were typed."""
        if inbox is None:
            return {name: str(self.cleaned_data.get(name, "")) for name in self.fields}
        told = {name: str(getattr(inbox, name)) for name in ("name", "unit", "queue_limit")}
        told |= {_day(row): week.write(inbox.hours.get(row, [])) for row in week.ROWS}
        return dict(told)

    def _get_validation_exclusions(self) -> set[str]:
        """Codes are looked at by the database, which is asked when saving."""
        return {*super()._get_validation_exclusions(), "revision", "code"}  # type: ignore[misc]


class ReadyForm(forms.ModelForm):
    """A ready answer: of one inbox or of all, in one language."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    language = forms.ChoiceField(choices=LANGUAGES, label=gettext_lazy("Language"))

    class Meta:
        model = CannedResponse
        fields = ("shortcut", "inbox", "language", "text")
        labels = {"inbox": gettext_lazy("Inbox")}
        help_texts = {
            "shortcut": gettext_lazy("Small letters, digits, hyphens; the agent types / and this."),
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, data: Any = None, *, instance: CannedResponse) -> None:
        super().__init__(data, instance=instance, initial={"revision": instance.revision})
        inbox: Any = self.fields["inbox"]
        inbox.queryset = ChatInbox.objects.filter(Q(closed_at=None) | Q(pk=instance.inbox_id))
        inbox.empty_label = _("all inboxes")

    def clean_shortcut(self) -> str:
        shortcut: str = self.cleaned_data["shortcut"].lower()
        return shortcut

    def columns(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("shortcut", "inbox", "language", "text")}

    def words(self, row: CannedResponse | None = None) -> dict[str, object]:
        names = ("shortcut", "inbox", "language", "text")
        if row is None:
            return {name: str(self.cleaned_data.get(name) or "") for name in names}
        return {name: str(getattr(row, name) or "") for name in names}

    def _get_validation_exclusions(self) -> set[str]:
        """Shortcuts are looked at by the database, which is asked when saving."""
        return {*super()._get_validation_exclusions(), "revision", "shortcut"}  # type: ignore[misc]


class OriginForm(forms.Form):
    """The address of a site, without a path: https://www.gmina.example."""

    origin = forms.CharField(
        label=gettext_lazy("Address of the site"),
        max_length=200,
        help_text=gettext_lazy("For example https://www.gmina.example, without anything after it."),
    )

    def clean_origin(self) -> str:
        """Scheme, host and port as a browser writes them (RFC 6454, section 6.2)."""
        try:
            parts = urlsplit(self.cleaned_data["origin"].strip())
            host, port = _host(parts.hostname or ""), parts.port
        except (ValueError, UnicodeError):
            raise ValidationError(_("This is no address of a site.")) from None
        if parts.scheme not in ("https", "http") or not HOST.fullmatch(host):
            raise ValidationError(_("Begin with https:// and write the name of the site."))
        if (
            parts.username
            or parts.password
            or parts.query
            or parts.fragment
            or parts.path.strip("/")
        ):
            raise ValidationError(
                _("Write only the name of the site: nothing after it, no sign-in.")
            )
        if parts.scheme == "http" and host not in LOCAL:
            raise ValidationError(_("Only sites with https:// may show the chat."))
        usual = {"https": 443, "http": 80}[parts.scheme]
        return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")


class BlockForm(forms.Form):
    """For how long somebody may not chat, and why: a word from a list, so that no names are kept."""

    field_order = ("reason", "days")

    days = forms.TypedChoiceField(
        label=gettext_lazy("For how long"),
        coerce=int,
        choices=(
            (1, gettext_lazy("1 day")),
            (7, gettext_lazy("7 days")),
            (30, gettext_lazy("30 days")),
        ),
        widget=forms.RadioSelect(attrs={"class": "options-inline"}),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=ChatBlock.Reason.choices,
        widget=forms.RadioSelect(attrs={"class": "options-inline"}),
    )

    @property
    def until(self) -> Any:
        return timezone.now() + timedelta(days=self.cleaned_data["days"])


def _day(row: str) -> str:
    return f"hours_{row}"


def _hours_field(row: str, inbox: ChatInbox) -> forms.CharField:
    holidays = row == hours.HOLIDAYS
    hint = _("Days free from work by law; empty means closed, whatever the day of the week.")
    return forms.CharField(
        label=week.label(row),
        required=False,
        max_length=100,
        initial=week.write(inbox.hours.get(row, [])),
        help_text=hint if holidays else "",
    )


def _host(name: str) -> str:
    """As it is asked for on the wire: small letters, other alphabets in Punycode; no bare addresses but the local one."""
    host = name.encode("idna").decode().lower() if name else ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host
    if host in LOCAL:
        return host
    raise ValueError(host)
