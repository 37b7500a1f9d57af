"""From the fields of a text, in Polish and in other languages, to the words of a message or a template."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icp import braces
from messaging.models import MessageText, Variants
from messaging.texts import short_links
from messaging.texts.placeholders import OF_MESSAGE, PLACEHOLDERS
from messaging.texts.pricing import sms_price
from messaging.texts.variants import PARTS, in_language
from recipients.models import Language

MOST_SMS_PARTS = 10  # Twilio refuses a text longer than 1600 characters: ten parts
OTHERS = tuple(code for code in Language.values if code != Language.PL)
LIMITS = {"title": 150, "short": 1600, "long": 20_000}


def text_field(rows: int, part: str, label: Any) -> forms.CharField:
    """A field of several lines that may be empty."""
    return forms.CharField(
        label=label,
        widget=forms.Textarea(
            attrs={"rows": rows} | ({"data-markdown": ""} if part == "long" else {})
        ),
        max_length=LIMITS[part],
        required=False,
        strip=True,
    )


class WordingForm(forms.Form):
    """What is said. Other languages have the fields `uk_title`, `uk_short`, `uk_long`, `en_title`…"""

    title = forms.CharField(
        label=_("Title"),
        max_length=LIMITS["title"],
        help_text=_("The subject of the e-mail and the heading in the app."),
        error_messages={"required": _("Give the message a title: also a draft is found by it.")},
    )
    short = text_field(4, "short", _("Short version – SMS and the app's notice"))
    transliterate_sms = forms.BooleanField(
        label=_("Write the SMS without Polish letters"), required=False
    )
    proof_link = forms.BooleanField(
        label=_("End the SMS with an address that proves it is genuine"), required=False
    )
    long = text_field(9, "long", _("Full version – e-mail and ePUAP"))
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in OTHERS:
            self.fields[f"{code}_title"] = forms.CharField(
                label=_("Title"), max_length=LIMITS["title"], required=False
            )
            self.fields[f"{code}_short"] = text_field(4, "short", _("Short version"))
            self.fields[f"{code}_long"] = text_field(9, "long", _("Full version"))

    @staticmethod
    def initial_words(text: MessageText, variants: Variants | None) -> dict[str, object]:
        """What the fields show of stored words."""
        shown: dict[str, object] = {
            "title": text.title,
            "short": text.short,
            "long": text.long,
            "transliterate_sms": text.transliterate_sms,
            "proof_link": text.proof_link,
            "sender_name": text.sender_name,
            "reply_to": text.reply_to,
        }
        for code in OTHERS:
            variant = (variants and variants.of(code)) or MessageText()
            shown |= {f"{code}_{part}": getattr(variant, part) for part in PARTS}
        return shown

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        self._check_placeholders(data)
        for code in (Language.PL.value, *OTHERS):
            if sms_price(self.words_in(code), 0).chosen.parts > MOST_SMS_PARTS:
                field = "short" if code == Language.PL else f"{code}_short"
                self.add_error(field, _("This is more than 10 SMS parts. Shorten it."))
        return data

    def _check_placeholders(self, data: dict[str, Any]) -> None:
        names = [*PARTS, *(f"{code}_{part}" for code in OTHERS for part in PARTS)]
        for name in names:
            allowed = {**PLACEHOLDERS, **(OF_MESSAGE if name.endswith("short") else {})}
            try:
                braces.check(data.get(name) or "", allowed)
            except braces.UnknownPlaceholder as unknown:
                self.add_error(name, str(unknown))

    def text(self) -> MessageText:
        """The Polish texts as far as they are valid."""
        data = self.cleaned_data
        return MessageText(
            title=data.get("title") or "",
            short=lines(data.get("short")),
            long=lines(data.get("long")),
            transliterate_sms=bool(data.get("transliterate_sms")),
            sender_name=data.get("sender_name") or "",
            reply_to=data.get("reply_to") or "",
            proof_link=bool(data.get("proof_link")),
        )

    def variants(self) -> Variants:
        """What was written in other languages; a language without a word is no variant."""
        return Variants(**{code: self._variant(code) for code in OTHERS})

    def _variant(self, code: str) -> MessageText | None:
        parts = {part: lines(self.cleaned_data.get(f"{code}_{part}")) for part in PARTS}
        return MessageText(**parts) if any(parts.values()) else None  # type: ignore[arg-type]

    def words_in(self, code: str) -> MessageText:
        """What readers of this language would get."""
        return in_language(self.text(), self.variants().of(code))

    def everything(self) -> list[MessageText]:
        """The words in every language, Polish first."""
        return [self.words_in(code) for code in (Language.PL.value, *OTHERS)]

    def copy_polish(self, code: str) -> None:
        """Put the Polish words into the fields of another language, to be translated there."""
        shown = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict or a dict
        for part in PARTS:
            shown[f"{code}_{part}"] = shown.get(part, "")
        self.data = shown

    @property
    def proof_length(self) -> int:
        """Characters of the address at the end of an SMS; 0 where the office has set none."""
        return len(short_links.tail(MessageText(short="x", proof_link=True)))


def lines(text: str | None) -> str:
    """Browsers send CRLF; one line feed is one character of an SMS."""
    return (text or "").replace("\r\n", "\n")
