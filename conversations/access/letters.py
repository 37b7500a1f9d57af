"""From a step of the procedure to its letter as a sealed PDF, and to the mark of how and when it went out."""

import io
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from conversations.models import AccessRequest, RequestLetter

from . import letter_words
from .typesetting import typeset

PDF = "application/pdf"
Kind, Way = RequestLetter.Kind, RequestLetter.Way
# Papers that stay in the office's file: nobody sends them.
INTERNAL = frozenset(
    {Kind.APPLICATION, Kind.OPINION_REQUEST, Kind.OPINION, Kind.SIGNED, Kind.PROTOCOL, Kind.COPY}
)


def write(
    request: AccessRequest,
    kind: str,
    by: User | None,
    *,
    source: str = "letter.typ",
    data: Mapping[str, Any] | None = None,
    **facts: Any,
) -> RequestLetter:
    """Set a letter in type and keep it under the request's key.

    `facts`: those of its builder in letter_words. With `data` the words are the caller's: what `source`, a file
    of the folder typst, reads beside the letterhead.
    """
    now = timezone.now()
    said = dict(data) if data is not None else asdict(letter_words.sheet(request, kind, **facts))
    said.setdefault("number", request.number)
    columns = {"opinion": facts["opinion"]} if "opinion" in facts else {}
    return keep(request, kind, by, typeset(source, said, now), **columns)


def keep(
    request: AccessRequest,
    kind: str,
    by: User | None,
    content: bytes,
    *,
    media_type: str = PDF,
    **columns: Any,
) -> RequestLetter:
    """A paper of the case as it is: a PDF, or the scan of one that was signed."""
    with transaction.atomic():
        letter = RequestLetter.keep(
            io.BytesIO(content), media_type=media_type, request=request, kind=kind, by=by, **columns
        )
        detail: dict[str, object] = {"letter": letter.pk, "kind": str(kind)}
        audit.record("access_request.letter_written", request, by=by, detail=detail)
    return letter


def mark_sent(letter: RequestLetter, way: str, at: datetime, by: User | None) -> None:
    """How and when it went; what the office hands over was delivered at once."""
    with transaction.atomic():
        letter.sent_by, letter.sent_at = way, at
        letter.delivered_at = at if way == Way.COLLECTED else None
        letter.save(update_fields=["sent_by", "sent_at", "delivered_at"])
        detail: dict[str, object] = {"letter": letter.pk, "way": str(way)}
        audit.record("access_request.letter_sent", letter.request, by=by, detail=detail)


def mark_delivered(letter: RequestLetter, at: datetime, by: User | None) -> None:
    with transaction.atomic():
        letter.delivered_at = at
        letter.save(update_fields=["delivered_at"])
        audit.record(
            "access_request.letter_delivered", letter.request, by=by, detail={"letter": letter.pk}
        )


def keep_signed(letter: RequestLetter, content: bytes, media_type: str, by: User) -> RequestLetter:
    """The scan of a letter that somebody signed with a pen."""
    return keep(letter.request, Kind.SIGNED, by, content, media_type=media_type, signed_for=letter)
