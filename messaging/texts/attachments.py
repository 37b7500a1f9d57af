"""From a file that a clerk adds to a draft to an address where its readers find it, until that ends."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import User
from icp import uploads
from icp.encryption.errors import EncryptionError
from messaging.models import AttachmentLink, Message, MessageAttachment
from messaging.models.attachments import new_token

MOST, MOST_BYTES = 5, 10 * uploads.MIB
ENDINGS = {uploads.PDF: ".pdf", uploads.JPEG: ".jpg", uploads.PNG: ".png"}
NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')
# What was not ordered to be sent yet is nobody's to read.
UNSENT = (Message.Status.DRAFT, Message.Status.WAITING, Message.Status.REJECTED)


class CannotAttach(Exception):
    """Why a file is not taken; `str` is a sentence for staff."""


def attach(message: Message, file: File, *, by: User) -> MessageAttachment:
    """Check, seal and add a file; raises CannotAttach, or UploadRefused with a sentence of its own."""
    if message.attachments.count() >= MOST:
        raise CannotAttach(_too_many())
    kept = uploads.attachment(file, max_bytes=MOST_BYTES)
    with transaction.atomic():
        places = _places_of_draft(message)
        if len(places) >= MOST:
            raise CannotAttach(_too_many())
        row = MessageAttachment.keep(
            BytesIO(kept.content),
            media_type=kept.media_type,
            message=message,
            place=max(places, default=0) + 1,
            name=name_of(file.name or "", kept.media_type),
        )
        AttachmentLink.objects.get_or_create(message=message)
        detail: dict[str, object] = {"attachment": row.pk, "bytes": row.size}
        audit.record("message.attached", message, by=by, detail=detail)
    return row


def detach(message: Message, place: int, *, by: User) -> bool:
    """Take a file off a draft for good; false where it was gone already. Raises CannotAttach."""
    with transaction.atomic():
        _places_of_draft(message)
        row = message.attachments.filter(place=place).first()
        if row is None:
            return False
        audit.record("message.detached", message, by=by, detail={"attachment": row.pk})
        return row.forget()


@dataclass(frozen=True, slots=True)
class Taken:
    """Names of the files that another message took along, and of those that it could not."""

    files: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def take_along(source: Message, draft: Message, *, by: User) -> Taken:
    """Seal the files of one message anew as those of another, a draft; they are read at its own address.

    Each counts as lost whose content is not there any more or cannot be opened; the others go along.
    """
    files, lost = [], []
    with transaction.atomic():
        place = max(_places_of_draft(draft), default=0)
        for row in files_of(source):
            name = _name_if_known(row)
            if place < MOST and _sealed_anew(row, draft, place + 1, by=by):
                place += 1
                files.append(name)
            else:
                lost.append(name)
    return Taken(tuple(files), tuple(lost))


def _name_if_known(row: MessageAttachment) -> str:
    """Its name, or its place where not even the name can be opened."""
    try:
        return str(row.name)
    except EncryptionError:
        return f"{_('attachment')} {row.place}"


def _sealed_anew(row: MessageAttachment, draft: Message, place: int, *, by: User) -> bool:
    if row.expired:
        return False
    try:
        content = row.read()
    except (FileNotFoundError, EncryptionError):
        return False
    made = MessageAttachment.keep(
        BytesIO(content), media_type=row.media_type, message=draft, place=place, name=row.name
    )
    AttachmentLink.objects.get_or_create(message=draft)
    detail: dict[str, object] = {"attachment": made.pk, "bytes": made.size, "from": row.pk}
    audit.record("message.attached", draft, by=by, detail=detail)
    return True


def _places_of_draft(message: Message) -> list[int]:
    held = Message.objects.select_for_update(no_key=True, of=("self",)).get(pk=message.pk)
    if held.status != Message.Status.DRAFT:
        raise CannotAttach(_("This is no draft any more: what is attached to it stays as it is."))
    return list(MessageAttachment.objects.filter(message=held).values_list("place", flat=True))


def _too_many() -> str:
    return _("A message holds at most %(most)s files. Remove one first.") % {"most": MOST}


def name_of(given: str, media_type: str) -> str:
    """A name that is safe in a page, in a header and on a disk, with the ending of what it holds."""
    base = given.replace("\\", "/").rpartition("/")[2]
    stem = NOT_IN_A_NAME.sub("", base.rpartition(".")[0] or base).strip(" .")
    ending = ENDINGS[media_type]
    return f"{stem[: 120 - len(ending)] or _('attachment')}{ending}"


# --- Reading ----------------------------------------------------------------------------------------------------


def link_of(message: Message) -> str:
    """Where everything attached to the message is read; empty where nothing is."""
    if message._state.adding:
        return ""
    link = AttachmentLink.objects.filter(message=message).first()
    if link is None or not message.attachments.exists():
        return ""
    return _address(link.token)


def sample_link() -> str:
    """An address as long as any other, to count the letters of an SMS with."""
    return _address("x" * len(new_token()))


def _address(token: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('attachment-page', args=[token])}"


def ends_at(message: Message) -> datetime:
    """When the address stops to work: with the message, or after so many days."""
    days = timedelta(days=settings.ATTACHMENT_DAYS)
    begins = message.due_at or message.sent_at or message.created_at
    return message.expires_at or begins + days


def message_at(token: str) -> Message | None:
    """The message whose attachments are read at this address; None where it never was or has ended."""
    link = AttachmentLink.objects.select_related("message__unit").filter(token_index=token).first()
    message = link.message if link is not None else None
    if message is None or message.status in UNSENT or ends_at(message) <= timezone.now():
        return None
    return message


def files_of(message: Message) -> Sequence[MessageAttachment]:
    """What is attached, in order."""
    return list(message.attachments.order_by("place"))


def served(uid: UUID, place: int) -> MessageAttachment | None:
    """One file of a message by its random id, counted; None where it ended. Who asks may read it."""
    rows = MessageAttachment.objects.select_related("message").filter(message__uid=uid)
    row = rows.exclude(message__status__in=UNSENT).filter(place=place).first()
    if row is None or ends_at(row.message) <= timezone.now():
        return None
    count_download(row)
    return row


def count_download(row: MessageAttachment) -> None:
    """One more; by whom is nobody's business."""
    MessageAttachment.objects.filter(pk=row.pk).update(downloads=F("downloads") + 1)
