"""From words that are being written, in a message or in a template, to what stands beside them."""

from typing import Any

from admin_module.http import StaffRequest
from messaging.forms.languages import tabs_of
from messaging.forms.wording import WordingForm
from messaging.models import Message
from messaging.texts.placeholders import OF_MESSAGE, PLACEHOLDERS
from messaging.texts.previewing import Reader, invented_reader, previews
from messaging.texts.pricing import sms_price
from recipients.models import Language


def beside(
    request: StaffRequest,
    form: WordingForm,
    message: Message,
    *,
    people: int | None = None,
    reader: Reader | None = None,
) -> dict[str, Any]:
    """What `messaging/compose/text.html`, `preview.html` and `text_live.html` show: a tab for each language,
    SMS parts, a preview of every channel. `message`, saved or not, holds the words; `people` get an SMS."""
    language, reader = _language(request), reader or invented_reader()
    return {
        "form": form,
        "language": language,
        "tabs": tabs_of(form, people=people),
        "polish_sms": sms_price(message.text, people),
        "placeholders": PLACEHOLDERS,
        "of_message": OF_MESSAGE,
        "reader": reader,
        "previews": previews(message, reader, language),
    }


def _language(request: StaffRequest) -> str:
    """The language whose tab is open; the preview speaks it, too."""
    asked = request.POST.get("language", "")
    return asked if asked in Language.values else str(Language.PL)
