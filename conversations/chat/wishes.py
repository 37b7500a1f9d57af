"""From the form before a chat to what somebody wants, or to codes that say what is wrong in their language."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import phonenumbers
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from admin_module.locking import computer
from conversations.models import ChatInbox, Kind, NoticeVersion, Party
from conversations.register import notices
from icp.encryption.tokens import mac
from recipients.values import checks

from . import stamps, wording
from .opening import Wanted
from .plain import fits, plain

NAME_LETTERS = 100
DEVICE, FORM = "chat.device", "chat.form-key"


class BadWish(Exception):
    """`errors`: field → the code of a sentence; "" is the form as a whole."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("the form cannot be taken")
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Question:
    """Everything besides the words: where, in which language, from which computer."""

    language: str
    device: str


def device_of(request: HttpRequest) -> str:
    """What stands in the place of the computer's address: only this installation can make it."""
    return mac(DEVICE, computer(request).encode()).hex()


def notice_of(language: str, part: str = NoticeVersion.Part.SHORT) -> NoticeVersion:
    """The words that come before a chat (§ 1.5), in force now."""
    return notices.current(Kind.CHAT, part, language)


def offered() -> list[ChatInbox]:
    """What a chat can be about, by name."""
    return list(ChatInbox.objects.filter(closed_at=None).select_related("unit").order_by("name"))


def read(posted: Mapping[str, str], asked: Question) -> Wanted:
    """Raises BadWish; the honeypot and the stamp first, without a word about which of them it was."""
    if posted.get("website") or not stamps.is_human(posted.get("stamp", "")):
        raise BadWish({"": "too-soon"})
    language = wording.known(asked.language)
    errors: dict[str, str] = {}
    inbox = _inbox(posted.get("inbox", ""))
    notice = notice_of(language)
    text = plain(posted.get("text", ""))
    party = _party(posted, asked, errors)
    if not fits(text):
        errors["text"] = "text"
    if inbox is None:
        errors["inbox"] = "inbox"
    if posted.get("notice") != str(notice.pk):
        errors[""] = "notice"
    if errors or inbox is None:
        raise BadWish(errors)
    return Wanted(inbox, language, notice, party, text, _key(posted.get("key", "")))


def _inbox(code: str) -> ChatInbox | None:
    open_ones = ChatInbox.objects.filter(closed_at=None).select_related("unit")
    return open_ones.filter(code=code[:30]).first()


def _party(posted: Mapping[str, str], asked: Question, errors: dict[str, str]) -> Party:
    name = " ".join(plain(posted.get("name", "")).split())
    if len(name) > NAME_LETTERS:
        errors["name"] = "name"
    email = plain(posted.get("email", ""))
    phone = plain(posted.get("phone", ""))
    try:
        email = checks.email(email) if email else ""
    except ValidationError:
        errors["email"] = "email"
    number = _number(phone)
    if phone and not number:
        errors["phone"] = "phone"
    return Party(phone=number, name=name, email=email, device=asked.device)


def _number(typed: str) -> str:
    """E.164; a number without a country's code is Polish. Empty where it is none."""
    try:
        number = phonenumbers.parse(typed[:40], "PL")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _key(typed: str) -> str:
    """Names this form: sent twice, it opens one chat. Staff see the code of it, and cannot send it again."""
    try:
        return mac(FORM, uuid.UUID(typed).bytes).hex()
    except ValueError:
        raise BadWish({"": "unknown"}) from None
