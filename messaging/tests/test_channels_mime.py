"""A mail reads back as what was written, whatever is in it, and nothing breaks out of a header."""

import email
import email.policy
from email.message import EmailMessage
from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.channels.base import Content, Envelope
from messaging.channels.email import headers
from messaging.channels.email.mime import Sender, Skeleton, has_long_value

pytestmark = pytest.mark.dry

SENDER = Sender("Urząd Miejski w Zażółcinie", "icp@zazolcin.example", "zwroty@zazolcin.example")
REFERENCE = "0123456789abcdef0123456789abcdef"
# Control characters cannot be typed into a form; surrogates are no text.
WRITTEN = st.text(
    alphabet=st.characters(
        exclude_categories=("Cs", "Cc"), exclude_characters="{}", include_characters="\n"
    )
)


def build(content: Content, *, eight_bit: bool = True, **more: object) -> bytes:
    """Build one mail and undo the transport's dots."""
    envelope = Envelope(REFERENCE, "ala@przyklad.example", content, **more)  # type: ignore[arg-type]
    skeleton = Skeleton(content, SENDER, eight_bit=eight_bit and not has_long_value(envelope))
    sent = skeleton.mail(envelope, envelope.address)
    assert sent.endswith(b"\r\n.\r\n")
    assert b"\n." not in sent[:-3].replace(b"\n..", b"")
    assert b"\n" not in sent.replace(b"\r\n", b"")
    assert b"\r" not in sent.replace(b"\r\n", b"")
    assert max(map(len, sent.split(b"\r\n"))) <= 998
    return sent[:-3].replace(b"\r\n..", b"\r\n.")


def read(raw: bytes) -> EmailMessage:
    """Read as a mail program does."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    return mail


def lines(text: str) -> str:
    """Write every kind of line break alike: which one travels is the transport's business."""
    return "\n".join(text.splitlines())


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    assert not part.defects
    return "\n".join(part.get_content().replace("\r\n", "\n").splitlines())


@given(text=WRITTEN, value=WRITTEN, eight_bit=st.booleans())
def test_texts_read_back_as_written(text: str, value: str, eight_bit: bool) -> None:
    content = Content("k", "Temat", f"{text}{{imie}}{text}", f"<p>{text}</p>{{imie}}")
    mail = read(build(content, eight_bit=eight_bit, values={"imie": value}))
    filled = lines(content.text).replace("{imie}", lines(value))
    assert body(mail, "plain").rstrip("\n") == filled.rstrip("\n")
    marked = lines(content.html).replace("{imie}", escape(lines(value)))
    assert body(mail, "html").rstrip("\n") == marked.rstrip("\n")


@given(subject=WRITTEN, value=WRITTEN)
def test_subjects_read_back_as_written(subject: str, value: str) -> None:
    content = Content("k", subject + "{imie}", "Tekst")
    mail = read(build(content, values={"imie": value}))
    assert mail["Subject"] == " ".join((subject + value).split())


@given(
    st.fixed_dictionaries(
        {"subject": st.text(), "sender_name": st.text(), "language": st.text(max_size=20)}
    )
)
def test_no_header_can_be_added(parts: dict[str, Any]) -> None:
    attack = "\r\nBcc: wszyscy@przyklad.example\r\n\r\n"
    content = Content(key="k", text="t", **{name: text + attack for name, text in parts.items()})
    mail = read(build(content))
    assert mail["Bcc"] is None
    assert len(mail.get_all("From", [])) == len(mail.get_all("Subject", [])) == 1


@given(st.text(alphabet="aż@.<>\r\n ,\"'", max_size=12))
def test_what_passes_as_an_address_is_one(text: str) -> None:
    try:
        address = headers.ascii_address(text)
    except ValueError:
        return
    assert headers.ADDRESS.fullmatch(address)
    assert not set('\r\n<> ,"') & set(address)


@pytest.mark.parametrize(
    "url", ["https://x.example/a\r\nBcc: b@c.example", "https://x.example/<a>", "ftp://x", "x y"]
)
def test_a_link_that_could_break_out_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        build(Content("k", "s", "t"), unsubscribe_url=url)


def test_every_header_a_town_hall_needs() -> None:
    content = Content(
        "k",
        "Zażółć",
        "t",
        "<p>h</p>",
        sender_name="Wydział Wód",
        reply_to="Sekretariat <s@z.example>",
    )
    mail = read(build(content, unsubscribe_url="https://icp.example/wypisz/1"))
    assert mail["From"] == "Wydział Wód <icp@zazolcin.example>"
    assert mail["To"] == "ala@przyklad.example"
    assert mail["Reply-To"] == "Sekretariat <s@z.example>"
    assert mail["Message-ID"] == f"<{REFERENCE}@zazolcin.example>"
    assert mail["List-Unsubscribe"] == "<https://icp.example/wypisz/1>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Precedence"] == "bulk"
    assert mail["Content-Language"] == "pl"
    assert mail["Date"].datetime.tzinfo
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_an_urgent_mail_is_no_bulk_mail() -> None:
    mail = read(build(Content("k", "s", "t", urgent=True)))
    assert (mail["Importance"], mail["Precedence"]) == ("high", None)
    assert mail["List-Unsubscribe"] is None


def test_names_in_html_are_text_not_markup() -> None:
    content = Content("k", "s", "{imie}", "<p>{imie}</p>")
    mail = read(build(content, values={"imie": "<b>Łucja & Jan</b>"}))
    assert body(mail, "plain") == "<b>Łucja & Jan</b>"
    assert body(mail, "html") == "<p>&lt;b&gt;Łucja &amp; Jan&lt;/b&gt;</p>"


def test_a_placeholder_without_a_value_stays_and_values_are_not_filled_again() -> None:
    mail = read(build(Content("k", "s", "{imie} {miasto}"), values={"imie": "{miasto}"}))
    assert body(mail, "plain") == "{miasto} {miasto}"


@pytest.mark.parametrize("text", [".", "..", ".\n.\n..", "a\n.\nb", "{imie}\n.x"])
def test_lines_that_begin_with_a_dot_survive(text: str) -> None:
    mail = read(build(Content("k", "s", text), values={"imie": "."}))
    assert body(mail, "plain") == text.replace("{imie}", ".")


@pytest.mark.parametrize("long", ["ż" * 3000, "a " * 2000, "żółw{imie}" * 300])
def test_lines_too_long_for_smtp_are_encoded(long: str) -> None:
    mail = read(build(Content("k", "s", long), values={"imie": "Ł"}))
    assert body(mail, "plain").rstrip() == long.replace("{imie}", "Ł").rstrip()


def test_a_long_value_is_neither_cut_nor_too_long_for_a_line() -> None:
    value = "&" * 400
    mail = read(build(Content("k", "s", "{link}", "<p>{link}</p>"), values={"link": value}))
    assert body(mail, "plain") == value
    assert body(mail, "html") == f"<p>{escape(value)}</p>"


def test_the_return_path_names_the_envelope() -> None:
    assert SENDER.return_path(REFERENCE) == f"zwroty+{REFERENCE}@zazolcin.example"
