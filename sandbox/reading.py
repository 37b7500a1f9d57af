"""From what travelled to words on the page: one reader for each channel."""

import email
import email.policy
import json
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from sandbox.world import Arrival


@dataclass(frozen=True, slots=True)
class Words:
    """What a person would see."""

    subject: str
    text: str
    html: str = ""
    details: tuple[tuple[str, str], ...] = ()


def read(arrival: Arrival) -> Words:
    """Read an arrival; what cannot be read is shown as it came."""
    reader = READERS.get(arrival.channel, _plain)
    try:
        return reader(arrival.raw)
    except (ValueError, LookupError, TypeError, AttributeError):
        return _plain(arrival.raw)


def _plain(raw: bytes) -> Words:
    return Words("", raw.decode("utf-8", "replace"))


def _email(raw: bytes) -> Words:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)  # noqa: S101 - what this policy makes
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    shown = ("From", "To", "Reply-To", "Message-ID", "List-Unsubscribe", "Auto-Submitted")
    return Words(
        subject=str(mail["Subject"] or ""),
        text=_lines(plain.get_content()) if plain else "",
        html=_lines(html.get_content()) if html else "",
        details=tuple((name, str(mail[name])) for name in shown if mail[name]),
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def _sms(raw: bytes) -> Words:
    fields = json.loads(raw)
    return Words("", fields["Body"], details=(("From", fields.get("From", "")),))


def _esp(raw: bytes) -> Words:
    mail = json.loads(raw)
    shown = (("From", str(mail["sender"].get("name", ""))), *mail.get("headers", {}).items())
    return Words(mail.get("subject", ""), mail["textContent"], mail.get("htmlContent", ""), shown)


def _push(raw: bytes) -> Words:
    """Firebase's message, or the payload of a Web Push with the headers around it."""
    whole = json.loads(raw)
    if "webpush" in whole:
        return _web_push(whole["webpush"])
    message = whole["message"]
    notification = message.get("notification", {})
    data = tuple((name, str(value)) for name, value in message.get("data", {}).items())
    return Words(notification.get("title", ""), notification.get("body", ""), details=data)


def _web_push(whole: dict[str, Any]) -> Words:
    told = json.loads(whole["payload"])
    shown, icp = told["notification"], told["icp"]
    details = [*icp.items(), ("link", shown["navigate"]), *whole["headers"].items()]
    return Words(
        shown["title"], shown["body"], details=tuple((name, str(value)) for name, value in details)
    )


def _epuap(raw: bytes) -> Words:
    fields = json.loads(raw)
    files = tuple(
        ("Załącznik", f"{one['name']} ({one['bytes']} B)") for one in fields.get("files", ())
    )
    return Words(fields.get("subject", ""), fields.get("text", ""), details=files)


READERS: dict[str, Callable[[bytes], Words]] = {
    "email": _email,
    "sms": _sms,
    "smsapi": _sms,
    "esp": _esp,
    "push": _push,
    "epuap": _epuap,
}
