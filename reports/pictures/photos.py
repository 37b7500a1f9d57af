"""From a file that somebody sent to a sealed photo of a report, and back to its bytes.

A photo comes first, its report after: what no report took within a day is swept away with its key
(`icp.encryption.files.forget_expired`). The file as it was sent is kept nowhere.
"""

import io
import uuid
from collections.abc import Collection
from datetime import timedelta

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from admin_module.models import User
from icp import uploads
from recipients.models import Device
from reports.models import Report, ReportEvent, ReportPhoto

WAITS = timedelta(hours=24)
PER_STEP = 5  # photos that come along with one report, reply or dispute


class UnknownPhotos(Exception):
    """None of these waits: never sent, sent by somebody else, expired, or taken by a report."""

    def __init__(self, uids: Collection[uuid.UUID]) -> None:
        super().__init__("photos")
        self.uids = frozenset(uids)


def keep(
    file: File | None, *, device: Device | None = None, user: User | None = None
) -> ReportPhoto:
    """Draw a photo anew and seal it; it waits for its report. Raises `uploads.UploadRefused`."""
    return store(uploads.photo(file), device=device, user=user, expires_at=timezone.now() + WAITS)


def store(drawn: uploads.Photo, **columns: object) -> ReportPhoto:
    """Seal a photo that was drawn here (a redacted copy, say) with these columns of its row."""
    return ReportPhoto.keep(
        io.BytesIO(drawn.content + drawn.small),
        media_type=uploads.JPEG,
        width=drawn.width,
        height=drawn.height,
        small_from=len(drawn.content),
        **columns,
    )


def waiting(
    uids: Collection[uuid.UUID], *, device: Device | None = None, user: User | None = None
) -> list[ReportPhoto]:
    """Those photos, in this order, if their sender is the one named; raises UnknownPhotos."""
    found = {
        row.uid: row
        for row in ReportPhoto.objects.waiting().filter(uid__in=uids, device=device, user=user)
    }
    missing = [uid for uid in uids if uid not in found]
    if missing:
        raise UnknownPhotos(missing)
    return [found[uid] for uid in dict.fromkeys(uids)]


def attach(
    photo_uids: Collection[uuid.UUID],
    report: Report,
    event: ReportEvent | None = None,
    *,
    device: Device | None = None,
    user: User | None = None,
) -> list[ReportPhoto]:
    """Give waiting photos of that sender to a report and to what was said with them, all or none.

    Raises UnknownPhotos; two reports cannot take the same photo.
    """
    with transaction.atomic():
        photos = waiting(photo_uids, device=device, user=user)
        for photo in photos:
            taken = ReportPhoto.objects.filter(pk=photo.pk, report=None).update(
                report=report, event=event, expires_at=None
            )
            if not taken:
                raise UnknownPhotos([photo.uid])
            photo.report, photo.event, photo.expires_at = report, event, None
    return photos


def content(photo: ReportPhoto, *, small: bool = False) -> bytes:
    """A JPEG; raises FileNotFoundError where the file is gone, KeyErased where its key is."""
    with photo.open() as reader:
        part = (photo.small_from, photo.size) if small else (0, photo.small_from)
        return b"".join(reader.read_range(*part))


def forget(report: Report) -> int:
    """Take all photos of a report away, copies first; returns how many files there were."""
    photos = ReportPhoto.objects.filter(report=report)
    return photos.exclude(redacts=None).forget() + photos.forget()


__all__ = [
    "PER_STEP",
    "WAITS",
    "UnknownPhotos",
    "attach",
    "content",
    "forget",
    "keep",
    "store",
    "waiting",
]
