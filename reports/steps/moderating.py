"""From a photo of a report to whether everybody sees it; of the report itself `publishing` decides."""

from django.db import transaction

from admin_module import audit
from admin_module.models import User
from reports.models import ReportPhoto

from . import publishing


def show_photo(photo: ReportPhoto, shown: bool, *, by: User) -> bool:
    """Let everybody see a photo (its redacted copy where there is one), or nobody but the office and
    the reporter; False where nothing changed."""
    to = ReportPhoto.Visibility.PUBLIC if shown else ReportPhoto.Visibility.PRIVATE
    with transaction.atomic():
        changed = ReportPhoto.objects.originals().filter(pk=photo.pk).exclude(visibility=to)
        if not changed.update(visibility=to):
            return False
        detail: dict[str, object] = {"photo": photo.pk, "shown": shown}
        audit.record("report.photo_shown", photo.report or photo, by=by, detail=detail)
        if photo.report is not None:
            publishing.note(photo.report)
    photo.visibility = to
    return True
