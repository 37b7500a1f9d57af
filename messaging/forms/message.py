"""From the fields of the compose screen to the text, the channels and the times of a message."""

import uuid
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from consents.models import Topic
from messaging.hours.moments import which_of_two
from messaging.models import Message
from messaging.models.message import ALERTING
from messaging.steps.publishing import may_be_public
from recipients.models import CONTACT_KINDS

from .moments import MomentField, WhichHourField, choose_hours
from .steps import StepsForm
from .wording import WordingForm

CHANNEL_NAMES = {
    "email": _("E-mail"),
    "sms": _("SMS"),
    "epuap": _("ePUAP"),
    "push": _("App"),
}
SHORT_CHANNELS = {"sms", "push"}
LONG_CHANNELS = {"email", "epuap"}


class MessageForm(StepsForm, WordingForm):
    """A draft may be unfinished; with `complete` everything needed for sending must be there."""

    klass = forms.ChoiceField(
        label=_("Kind of message"),
        choices=[
            (klass.value, capfirst(klass.label))
            for klass in (Message.Klass.INFORMATION, Message.Klass.WARNING, Message.Klass.ALARM)
        ],
        widget=forms.RadioSelect,
        initial=Message.Klass.INFORMATION,
        error_messages={"required": _("Choose information, warning or alarm.")},
    )
    topic = forms.ModelChoiceField(
        Topic.objects.all(),
        label=_("Topic of the consent"),
        required=False,
        empty_label=_("choose a topic"),
        help_text=_("Only people who agreed to this topic get the message."),
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        choices=[(kind, CHANNEL_NAMES[kind]) for kind in CONTACT_KINDS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    when = forms.ChoiceField(
        label=_("When"),
        choices=[("now", _("At once")), ("later", _("At a chosen time"))],
        widget=forms.RadioSelect,
        initial="now",
        required=False,
    )
    due_at = MomentField(label=_("Send at"), required=False)
    due_which = WhichHourField()
    expires_at = MomentField(
        label=_("Do not send after"),
        required=False,
        help_text=_("What did not go out by then is left out, e.g. after the power is back."),
    )
    public = forms.BooleanField(
        label=_("Publish it for everybody, too"),
        required=False,
        help_text=_(
            "On the page of alerts and in the app, also without a code. Two people must not read different texts, so no names or addresses in braces."
        ),
    )
    # For which kind the box above was shown: another kind begins with its own default.
    public_for = forms.CharField(widget=forms.HiddenInput, required=False)
    filter = forms.CharField(
        label=_("Advanced filter (JSON)"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "class": "mono"}),
        required=False,
        help_text=_("When it is filled in, it is used instead of the conditions above."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: User, complete: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.complete = complete
        choose_hours(self, due_at="due_which")
        self.public_set = False  # by the kind that was chosen, not by a hand
        topic = cast(forms.ModelChoiceField, self.fields["topic"])
        topic.queryset = Topic.objects.visible_to(user).open()
        if user.scope is not None:  # a school must not write in the name of the town hall
            self.fields["sender_name"].disabled = True

    @classmethod
    def of(cls, message: Message, *, user: User) -> "MessageForm":
        """A saved draft, read as if somebody had just asked to send it."""
        form = cls(cls.initial_for(message), user=user, complete=True)
        form.full_clean()
        return form

    @classmethod
    def initial_for(cls, message: Message | None) -> dict[str, object]:
        """What the fields show before anybody typed."""
        if message is None:
            return {
                "form_key": uuid.uuid4(),
                "revision": 0,
                "channels": ["sms", "email"],
                "public_for": Message.Klass.INFORMATION,
                **cls.initial_steps(None),
            }
        text = message.text
        return {
            "klass": message.klass,
            "topic": message.topic_id,
            "channels": message.channels,
            **cls.initial_words(text, message.variants),
            "when": "later" if message.due_at else "now",
            "due_at": message.due_at,
            "due_which": which_of_two(message.due_at),
            "expires_at": message.expires_at,
            "public": message.public,
            "public_for": message.klass,
            **cls.initial_steps(message),
            "revision": message.revision,
            "form_key": message.form_key or "",
        }

    def clean_klass(self) -> str:
        klass: str = self.cleaned_data["klass"]
        if klass == Message.Klass.ALARM and not self.user.has_perm("messaging.send_alarm"):
            raise forms.ValidationError(
                _("Only people on duty may send an alarm. Choose a warning or ask one of them.")
            )
        return klass

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self._check_public(data)
        self._check_times(data)
        self.check_steps(data)
        if self.complete:
            self._check_complete(data)
        return data

    def _check_public(self, data: dict[str, Any]) -> None:
        """Alarms and warnings are for everybody unless somebody says otherwise."""
        klass, fits = data.get("klass"), may_be_public(*self.everything())
        if klass and data.get("public_for") != klass:
            data["public"] = klass in ALERTING and fits
            shown = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict or a dict
            shown["public"], shown["public_for"] = data["public"] and "on", klass
            self.data = shown  # the box shows what holds now
            self.public_set = True
        if data.get("public") and not fits:
            self.add_error(
                "public",
                _(
                    "Everybody would read it, so take the names in braces out of the texts, or do not publish it."
                ),
            )

    def _check_times(self, data: dict[str, Any]) -> None:
        if data.get("when") != "later":
            data["due_at"] = None
        elif not data.get("due_at") and "due_at" not in self.errors:
            self.add_error("due_at", _("Say at what time it is to be sent."))
        due, expires = data.get("due_at"), data.get("expires_at")
        now = timezone.now()
        if due and due < now:
            self.add_error("due_at", _("This time has passed. Choose a later one or “At once”."))
        if expires and expires <= (due or now):
            self.add_error("expires_at", _("The last moment must be after the sending."))

    def _check_complete(self, data: dict[str, Any]) -> None:
        channels = set(data.get("channels") or ())
        if not channels and "channels" not in self.errors:
            self.add_error("channels", _("Choose at least one channel."))
        if "topic" not in self.errors:
            self._check_topic(data.get("topic"), data.get("klass"))
        self._check_text("short", channels & SHORT_CHANNELS, data)
        self._check_text("long", channels & LONG_CHANNELS, data)

    def _check_topic(self, topic: Topic | None, klass: str | None) -> None:
        """An alarm passes over a refusal only where the law makes the topic mandatory (or names none)."""
        if klass != Message.Klass.ALARM and topic is None:
            self.add_error("topic", _("Choose a topic: consents are given topic by topic."))
        elif klass == Message.Klass.ALARM and topic is not None and not topic.mandatory:
            self.add_error(
                "topic",
                _(
                    "An alarm reaches people who did not agree, too: choose a topic that the law makes mandatory, or none. Otherwise send a warning."
                ),
            )

    def _check_text(self, name: str, channels: set[str], data: dict[str, Any]) -> None:
        if channels and not data.get(name) and name not in self.errors:
            names = ", ".join(
                str(CHANNEL_NAMES[kind]) for kind in CONTACT_KINDS if kind in channels
            )
            self.add_error(
                name,
                _("Write the text: you chose %(channels)s. Or take the channel off.")
                % {"channels": names},
            )

    def mark_needed(self) -> None:
        """For the page: a draft may lack a topic, and yet it is no optional field."""
        self.fields["topic"].required = True

    def fill_in(self, message: Message) -> None:
        """Put what is valid of the fields into the message; saving is the caller's."""
        data = self.cleaned_data
        message.klass = data.get("klass") or Message.Klass.INFORMATION
        message.topic = data.get("topic")
        message.channels = [kind for kind in CONTACT_KINDS if kind in (data.get("channels") or ())]
        message.text, message.variants = self.text(), self.variants()
        message.due_at = data.get("due_at")
        message.expires_at = data.get("expires_at")
        message.public = bool(data.get("public"))
        self.fill_in_steps(message)
