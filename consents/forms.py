"""From what an administrator typed to a checked topic, or a new wording of the consent."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from admin_module.models import Unit, User
from admin_module.templatetags.icp_ui import channel_name
from icp import braces
from icp.inputs import DayInput
from recipients.models import CONTACT_KINDS

from .models import ConsentText, Topic
from .topics import TopicData

# What a wording may name; the office's settings fill it in.
KNOWN = ("name", "name_genitive", "controller", "address", "phone", "website", "dpo")


def _channels() -> list[tuple[str, str]]:
    return [(kind, channel_name(kind)) for kind in CONTACT_KINDS]


class TopicForm(forms.Form):
    """One topic; `agreed` is set where its words are part of somebody's consent."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("For example: Municipal waste")
    )
    description = forms.CharField(
        label=_("Description for residents"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stands on the form under the name: what people will get, in plain words."),
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=_("Municipal unit"),
        required=False,
        empty_label=_("the whole office"),
        help_text=_("Only its staff, and the office’s, see and use a topic of a municipal unit."),
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels offered"),
        choices=_channels,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Offer at least one channel.")},
    )
    mandatory = forms.BooleanField(
        label=_("Sent by law, without consent"),
        required=False,
        help_text=_("Warnings and alarms that the municipality must announce."),
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        max_length=200,
        required=False,
        help_text=_("The provision that orders the municipality to inform people."),
    )
    commercial = forms.BooleanField(
        label=_("Commercial information (offers, paid events)"),
        required=False,
        help_text=_(
            "Gets a box of its own on the form, which nobody ticks beforehand"
            " (art. 398 of the electronic communications law)."
        ),
    )
    same_meaning = forms.BooleanField(
        label=_("The new words mean the same as the old ones"), required=False
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    data_checked: TopicData  # there only where the form is valid

    def __init__(self, *args: Any, by: User, agreed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit"]
        unit.queryset = Unit.objects.open().visible_to(by).filter(kind=Unit.Kind.MUNICIPAL)
        if not agreed:
            del self.fields["same_meaning"]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        others = Topic.objects.filter(name__iexact=name).exclude(pk=int(self.initial.get("pk", 0)))
        if others.exists():
            raise forms.ValidationError(
                _("There is a topic of this name already. Choose another name.")
            )
        return name

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        self._check_law(values)
        self._check_meaning(values)
        if not self.errors:
            known = {
                name: values[name] for name in TopicData.__dataclass_fields__ if name in values
            }
            self.data_checked = TopicData(**known)
        return values

    def clean_commercial(self) -> bool:
        commercial = bool(self.cleaned_data["commercial"])
        others = Topic.objects.filter(commercial=True).exclude(pk=int(self.initial.get("pk", 0)))
        if commercial and others.exists():
            raise forms.ValidationError(
                _("There is a topic of commercial information already, and one box on the form.")
            )
        return commercial

    def _check_law(self, values: dict[str, Any]) -> None:
        if values.get("mandatory") and not values.get("legal_basis"):
            self.add_error(
                "legal_basis", _("Name the provision: without one people must be asked to agree.")
            )
        if values.get("mandatory") and values.get("unit"):
            self.add_error("unit", _("Only the whole office informs by law. Take the unit away."))
        if values.get("commercial") and (values.get("mandatory") or values.get("unit")):
            self.add_error(
                "commercial",
                _("Commercial information is the whole office’s, and nobody is sent it by law."),
            )

    def _check_meaning(self, values: dict[str, Any]) -> None:
        """Another meaning under consents that were given is no consent (RODO art. 7)."""
        words = [str(values.get(name, "")) for name in ("name", "description")]
        before = [str(self.initial.get(name, "")) for name in ("name", "description")]
        asked = "same_meaning" in self.fields and words != before
        if asked and not values.get("same_meaning"):
            self.add_error(
                "same_meaning",
                _(
                    "People agreed to the old words. Tick this if you only corrected the wording;"
                    " for another meaning close this topic and open a new one."
                ),
            )


def words_of(values: dict[str, Any]) -> dict[str, object]:
    """A topic's values as people read them, by the names of the form's fields."""
    unit = values.get("unit")
    return values | {
        "unit": str(unit) if unit else _now("the whole office"),
        "channels": ", ".join(channel_name(kind) for kind in values.get("channels", ())),
        "mandatory": _now("yes") if values.get("mandatory") else _now("no"),
        "commercial": _now("yes") if values.get("commercial") else _now("no"),
    }


class ConsentTextForm(forms.Form):
    """A new version of the words that people sign; an old one is never changed."""

    valid_from = forms.DateField(
        label=_("In force from"),
        widget=DayInput(),
        help_text=_("Forms printed from this day on carry these words."),
    )
    statement = forms.CharField(
        label=_("Statement"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 5})
    )
    privacy_notice = forms.CharField(
        label=_("Privacy notice"),
        max_length=12_000,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=_("Paragraphs of the form “Title: text”, with an empty line between them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about: dict[str, str] = {}  # names of the fields below, by their key in own_words
        for topic in Topic.objects.open().filter(mandatory=False):
            self._add_own_words(f"topic:{topic.pk}", topic.name)
        for kind in CONTACT_KINDS:
            self._add_own_words(f"channel:{kind}", channel_name(kind))

    def _add_own_words(self, key: str, label: str) -> None:
        name = key.replace(":", "_")
        self.about[key] = name
        self.fields[name] = forms.CharField(
            label=label,
            max_length=400,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
            initial=(self.initial.get("own_words") or {}).get(key, ""),
        )

    @property
    def fields_about_topics(self) -> list[forms.BoundField]:
        return [self[name] for key, name in self.about.items() if key.startswith("topic:")]

    @property
    def fields_about_channels(self) -> list[forms.BoundField]:
        return [self[name] for key, name in self.about.items() if key.startswith("channel:")]

    def clean(self) -> dict[str, Any]:
        """Gathers what is said about single topics and channels as `own_words`."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        own = {key: " ".join(values.pop(name, "").split()) for key, name in self.about.items()}
        for key, words in own.items():
            try:
                _placeholders_known(words)
            except forms.ValidationError as error:
                self.add_error(self.about[key], error)
        values["own_words"] = {key: words for key, words in own.items() if words}
        return values

    @property
    def text(self) -> ConsentText:
        """The words of a valid form as a version that is not saved, to look at."""
        return ConsentText(version=0, **self.cleaned_data)

    def clean_valid_from(self) -> Any:
        day = self.cleaned_data["valid_from"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Choose today or a later day."))
        if ConsentText.objects.filter(valid_from__gt=day).exists():
            raise forms.ValidationError(
                _("A later version is prepared already. Choose a day after it.")
            )
        return day

    def clean_statement(self) -> str:
        return _placeholders_known(self.cleaned_data["statement"])

    def clean_privacy_notice(self) -> str:
        text = _placeholders_known(self.cleaned_data["privacy_notice"]).replace("\r\n", "\n")
        loose = [part for part in text.split("\n\n") if part.strip() and ": " not in part]
        if loose:
            raise forms.ValidationError(
                ngettext(
                    "%(n)d paragraph has no title. Begin it with words and a colon.",
                    "%(n)d paragraphs have no title. Begin them with words and a colon.",
                    len(loose),
                )
                % {"n": len(loose)}
            )
        return text


def _placeholders_known(text: str) -> str:
    try:
        braces.check(text, KNOWN)
    except braces.UnknownPlaceholder as unknown:
        raise forms.ValidationError(str(unknown)) from unknown
    return text
