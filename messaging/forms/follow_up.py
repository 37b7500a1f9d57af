"""From the few fields of a correction or a call-off to what is asked for."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from messaging.forms.message import MessageForm
from messaging.models import Message
from messaging.steps import following
from messaging.steps.follow_ups import Kind, root_of
from messaging.steps.following import Wish
from messaging.texts import attachments

LONGEST = 1000
LANGUAGE_LABELS = {"uk": _("The same in Ukrainian"), "en": _("The same in English")}
ASKS = {
    Kind.CORRECTION: (
        _("What is right?"),
        _("A sentence or two. It comes first; the old text is quoted under it."),
    ),
    Kind.CALL_OFF: (
        _("Why it is called off, and what to do now"),
        _("For example: The danger has passed, you can go home. The old text is quoted under it."),
    ),
}


class FollowUpForm(forms.Form):
    """`message` is what was looked at: the first one, or an earlier follow-up."""

    words = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST, required=False, strip=True
    )
    with_unknown = forms.BooleanField(
        label=_("Also to people whose state is unknown"),
        help_text=_("Perhaps they got the message, perhaps not: no answer came."),
        required=False,
        initial=True,
    )
    cancel_rest = forms.BooleanField(
        label=_("Cancel the rest of the sending that still goes on"),
        help_text=_("Otherwise this message waits until the other one has gone out to its end."),
        required=False,
        initial=True,
    )
    with_files = forms.BooleanField(
        label=_("Send the same files along"),
        required=False,
        initial=False,
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(
        self, *args: Any, message: Message, kind: str, user: User, moving: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.message, self.kind, self.user = message, Kind(kind), user
        words = self.fields["words"]
        words.label, words.help_text = ASKS[self.kind]
        words.required = self.kind == Kind.CORRECTION
        words.error_messages["required"] = _(
            "Say what is right: a correction without it helps nobody."
        )
        for code in root_of(message).languages[1:]:
            self.fields[f"words_{code}"] = forms.CharField(
                label=LANGUAGE_LABELS[code],
                widget=forms.Textarea(attrs={"rows": 3, "lang": code}),
                max_length=LONGEST,
                required=False,
                strip=True,
                help_text=_("Empty: whoever reads this language gets the Polish words."),
            )
        if not moving:
            del self.fields["cancel_rest"]
        self._offer_files()
        self.order_fields(
            ["words", "words_uk", "words_en", "with_files", "with_unknown", "cancel_rest"]
        )

    def _offer_files(self) -> None:
        """A correction may carry what was attached; a call-off says that it does not count any more."""
        names = [row.name for row in attachments.files_of(self.message)]
        if not names or self.kind != Kind.CORRECTION:
            del self.fields["with_files"]
            return
        self.fields["with_files"].help_text = _(
            "%(names)s. Leave it empty where a file was wrong: in “Change all the texts” you can attach another one."
        ) % {"names": ", ".join(names)}

    def clean(self) -> dict[str, Any]:
        """The message that would be made has to be one that could be sent."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            draft = following.drafted(self.message, self.wish(), by=self.user)
            errors = MessageForm.of(draft, user=self.user).errors
            for name in errors:
                self.add_error(
                    "words" if name in {"title", "short", "long"} else None, errors[name]
                )
        return data

    def wish(self) -> Wish:
        """What is asked for."""
        data = self.cleaned_data
        words = {"pl": data.get("words") or ""}
        words |= {code: data.get(f"words_{code}") or "" for code in LANGUAGE_LABELS}
        return Wish(
            kind=self.kind,
            words={code: text.replace("\r\n", "\n") for code, text in words.items() if text},
            with_unknown=bool(data.get("with_unknown")),
            cancel_rest=bool(data.get("cancel_rest")),
            with_files=bool(data.get("with_files")),
            form_key=data.get("form_key"),
        )
