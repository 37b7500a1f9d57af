"""From a log record to one that names no person and gives away no secret.

The code does not log personal data in the first place; this filter stands behind it for what libraries
and exceptions say of their own accord (OWASP ASVS 4.0.3, V7.1.1 and V7.1.2). It looks at the message
with its arguments, at `extra`, at tracebacks and stacks. It would rather mask a harmless number than
let a PESEL pass; names it cannot know.
"""

import logging
import re
from collections.abc import Callable, ItemsView, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

SECRET, EMAIL, PESEL, PHONE = "[secret]", "[e-mail]", "[pesel]", "[phone]"
_NAMES = (
    r"(?:pass(?:word|wd|phrase)?|has[łl]o|secret(?:_key)?|(?:\w{0,30}_)?token|api[_-]?key|private[_-]?key|authorization"
    r"|(?:set-)?cookie|csrfmiddlewaretoken|(?:__host-)?icp_(?:session|csrf)|sessionid|signature)"
)
Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]
RULES: tuple[Rule, ...] = (
    (
        re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*-----|\Z)", re.DOTALL),
        SECRET,
    ),
    (re.compile(r"\b([a-z][a-z0-9+.-]{0,20}://)[^/\s@\"']+@", re.IGNORECASE), rf"\1{SECRET}@"),
    # Header lines and pairs: the whole rest of an Authorization or Cookie line.
    (
        re.compile(r"\b(authorization|(?:set-)?cookie)([\"']?\s*[:=]\s*)[^\r\n]+", re.IGNORECASE),
        rf"\1\2{SECRET}",
    ),
    (re.compile(r"\b(bearer|basic|digest)\s+[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1 {SECRET}"),
    (
        re.compile(
            rf"(?<![^\W_])({_NAMES}[\"']?\s*(?:[:=]|=>)\s*)(?:b?\"[^\"]*\"|b?'[^']*'|[^\s\"'&,;)}}]+)",
            re.IGNORECASE,
        ),
        rf"\1{SECRET}",
    ),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), SECRET),
    # Addresses that carry their own proof: nobody may follow them out of a log.
    (
        re.compile(r"(/(?:wypisz|zaproszenie|haslo|zgloszenia/potwierdz|z)/)[^/\s?\"']+"),
        rf"\1{SECRET}",
    ),
    # Random tokens: long words with small and capital letters and digits in them.
    (
        re.compile(
            r"(?<![\w-])(?=[\w-]{0,200}?[a-z])(?=[\w-]{0,200}?[A-Z])(?=(?:[\w-]{0,200}?\d){2})[\w-]{24,}"
        ),
        SECRET,
    ),
    (re.compile(r"(?<![\w.+%'-])[\w.+%'-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+"), EMAIL),
    (re.compile(r"(?<![0-9a-f-])\d{6}[ -]?\d{5}(?![0-9a-f])"), PESEL),
    (re.compile(r"(?:\+|%2B|(?<![\w.-])00)\d(?:[ -]?\d){7,13}(?!\d)", re.IGNORECASE), PHONE),
    (re.compile(r"(?<![\w.-])\d{3}[ -]?\d{3}[ -]?\d{3}(?![\w-]|\.\d)"), PHONE),
)
SECRET_NAME = re.compile(rf"^{_NAMES}$", re.IGNORECASE)
SHORTEST_SECRET = 8
HARMLESS = (bool, int, float, type(None))
# What every record has; the message is put together before, and ids are no secrets.
STANDARD = frozenset(
    {*vars(logging.makeLogRecord({})), "message", "asctime", "request_id", "task_id", "taskName"}
)


def mask(text: str) -> str:
    """The text without e-mail addresses, telephone numbers, PESELs and secrets."""
    for known in _secrets_of_settings():
        text = text.replace(known, SECRET)
    for pattern, instead in RULES:
        text = pattern.sub(instead, text)
    return text


class MaskingFilter(logging.Filter):
    """Stands on every handler, behind the filters that add fields. Lets everything pass, masked."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask(_message(record)), None
        if record.exc_info:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
            record.exc_info = None
        if record.exc_text:
            record.exc_text = mask(record.exc_text)
        if record.stack_info:
            record.stack_info = mask(record.stack_info)
        for name in vars(record).keys() - STANDARD:
            setattr(record, name, _masked(name, getattr(record, name)))
        return True


class SilentReporterFilter(SafeExceptionReporterFilter):
    """Outside of development a report of an error holds no value of a variable and no form field."""

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        if request is None or not self.is_active(request):
            return super().get_post_parameters(request)
        return dict.fromkeys(request.POST, self.cleansed_substitute)

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: Any
    ) -> ItemsView[str, Any]:
        if not self.is_active(request):
            return super().get_traceback_frame_variables(request, tb_frame)
        return dict.fromkeys(tb_frame.f_locals, self.cleansed_substitute).items()


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (
        TypeError,
        ValueError,
        KeyError,
    ):  # arguments that do not fit: still not a reason to fail
        return str(record.msg)


def _masked(name: str, value: object) -> object:
    if SECRET_NAME.match(name):
        return SECRET
    if isinstance(value, HARMLESS):
        return value if not isinstance(value, int) else _number(value)
    if isinstance(value, Mapping):
        return {mask(str(key)): _masked(str(key), inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_masked("", inner) for inner in value]
    return mask(str(value))


def _number(value: int) -> object:
    """A PESEL or a telephone number may come as a number, too."""
    masked = mask(str(value))
    return value if masked == str(value) else masked


@cache
def _secrets_of_settings() -> tuple[str, ...]:
    """The values themselves, wherever they turn up: the longest first."""
    database = settings.DATABASES["default"].get("PASSWORD")
    candidates = [settings.SECRET_KEY, settings.KEYRING, database]
    for channel in (*settings.CHANNELS.values(), settings.VOICE):
        candidates += [value for name, value in channel.items() if SECRET_NAME.match(name)]
    long = {str(value) for value in candidates if value and len(str(value)) >= SHORTEST_SECRET}
    return tuple(sorted(long, key=len, reverse=True))
