"""From what was set for the chat to a row and its line in the audit log: never over a newer row."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from conversations.models import (
    AllowedOrigin,
    CannedResponse,
    ChatBlock,
    ChatInbox,
    Conversation,
)


class StaleRow(Exception):
    """Somebody saved it in the meantime; `theirs` is what stands in the database."""

    def __init__(self, theirs: Any) -> None:
        super().__init__("saved by somebody else")
        self.theirs = theirs


def save(
    row: ChatInbox | CannedResponse, values: Mapping[str, Any], *, by: User, revision: int
) -> None:
    """Save these columns of a row that was shown at `revision`, or a new one.

    Raises StaleRow, and IntegrityError where another row has the code or the shortcut.
    """
    name = "chat_inbox" if isinstance(row, ChatInbox) else "canned_response"
    new = row.pk is None
    with transaction.atomic():
        if not new:
            _hold(row, revision)
            row.revision = revision + 1
        changed = [column for column in values if new or getattr(row, column) != values[column]]
        for column, value in values.items():
            setattr(row, column, value)
        row.save()
        done = f"{name}.created" if new else f"{name}.changed"
        audit.record(done, row, by=by, detail={"columns": sorted(changed)})


def close_inbox(inbox: ChatInbox, closed: bool, *, by: User) -> bool:
    """Offer an inbox no more, or again; its chats stay. False where that is so already."""
    with transaction.atomic():
        rows = ChatInbox.objects.filter(pk=inbox.pk, closed_at__isnull=closed)
        at = timezone.now() if closed else None
        if not rows.update(closed_at=at, revision=models.F("revision") + 1):
            return False
        audit.record("chat_inbox.closed" if closed else "chat_inbox.opened", inbox, by=by)
    return True


def delete_ready(row: CannedResponse, *, by: User) -> None:
    with transaction.atomic():
        audit.record("canned_response.deleted", row, by=by)
        row.delete()


def allow_origin(origin: str, *, by: User) -> None:
    """Let a site show the chat; one that may already stays as it is."""
    with transaction.atomic():
        row, new = AllowedOrigin.objects.get_or_create(origin=origin, defaults={"added_by": by})
        if new:
            audit.record("allowed_origin.added", row, by=by)


def remove_origin(row: AllowedOrigin, *, by: User) -> None:
    with transaction.atomic():
        audit.record("allowed_origin.removed", row, by=by)
        row.delete()


def block(chat: Conversation, until: datetime, reason: str, *, by: User) -> None:
    """Let nobody chat from where this visitor did; a longer block stays as it is."""
    with transaction.atomic():
        device = chat.party.device
        row = ChatBlock.objects.create(device=device, until=until, reason=reason, by=by)
        audit.record("chat_block.placed", row, by=by, detail={"chat": chat.pk, "why": reason})


def lift(row: ChatBlock, *, by: User) -> None:
    """End a block now; the row stays for the list."""
    with transaction.atomic():
        now = timezone.now()
        if ChatBlock.objects.filter(pk=row.pk, until__gt=now).update(until=now):
            audit.record("chat_block.lifted", row, by=by)


def _hold(row: Any, revision: int) -> None:
    model: Any = type(row)
    if not model.objects.filter(pk=row.pk, revision=revision).update(revision=revision + 1):
        raise StaleRow(model.objects.get(pk=row.pk))
