"""From the fields of the compose screen to the text, the channels and the times of a message."""

import uuid
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from consents.models import Topic
from messaging import short_links
from messaging.models import Message, MessageText
from messaging.models.message import ALERTING
from messaging.placeholders import UnknownPlaceholder, check_placeholders
from messaging.pricing import sms_price
from messaging.publishing import may_be_public
from recipients.models import CONTACT_KINDS

CHANNEL_NAMES = {
    "email": _("E-mail"),
    "sms": _("SMS"),
    "epuap": _("ePUAP"),
    "push": _("App"),
}
SHORT_CHANNELS = {"sms", "push"}
LONG_CHANNELS = {"email", "epuap"}
MOST_SMS_PARTS = 10  # Twilio refuses a text longer than 1600 characters: ten parts
_TEXT_FIELDS = ("title", "short", "long")


class LocalDateTime(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class MessageForm(forms.Form):
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
    title = forms.CharField(
        label=_("Title"),
        max_length=150,
        help_text=_("The subject of the e-mail and the heading in the app."),
        error_messages={"required": _("Give the message a title: also a draft is found by it.")},
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        choices=[(kind, CHANNEL_NAMES[kind]) for kind in CONTACT_KINDS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    short = forms.CharField(
        label=_("Short version – SMS and the app's notice"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1600,
        required=False,
        strip=True,
    )
    transliterate_sms = forms.BooleanField(
        label=_("Write the SMS without Polish letters"), required=False
    )
    proof_link = forms.BooleanField(
        label=_("End the SMS with an address that proves it is genuine"), required=False
    )
    long = forms.CharField(
        label=_("Full version – e-mail and ePUAP"),
        widget=forms.Textarea(attrs={"rows": 9}),
        max_length=20_000,
        required=False,
        strip=True,
        help_text=_("**bold**, *italic*, - list, [link](https://…), ## heading"),
    )
    sender_name = forms.CharField(
        label=_("Sender's name"),
        max_length=60,
        required=False,
        help_text=_("Empty: the name of your unit."),
    )
    reply_to = forms.EmailField(
        label=_("Address for replies"),
        required=False,
        help_text=_("Where answers to the e-mail go, e.g. sekretariat@zazolcin.example"),
    )
    when = forms.ChoiceField(
        label=_("When"),
        choices=[("now", _("At once")), ("later", _("At a chosen time"))],
        widget=forms.RadioSelect,
        initial="now",
        required=False,
    )
    due_at = forms.DateTimeField(label=_("Send at"), widget=LocalDateTime(), required=False)
    expires_at = forms.DateTimeField(
        label=_("Do not send after"),
        widget=LocalDateTime(),
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
            }
        text = message.text
        return {
            "klass": message.klass,
            "topic": message.topic_id,
            "channels": message.channels,
            "title": text.title,
            "short": text.short,
            "long": text.long,
            "transliterate_sms": text.transliterate_sms,
            "proof_link": text.proof_link,
            "sender_name": text.sender_name,
            "reply_to": text.reply_to,
            "when": "later" if message.due_at else "now",
            "due_at": message.due_at,
            "expires_at": message.expires_at,
            "public": message.public,
            "public_for": message.klass,
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
        data: dict[str, Any] = super().clean() or self.cleaned_data
        self._check_placeholders(data)
        self._check_public(data)
        self._check_times(data)
        if self.complete:
            self._check_complete(data)
        if sms_price(self.text(), 0).chosen.parts > MOST_SMS_PARTS:
            self.add_error("short", _("This is more than 10 SMS parts. Shorten it."))
        return data

    def _check_placeholders(self, data: dict[str, Any]) -> None:
        for name in _TEXT_FIELDS:
            try:
                check_placeholders(data.get(name) or "")
            except UnknownPlaceholder as unknown:
                self.add_error(name, str(unknown))

    def _check_public(self, data: dict[str, Any]) -> None:
        """Alarms and warnings are for everybody unless somebody says otherwise."""
        klass, fits = data.get("klass"), may_be_public(self.text())
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
        alarm = data.get("klass") == Message.Klass.ALARM  # needs no consent, so no topic either
        if not (data.get("topic") or alarm) and "topic" not in self.errors:
            self.add_error("topic", _("Choose a topic: consents are given topic by topic."))
        self._check_text("short", channels & SHORT_CHANNELS, data)
        self._check_text("long", channels & LONG_CHANNELS, data)

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

    def text(self) -> MessageText:
        """The texts as far as they are valid."""
        data = self.cleaned_data
        return MessageText(
            title=data.get("title") or "",
            short=_lines(data.get("short")),
            long=_lines(data.get("long")),
            transliterate_sms=bool(data.get("transliterate_sms")),
            sender_name=data.get("sender_name") or "",
            reply_to=data.get("reply_to") or "",
            proof_link=bool(data.get("proof_link")),
        )

    @property
    def proof_length(self) -> int:
        """Characters of the address at the end of an SMS; 0 where the office has set none."""
        return len(short_links.tail(MessageText(short="x", proof_link=True)))

    def fill_in(self, message: Message) -> None:
        """Put what is valid of the fields into the message; saving is the caller's."""
        data = self.cleaned_data
        message.klass = data.get("klass") or Message.Klass.INFORMATION
        message.topic = data.get("topic")
        message.channels = [kind for kind in CONTACT_KINDS if kind in (data.get("channels") or ())]
        message.text = self.text()
        message.due_at = data.get("due_at")
        message.expires_at = data.get("expires_at")
        message.public = bool(data.get("public"))


def _lines(text: str | None) -> str:
    """Browsers send CRLF; one line feed is one character of an SMS."""
    return (text or "").replace("\r\n", "\n")
