"""From a mail that came back to what it says: a report on delivery, a complaint, an automatic answer.

Reports are read by RFC 3464 (delivery status), RFC 5965 (complaints) and RFC 3834 (automatic answers);
servers that write prose (qmail, old Exim) are understood where the mail came to our own return path.
Everything is bounded: the size, the number of parts, their depth. No address leaves this module.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser, HeaderParser
from email.policy import compat32

REFERENCE = re.compile(r"(?<![0-9a-f])([0-9a-f]{32})(?![0-9a-f])")
# Where the servers on the way write whom the mail came to: our return path names the delivery (VERP).
_ENVELOPE_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
LARGEST = 1_000_000  # bytes; a server that returns ten megabytes returns the attachment, too
_HEAD = 64_000  # of a larger mail, still enough for its headers and its report
_MOST_PARTS, _MOST_DEPTH = 40, 6
_MOST_TEXT = 20_000
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_REPLY = re.compile(r"(?:^|[\s:;(\[])([45])(\d\d)[\s-]", re.MULTILINE)
_SENDERS = re.compile(r"mailer-daemon|postmaster|mail\s*delivery|double-bounce", re.IGNORECASE)
_NO_MAILBOX = re.compile(
    r"(user|mailbox|recipient|account|address)[^.\n]{0,40}"
    r"(unknown|not found|does ?n.t exist|does not exist|no such|disabled|rejected)"
    r"|no such (user|mailbox|recipient|address)|unknown (user|recipient)"
    r"|nie istnieje|brak takiego|nieznany (adres|u[żz]ytkownik)",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"quota|mailbox (is )?full|over ?quota|przepe[łl]nion|brak miejsca", re.IGNORECASE
)
_REPLIED = ("auto-replied", "auto-generated")


@dataclass(frozen=True, slots=True)
class Returned:
    """What one mail says. `kind`: bounce, delayed, delivered, complaint, auto_reply, strange (a report
    about no mail of ours) or letter (somebody wrote). `code`: RFC 3463, or empty.
    """

    kind: str
    reference: str = ""
    code: str = ""


class TooLarge(ValueError):
    """The mail is larger than any report; its sender may be after our memory."""


def read(mail: bytes, to: str = "") -> Returned:
    """Say what a mail means; `to` is whom the envelope named, where that is known.

    Raises TooLarge where even its beginning shows no report.
    """
    cut = mail[: LARGEST if len(mail) <= LARGEST else _HEAD]
    try:
        message = BytesParser(policy=compat32).parsebytes(cut)
    except (MessageError, ValueError, LookupError, RecursionError):
        return Returned("strange")
    found = _understood(message, _our_path(message, to))
    if len(mail) > LARGEST and found.kind not in ("bounce", "delayed", "complaint"):
        raise TooLarge
    return found


def _understood(message: Message, path: str) -> Returned:
    parts = list(_parts(message))
    reference = path or _original(parts)
    report = _part(parts, "message/delivery-status")
    feedback = _part(parts, "message/feedback-report")
    if feedback is not None:
        return _complaint(feedback, reference)
    if report is not None:
        return _reported(report, reference, _text(parts))
    if _is_automatic(message):
        return Returned("auto_reply")
    if _from_a_server(message) and reference:
        return _in_prose(_text(parts), reference)
    if _from_a_server(message):
        return Returned("strange")
    return Returned("letter")


def _our_path(message: Message, to: str) -> str:
    """The reference in the address that the mail came to; empty where it came to none of ours."""
    for text in (to, *(str(one) for name in _ENVELOPE_TO for one in message.get_all(name, []))):
        local = text.rpartition("@")[0]
        found = REFERENCE.search(local.rpartition("+")[2].lower()) if "+" in local else None
        if found:
            return found[1]
    return ""


def _parts(message: Message, depth: int = 0) -> Iterator[Message]:
    """The leaves, and reports, in order; never deeper nor more than a real report has."""
    waiting: list[tuple[Message, int]] = [(message, depth)]
    seen = 0
    while waiting and seen < _MOST_PARTS:
        part, depth = waiting.pop(0)
        seen += 1
        yield part
        below = part.get_payload() if part.is_multipart() else []
        if depth < _MOST_DEPTH and isinstance(below, list):
            waiting += [(one, depth + 1) for one in below[:_MOST_PARTS] if isinstance(one, Message)]


def _part(parts: list[Message], kind: str) -> Message | None:
    return next((part for part in parts if part.get_content_type() == kind), None)


def _original(parts: list[Message]) -> str:
    """The reference in the Message-ID of the mail that a report brings back."""
    for part in parts[1:]:
        found = REFERENCE.search(str(part.get("Message-ID", "")).lower())
        if found:
            return found[1]
    for part in parts:
        if part.get_content_type() in ("text/rfc822-headers", "message/rfc822", "text/plain"):
            found = re.search(r"message-id:\s*<([0-9a-f]{32})@", _decoded(part), re.IGNORECASE)
            if found:
                return found[1].lower()
    return ""


def _fields(report: Message) -> Iterator[Message]:
    """The groups of fields of a report (RFC 3464, 2.1), however the parser kept them."""
    below = report.get_payload()
    if isinstance(below, list):
        yield from (one for one in below[:_MOST_PARTS] if isinstance(one, Message))
    else:
        for block in re.split(r"\r?\n\r?\n", _decoded(report))[:_MOST_PARTS]:
            yield HeaderParser(policy=compat32).parsestr(block)


def _complaint(feedback: Message, reference: str) -> Returned:
    kinds = {str(one.get("Feedback-Type", "")).strip().lower() for one in _fields(feedback)}
    if "not-spam" in kinds:
        return Returned("auto_reply")
    return Returned("complaint", reference) if reference else Returned("strange")


def _reported(report: Message, reference: str, text: str) -> Returned:
    """The worst that the report says; one mail went to one address, so there is one to say it of."""
    said = [(_action(group), group) for group in _fields(report)]
    for action, kind in (
        ("failed", "bounce"),
        ("delayed", "delayed"),
        ("delivered", "delivered"),
        ("relayed", "delivered"),
        ("expanded", "delivered"),
    ):
        group = next((one for told, one in said if told == action), None)
        if group is not None:
            if not reference:
                return Returned("strange")
            return Returned(kind, reference, _code(group, text) if kind != "delivered" else "")
    return Returned("strange")


def _action(group: Message) -> str:
    told = str(group.get("Action", "")).split(";")[0].split()
    return told[0].lower() if told else ""


def _code(group: Message, text: str) -> str:
    """The enhanced status; where it is general (x.0.0), what the diagnostic says is better."""
    status = _STATUS.search(str(group.get("Status", "")))
    diagnostic = str(group.get("Diagnostic-Code", ""))[:_MOST_TEXT]
    better = _STATUS.search(diagnostic)
    if status and (status[2], status[3]) != ("0", "0"):
        return status[0]
    if better and (better[2], better[3]) != ("0", "0"):
        return better[0]
    return _guessed(diagnostic or text) or (status[0] if status else "")


def _in_prose(text: str, reference: str) -> Returned:
    status = _STATUS.search(text)
    code = status[0] if status else _guessed(text)
    kind = "delayed" if code.startswith("4.") and "warning" in text.lower() else "bounce"
    return Returned(kind, reference, code)


def _guessed(text: str) -> str:
    """The status that a server would have given, by the words or the number of its answer."""
    if _FULL.search(text):
        return "5.2.2"
    if _NO_MAILBOX.search(text):
        return "5.1.1"
    reply = _REPLY.search(text)
    return f"{reply[1]}.0.0" if reply else ""


def _is_automatic(message: Message) -> bool:
    """RFC 3834, and what programs wrote before it. Servers call their own reports automatic, too."""
    told = re.split(r"[\s;(]", str(message.get("Auto-Submitted", "")).strip().lower(), maxsplit=1)
    if told[0] in _REPLIED and not _names_a_server(message):
        return True
    old = (message.get("X-Autoreply"), message.get("X-Autorespond"), message.get("X-Auto-Reply"))
    return any(old) or str(message.get("Precedence", "")).strip().lower() == "auto_reply"


def _from_a_server(message: Message) -> bool:
    return _names_a_server(message) or str(message.get("Return-Path", "")).strip() == "<>"


def _names_a_server(message: Message) -> bool:
    failed = message.get("X-Failed-Recipients") is not None
    return failed or bool(_SENDERS.search(str(message.get("From", ""))[:500]))


def _text(parts: list[Message]) -> str:
    """The beginning of what a person would read."""
    for part in parts:
        if part.get_content_type() == "text/plain":
            return _decoded(part)
    return ""


def _decoded(part: Message) -> str:
    body = part.get_payload(decode=True)
    if not isinstance(body, bytes):
        below = part.get_payload()
        body = str(below[0] if isinstance(below, list) and below else below).encode(
            errors="replace"
        )
    return body[:_MOST_TEXT].decode("utf-8", "replace")
