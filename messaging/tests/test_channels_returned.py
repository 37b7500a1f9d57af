"""What mails that came back say: reports of all kinds, prose, complaints, holiday notes, bombs."""

import time

import pytest

from messaging.channels.email.returned import LARGEST, Returned, TooLarge, read
from messaging.tests import returned_mails as mails

pytestmark = pytest.mark.dry
REF = "0123456789abcdef" * 2


def said(mail: str, to: str = "") -> Returned:
    return read(mail.format(ref=REF).encode(), to)


@pytest.mark.parametrize(
    ("mail", "kind", "code"),
    [
        (mails.POSTFIX, "bounce", "5.1.1"),
        (mails.POSTFIX_DELAYED, "delayed", "4.4.1"),
        (mails.POSTFIX_EXPIRED, "bounce", "4.4.1"),
        (mails.EXCHANGE, "bounce", "5.1.10"),
        (mails.GMAIL_FULL, "bounce", "4.2.2"),
        (mails.GENERAL_STATUS, "bounce", "5.1.1"),
        (mails.SPAM_REFUSED, "bounce", "5.7.1"),
        (mails.DELIVERED, "delivered", ""),
        (mails.EXIM, "bounce", "5.1.1"),
        (mails.QMAIL, "bounce", "5.2.2"),
        (mails.COMPLAINT, "complaint", ""),
    ],
)
def test_a_report_is_understood_whoever_wrote_it(mail: str, kind: str, code: str) -> None:
    assert said(mail) == Returned(kind, REF, code)
    assert said(mail.replace("\n", "\r\n")) == Returned(kind, REF, code)


@pytest.mark.parametrize(
    ("mail", "kind"), [(mails.VACATION, "auto_reply"), (mails.LETTER, "letter")]
)
def test_what_a_person_or_a_holiday_program_wrote_is_no_bounce(mail: str, kind: str) -> None:
    assert said(mail).kind == kind


def test_the_reference_is_found_in_the_returned_mail_where_the_path_does_not_tell() -> None:
    bare = mails.POSTFIX.replace("icp-zwroty+{ref}@", "icp-zwroty@")
    assert said(bare).reference == REF
    nameless = bare.replace("<{ref}@", "<ktos-inny@")
    assert said(nameless).kind == "strange"


def test_the_envelope_s_address_counts_first() -> None:
    other = "f" * 32
    assert said(mails.POSTFIX, f"icp-zwroty+{other}@zazolcin.example").reference == other


def test_a_complaint_that_takes_itself_back_is_none() -> None:
    assert said(mails.COMPLAINT.replace("abuse\n", "not-spam\n")).kind == "auto_reply"


def test_a_large_report_is_read_by_its_beginning() -> None:
    mail = mails.POSTFIX.format(ref=REF).encode() + b"x" * 10_000_000
    started = time.process_time()
    assert read(mail).kind == "bounce"
    assert time.process_time() - started < 1
    with pytest.raises(TooLarge):
        read(b"Subject: nic\r\n\r\n" + b"x" * (LARGEST + 1))


def nested(depth: int) -> bytes:
    body = b"koniec"
    for level in range(depth):
        b = f"b{level}".encode()
        body = (
            b'Content-Type: multipart/mixed; boundary="' + b + b'"\r\n\r\n--' + b + b"\r\n" + body
            + b"\r\n--" + b + b"--"
        )  # fmt: skip
    return body


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"\x00\xff" * 5000,
        nested(300),
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 20_000,
        b"From: MAILER-DAEMON\r\nContent-Type: message/delivery-status\r\n\r\n"
        + b"A: b\r\n\r\n" * 9000,
        b"From: " + b"(" * 200_000,
        b"Content-Type: text/plain; charset=nie-ma\r\nFrom: mailer-daemon\r\n\r\n5.1.1",
    ],
)
def test_nothing_that_arrives_breaks_it_or_takes_long(mail: bytes) -> None:
    started = time.process_time()
    assert read(mail).kind in {"letter", "strange", "auto_reply"}
    assert time.process_time() - started < 3
