"""From a channel to the words that hold for it now, and from a conversation to the proof that they came first.

Where nobody wrote words of the office's own, the order's stand, with the names of the settings; they follow
a change of the settings with a new version. No version is ever changed: a trigger refuses.
"""

import hashlib
from typing import Any

from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from conversations.models import Conversation, Kind, Line, NoticeDelivery, NoticeVersion

from . import notice_words


def current(channel: str, part: str, language: str = "pl") -> NoticeVersion:
    """The version in force; made where there is none. Polish where the language has no words."""
    newest = latest(channel, part, language)
    if newest is not None and newest.author_id is not None:
        return newest
    try:
        text = notice_words.default(channel, part, language)
    except KeyError:
        return newest or current(channel, part)
    if newest is not None and newest.text == text:
        return newest
    return _keep(channel, part, language, text, author=None)


def before_call(line: Line) -> NoticeVersion:
    """What a caller hears first: that the call is recorded (§ 1.4) where it may be, else that it is not."""
    part = NoticeVersion.Part.SHORT if line.records else NoticeVersion.Part.UNRECORDED
    return current(Kind.CALL, part)


def latest(channel: str, part: str, language: str) -> NoticeVersion | None:
    """The newest version that is in force; None where nobody needed one yet."""
    rows = NoticeVersion.objects.filter(channel=channel, part=part, language=language)
    return rows.filter(valid_from__lte=timezone.now()).order_by("-valid_from", "-id").first()


def write(channel: str, part: str, language: str, text: str, *, by: User) -> NoticeVersion:
    """Words of the office's own, their {placeholders} filled; they stand until somebody writes others.

    UnknownPlaceholder says which there is not.
    """
    filled = notice_words.fill(text, channel, language)
    now = current(channel, part, language)
    if now.text == filled and now.language == language:
        return now
    version = _keep(channel, part, language, filled, author=by)
    audit.record("notice.changed", version, by=by, detail=_names(version))
    return version


def restore(channel: str, part: str, language: str, *, by: User) -> NoticeVersion:
    """The order's words again, with the names of the settings; KeyError where there are none."""
    text = notice_words.default(channel, part, language)
    version = _keep(channel, part, language, text, author=None)
    audit.record("notice.restored", version, by=by, detail=_names(version))
    return version


def deliver(
    conversation: Conversation,
    version: NoticeVersion,
    outcome: str,
    *,
    evidence: dict[str, Any] | None = None,
    by: User | None = None,
) -> NoticeDelivery:
    """Keep that these words came, and what the person did then; `evidence` holds ids and codes only."""
    return NoticeDelivery.objects.create(
        conversation=conversation,
        version=version,
        outcome=outcome,
        evidence=evidence or {},
        by=by,
    )


def _keep(
    channel: str, part: str, language: str, text: str, *, author: User | None
) -> NoticeVersion:
    return NoticeVersion.objects.create(
        channel=channel,
        part=part,
        language=language,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        author=author,
    )


def _names(version: NoticeVersion) -> dict[str, object]:
    return {"channel": version.channel, "part": version.part, "language": version.language}
