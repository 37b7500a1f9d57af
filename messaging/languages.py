"""From the fields of a text to a tab for each language: its words, its SMS parts, what it lacks."""

from dataclasses import dataclass

from django.forms import BoundField

from messaging import lacking
from messaging.forms.wording import OTHERS, WordingForm
from messaging.models import MessageText
from messaging.pricing import SmsPrice, sms_price
from messaging.variants import PARTS, in_language
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
    polish, texts = _texts(form)
    return [
        Tab(
            code=code,
            label=str(Language(code).label),
            native=NATIVE[code],
            title=form[f"{code}_title"],
            short=form[f"{code}_short"],
            long=form[f"{code}_long"],
            sms=sms_price(in_language(polish, texts[code]), people),
            lacks=lacking.lacks(polish, texts[code]) if texts[code] else [],
            written=texts[code] is not None,
            has_errors=any(form[f"{code}_{part}"].errors for part in PARTS),
        )
        for code in OTHERS
    ]


def _texts(form: WordingForm) -> tuple[MessageText, dict[str, MessageText | None]]:
    """As typed, whether it may be saved or not."""

    def typed(start: str) -> MessageText:
        values = {part: str(form[f"{start}{part}"].value() or "") for part in PARTS}
        plain = bool(form["transliterate_sms"].value())
        return MessageText(
            **{part: text.replace("\r\n", "\n") for part, text in values.items()},
            transliterate_sms=plain and not start,
        )

    texts = {code: typed(f"{code}_") for code in OTHERS}
    return typed(""), {
        code: text if text.title or text.short or text.long else None
        for code, text in texts.items()
    }
