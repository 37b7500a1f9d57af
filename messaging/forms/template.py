"""From the fields of a template to its name, its folder and its words."""

import uuid
from typing import Any, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from admin_module.models import User
from consents.models import Topic
from messaging.ledger import escalating
from messaging.models import Message, MessageTemplate, TemplateFolder
from messaging.shelf.templating import Words, newest, words_of
from recipients.models import CONTACT_KINDS

from .message import CHANNEL_NAMES
from .wording import WordingForm


class TemplateForm(WordingForm):
    """A template may lack anything but its name; the message begun from it is checked as any other."""

    name = forms.CharField(
        label=_("Name of the template"),
        max_length=100,
        help_text=_("As staff look for it, e.g. “Water cut off – planned works”."),
        error_messages={"required": _("Give the template a name.")},
    )
    folder = forms.ModelChoiceField(
        TemplateFolder.objects.none(),
        label=pgettext_lazy("template", "Folder"),
        required=False,
        empty_label=_("no folder"),
    )
    klass = forms.ChoiceField(
        label=_("Kind of message"),
        choices=[
            (klass.value, capfirst(klass.label))
            for klass in (Message.Klass.INFORMATION, Message.Klass.WARNING, Message.Klass.ALARM)
        ],
        initial=Message.Klass.INFORMATION,
    )
    topic = forms.ModelChoiceField(
        Topic.objects.none(),
        label=_("Topic of the consent"),
        required=False,
        empty_label=_("chosen in the message"),
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        choices=[(kind, CHANNEL_NAMES[kind]) for kind in CONTACT_KINDS],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "options-inline"}),
        required=False,
    )
    escalation_minutes = forms.IntegerField(
        label=_("App first, SMS after so many minutes"),
        required=False,
        min_value=escalating.FEWEST_MINUTES,
        max_value=escalating.MOST_MINUTES,
        help_text=_("Only to those who did not open it. Empty: everything at once."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    field_order = ("name", "folder", "klass", "topic", "channels")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        folder = cast(forms.ModelChoiceField, self.fields["folder"])
        folder.queryset = TemplateFolder.objects.visible_to(user)
        topic = cast(forms.ModelChoiceField, self.fields["topic"])
        topic.queryset = Topic.objects.visible_to(user).open()
        if user.scope is not None:  # a school must not write in the name of the town hall
            self.fields["sender_name"].disabled = True

    @classmethod
    def initial_for(cls, template: MessageTemplate | None) -> dict[str, object]:
        """What the fields show before anybody typed."""
        if template is None:
            return {"form_key": uuid.uuid4(), "revision": 0, "channels": ["sms", "email"]}
        words = words_of(newest(template))
        plan = escalating.read(words.escalation)
        return {
            "name": template.name,
            "folder": template.folder_id,
            "revision": template.revision,
            **cls.initial_of(words),
            "escalation_minutes": plan.after_minutes if plan else None,
        }

    @classmethod
    def initial_of(cls, words: Words) -> dict[str, object]:
        """What the fields show of a version's words."""
        return {
            "klass": words.klass,
            "topic": words.topic.pk if words.topic else None,
            "channels": list(words.channels),
            **cls.initial_words(words.text, words.variants),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        pair = {escalating.FIRST, escalating.THEN}
        if data.get("escalation_minutes") and not pair <= {*(data.get("channels") or ())}:
            self.add_error(
                "escalation_minutes", _("For this, choose both the app and SMS as channels.")
            )
        return data

    def words(self) -> Words:
        """What the version would keep."""
        data = self.cleaned_data
        minutes = data.get("escalation_minutes")
        return Words(
            text=self.text(),
            variants=self.variants(),
            klass=data.get("klass") or Message.Klass.INFORMATION,
            topic=data.get("topic"),
            channels=tuple(kind for kind in CONTACT_KINDS if kind in (data.get("channels") or ())),
            escalation=escalating.Escalation(minutes).as_json() if minutes else {},
        )


class FolderForm(forms.Form):
    """The name of a folder."""

    name = forms.CharField(
        label=_("Name of the folder"),
        max_length=80,
        help_text=_("For example: Water and heating, Winter, Culture."),
        error_messages={"required": _("Give the folder a name.")},
    )


class TemplatesFileForm(forms.Form):
    """A file of templates from this or another office."""

    file = forms.FileField(
        label=_("File with templates"),
        widget=forms.FileInput(attrs={"accept": ".json"}),
        help_text=_("A JSON file that ICP made, at most 1 MB."),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
