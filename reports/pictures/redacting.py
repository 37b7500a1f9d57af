"""From a photo and boxes drawn over it to a copy with the boxes filled in; the original stays as it was."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image, ImageDraw

from admin_module import audit
from admin_module.models import User
from icp import uploads
from reports.models import ReportPhoto

from . import photos

MOST_BOXES = 40
FILL = (40, 48, 60)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the photo, from its upper left corner."""

    left: int
    top: int
    width: int
    height: int

    def inside(self, width: int, height: int) -> "Box | None":
        """The part that lies on a photo of this size; None where nothing does."""
        left, top = max(self.left, 0), max(self.top, 0)
        right = min(self.left + self.width, width)
        bottom = min(self.top + self.height, height)
        if right <= left or bottom <= top:
            return None
        return Box(left, top, right - left, bottom - top)


class NothingToCover(Exception):
    """No box lies on the photo."""


def redact(photo: ReportPhoto, boxes: Sequence[Box], *, by: User) -> ReportPhoto:
    """Keep a copy of the original with these boxes filled; it takes the place of an earlier copy.

    What was under a box is in no byte of the copy. Raises NothingToCover.
    """
    fitting = [box.inside(photo.width, photo.height) for box in boxes[:MOST_BOXES]]
    covered = [box for box in fitting if box is not None]
    if not covered:
        raise NothingToCover
    drawn = _drawn(photos.content(photo), covered)
    with transaction.atomic():
        held = ReportPhoto.objects.select_for_update(of=("self",)).get(pk=photo.pk)
        ReportPhoto.objects.filter(redacts=held).forget()
        copy = photos.store(drawn, redacts=held, report=held.report, user=by)
        detail: dict[str, object] = {"photo": held.pk, "boxes": len(covered)}
        audit.record("report.photo_redacted", held.report or held, by=by, detail=detail)
    return copy


def undo(photo: ReportPhoto, *, by: User) -> bool:
    """Throw the copy away, so that the original may be covered anew; False where there is none.

    The photo is shown to nobody until somebody decides again.
    """
    with transaction.atomic():
        held = ReportPhoto.objects.select_for_update(of=("self",)).get(pk=photo.pk)
        if not ReportPhoto.objects.filter(redacts=held).forget():
            return False
        held.visibility = ReportPhoto.Visibility.PRIVATE
        held.save(update_fields=["visibility"])
        audit.record("report.photo_restored", held.report or held, by=by, detail={"photo": held.pk})
    return True


def _drawn(content: bytes, boxes: Sequence[Box]) -> uploads.Photo:
    with Image.open(io.BytesIO(content), formats=["JPEG"]) as picture:
        picture.load()
        pen = ImageDraw.Draw(picture)
        for box in boxes:
            corners = (box.left, box.top, box.left + box.width - 1, box.top + box.height - 1)
            pen.rectangle(corners, fill=FILL)
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=90)
    return uploads.photo(ContentFile(out.getvalue(), name="photo.jpg"))
