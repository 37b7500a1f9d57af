"""From the fields of a text to a tab for each language: its words, its SMS parts, what it lacks."""

from dataclasses import dataclass

from django.forms import BoundField

from messaging.forms.wording import OTHERS, WordingForm
from messaging.models import MessageText
from messaging.texts import lacking
from messaging.texts.pricing import SmsPrice, sms_price
from messaging.texts.variants import PARTS, in_language
from recipients.models import Language


@dataclass(frozen=True, slots=True)
class Tab:
    """One language besides Polish. `written`: somebody began a text in it."""

    code: str
    label: str
    native: str
    title: BoundField
    short: BoundField
    long: BoundField
    sms: SmsPrice
    lacks: list[str]
    written: bool
    has_errors: bool


NATIVE = {"uk": "українська", "en": "English"}


def tabs_of(form: WordingForm, *, people: int | None) -> list[Tab]:
    """`people`: how many get an SMS, whatever they read."""
    polish = _typed(form, "")
    return [_tab(form, code, polish, people) for code in OTHERS]


def _tab(form: WordingForm, code: str, polish: MessageText, people: int | None) -> Tab:
    text = _typed(form, f"{code}_")
    written = bool(text.title or text.short or text.long)
    return Tab(
        code=code,
        label=str(Language(code).label),
        native=NATIVE[code],
        title=form[f"{code}_title"],
        short=form[f"{code}_short"],
        long=form[f"{code}_long"],
        sms=sms_price(in_language(polish, text if written else None), people),
        lacks=lacking.lacks(polish, text) if written else [],
        written=written,
        has_errors=any(form[f"{code}_{part}"].errors for part in PARTS),
    )


def _typed(form: WordingForm, start: str) -> MessageText:
    """As typed, whether it may be saved or not."""

    def value(part: str) -> str:
        return str(form[f"{start}{part}"].value() or "").replace("\r\n", "\n")

    return MessageText(
        title=value("title"),
        short=value("short"),
        long=value("long"),
        transliterate_sms=bool(form["transliterate_sms"].value()) and not start,
    )
