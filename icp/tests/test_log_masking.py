"""What libraries and exceptions say is masked in the log, whichever way it came there."""

import io
import logging
import time

import pytest
from django.test import RequestFactory
from django.views.debug import ExceptionReporter
from pytest_django import Settings

from icp import log_masking
from icp.log_masking import MaskingFilter, SilentReporterFilter, mask

PESEL, EMAIL, PHONE = "48031512349", "w.szczebrzeszynska@przyklad.example", "512904417"
TOKEN = "Zk3vQ9xR7mT2pL8wYb5N_hJd"


@pytest.fixture
def log() -> tuple[logging.Logger, io.StringIO]:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(MaskingFilter())
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.Logger("masked")  # noqa: LOG001 (one of its own, with this handler only)
    logger.addHandler(handler)
    return logger, out


@pytest.mark.parametrize(
    "text",
    [
        f"osoba {PESEL} nie istnieje",
        f"PESEL{PESEL}",
        "pesel=480315 12349;",
        f"to: <{EMAIL}>",
        f"rcpt={EMAIL.replace('@', '%40')}&x",
        "to: ŻÓŁĆ.gęś@przykład.example",
        f"tel. +48{PHONE}, dalej",
        "tel. +48 512 904 417",
        f"To=%2B48{PHONE}&Body=x",
        f"%2b48{PHONE}",
        f"0048{PHONE}",
        "tel. 512 904 417",
        "tel. 512-904-417.",
        f"{PHONE}",
    ],
)
def test_people_are_masked(text: str) -> None:
    masked = mask(text)
    for planted in (PESEL, "12349", EMAIL, "szczebrzeszynska", "gęś", PHONE, "904 417", "904-417"):
        assert planted not in masked
    assert "[" in masked


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer {}",
        "authorization: Basic {}",
        "'Authorization': 'Basic {}'",
        "Cookie: a=b; icp_session={}",
        "Set-Cookie: icp_session={}; Path=/",
        "bearer {}",
        "password={}&x=1",
        '"password": "{}"',
        "{{'token': '{}'}}",
        "auth_token = {}",
        "csrfmiddlewaretoken={}",
        "postgres://icp:{}@db/icp",
        "redis://:{}@broker:6379/0",
        "GET /wypisz/{}/ 200",
        "GET /zaproszenie/{}/ 200",
        "eyJhbGciOiJIUzI1NiJ9.{}.x",
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\n{}",
        "answer: {}",
    ],
)
def test_secrets_are_masked(text: str) -> None:
    assert TOKEN not in mask(text.format(TOKEN))
    short = "hunter2!"
    if not text.startswith(("answer", "bearer", "eyJ")):  # known by their looks only
        assert short not in mask(text.format(short))


@pytest.mark.parametrize(
    "text",
    [
        "message 1234567 was sent to 250000 people in 12.345678 s",
        "request 5f0c2a52-9a3c-4c43-8f0c-123456789012 took 0.123456789 s",
        "2026-11-20 14:35:07,123 INFO messaging.engine.delivering: drained 500",
        "django.core.exceptions.ImproperlyConfigured: Set ICP_SECRET_KEY or ICP_SECRET_KEY_FILE",
        'File "/app/messaging/channels/epuap/channel.py", line 123, in send',
        "sha256 9b74c9897bac770ffc029102a200c5de9b74c9897bac770ffc029102a200c5de",
        "HTTP/1.1 200 OK from 192.168.100.200:54321",
    ],
)
def test_what_operation_needs_stays_readable(text: str) -> None:
    assert mask(text) == text


def test_arguments_extra_tracebacks_and_stacks_are_masked(
    log: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, out = log
    handler = logger.handlers[0]
    handler.setFormatter(
        logging.Formatter("%(message)s %(person)s %(token)s %(many)s %(number)s %(calm)s")
    )
    extra = {
        "person": ValueError(EMAIL),
        "token": "short",
        "many": {"a": [PESEL, {EMAIL}], "password": "x"},
        "number": int(PESEL),
        "calm": 5,
    }
    try:
        try:
            raise KeyError(PHONE)
        except KeyError as cause:
            raise ValueError(f"no {PESEL}") from cause
    except ValueError:
        logger.exception("for %s of %s", EMAIL, int(PESEL), extra=extra, stack_info=True)
    said = out.getvalue()
    assert "Traceback" in said
    assert "raise ValueError" in said
    assert "Stack (most recent call last)" in said
    assert "'password': '[secret]'" in said
    assert " 5" in said
    for planted in (EMAIL, PESEL, PHONE, "short"):
        assert planted not in said.replace("PESEL", "").replace("PHONE", "")


def test_a_record_whose_arguments_do_not_fit_is_still_written(
    log: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, out = log
    logger.error(f"%d of {PESEL}", "many")  # noqa: G004
    assert out.getvalue() == "%d of [pesel]\n"


def test_values_of_settings_are_masked_wherever_they_turn_up(settings: Settings) -> None:
    settings.CHANNELS = settings.CHANNELS | {"sms": {"token": "tajne-haslo"}}
    log_masking._secrets_of_settings.cache_clear()
    try:
        assert mask("sent: tajne-haslo.") == "sent: [secret]."
    finally:
        log_masking._secrets_of_settings.cache_clear()


def test_every_handler_masks(settings: Settings) -> None:
    for name, handler in settings.LOGGING["handlers"].items():
        assert handler["filters"][-1] == "mask", name
    # Django's own handlers (mails to administrators, the development server) write past ours.
    assert settings.LOGGING["loggers"]["django"]["handlers"] == []
    assert settings.LOGGING["loggers"]["django.server"]["handlers"] == ["console"]


def test_masking_is_quick_even_on_hostile_lines() -> None:
    for line in (
        "a" * 100_000,
        "aA1" * 30_000,
        "1 " * 50_000,
        "a@" * 50_000,
        "%2B" * 30_000,
        "a." * 50_000,
    ):
        start = time.perf_counter()
        mask(line)
        assert time.perf_counter() - start < 2


def test_a_report_of_an_error_holds_no_values(settings: Settings) -> None:
    settings.DEBUG = False
    request = RequestFactory().post("/", {"pesel": PESEL})
    request.exception_reporter_filter = SilentReporterFilter()
    local = EMAIL
    try:
        raise ValueError("broken")
    except ValueError as error:
        report = ExceptionReporter(request, type(error), error, error.__traceback__)
        text = report.get_traceback_html() + report.get_traceback_text()
    assert "test_a_report_of_an_error_holds_no_values" in text
    assert local not in text
    assert PESEL not in text
