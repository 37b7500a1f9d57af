"""From a message to the short address at the end of its SMS, where everybody sees that it is genuine, and back.

The code names the message and nobody who got it. Whoever holds the SMS may read its official text; codes
are drawn at random from 2^35, so that none is guessed.
"""

import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from messaging.models import Message, MessageCode, MessageText
from messaging.models.archive import CODE_LENGTH

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is taken for something else
SAMPLE = "X" * CODE_LENGTH  # stands in drafts and in test messages; never drawn
# Polish offices speak so, whatever language the screens have; GSM 7-bit letters, so that no part is lost.
ASKS = {"pl": "Prawdziwy?", "en": "Genuine?", "uk": "Справжнє?"}
_S = Message.Status
UNSENT = (_S.DRAFT, _S.WAITING, _S.SCHEDULED, _S.REJECTED)
TRIES = 5


def address(code: str) -> str:
    """As it stands in an SMS: without the scheme, which telephones add; empty where none is set."""
    return _host() + reverse("short-link", args=[code]) if _host() else ""


def place() -> str:
    """Where a code can be typed in, written as in an SMS; empty where no address is set."""
    return _host() + reverse("short-link-form") if _host() else ""


def _host() -> str:
    url: str = settings.PUBLIC_URL
    return urlsplit(url).netloc


def tail(text: MessageText, code: str = SAMPLE, language: str = "pl") -> str:
    """What is added to an SMS whose author wanted the address; of one length for every code."""
    if not text.proof_link or not text.short or not address(code):
        return ""
    return f"\n{ASKS.get(language, ASKS['pl'])} {address(code)}"


def with_tail(message: Message, text: MessageText, sms: str, language: str = "pl") -> str:
    """The words of an SMS with its address; `text` is the variant that `sms` was made of."""
    if not message.text.proof_link:
        return sms
    return sms + tail(message.text, code_of(message), language) if text.short else sms


def code_of(message: Message) -> str:
    """The message's own code: drawn once it goes out, by whichever worker is first."""
    if message.status in UNSENT:
        return SAMPLE
    known = _known(message)
    for _try in range(TRIES):
        if known:
            return known
        known = _drawn(message) or _known(message)
    return known or SAMPLE


def _known(message: Message) -> str:
    codes = MessageCode.objects.filter(message=message).values_list("code", flat=True)
    return codes.first() or ""


def _drawn(message: Message) -> str:
    """A new code; empty where another worker was faster, or the code is taken."""
    code = "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))
    if code == SAMPLE:
        return ""
    try:
        with transaction.atomic():
            return MessageCode.objects.create(message=message, code=code).code
    except IntegrityError:
        return ""


def read(typed: str) -> str:
    """A code as somebody typed it, or the whole address; empty where it can be none."""
    code = typed.strip().rstrip("/").rpartition("/")[2]
    code = "".join(code.upper().split()).replace("-", "")
    right = len(code) == CODE_LENGTH and set(code) <= set(ALPHABET)
    return code if right else ""


def named(code: str) -> Message | None:
    """The message behind a code; None where there is none."""
    rows = Message.objects.real().filter(short_code__code=code).select_related("unit")
    return rows.defer("people", "audience").first()
