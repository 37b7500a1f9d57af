"""From what a reporter or a follower does with a report to its event: a reply, a confirmation, a dispute."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from recipients.models import Device
from reports.models import ActorKind, EventKind, Report, ReportEvent, State, Visibility
from reports.pictures import photos

from . import following, moves, recording, telling
from .acting import Actor, person_of
from .guards import CONFIRM_DAYS, NotAllowed


def reply(
    report: Report,
    text: str,
    *,
    by: Actor,
    version: int | None = None,
    photo_uids: Collection[UUID] = (),
) -> ReportEvent:
    """What the reporter adds to an open report; an answer to a question puts it back into hand.

    Raises NotAllowed, Stale and photos.UnknownPhotos.
    """
    if report.state == State.NEEDS_INFO:
        _want_words(text, photo_uids)
        return moves.move(
            report,
            State.ACCEPTED,
            by=by,
            version=version,
            public_text=text,
            photos=tuple(photo_uids),
        )
    with transaction.atomic():
        row = recording.locked(report.pk, version)
        if by.kind != ActorKind.REPORTER or not row.is_open:
            raise NotAllowed("no_such_way")
        _want_words(text, photo_uids)
        event = recording.write(row, EventKind.REPLIED, by, public_text=text.strip())
        _finish(row, event, by, photo_uids, "report.replied")
    report.refresh_from_db()
    return event


def confirm(
    report: Report,
    ok: bool,
    *,
    by: Actor,
    text: str = "",
    version: int | None = None,
    photo_uids: Collection[UUID] = (),
) -> ReportEvent:
    """ "Repaired" or "still broken", within CONFIRM_DAYS after "done"; the latter disputes the report.

    Raises NotAllowed, Stale and photos.UnknownPhotos.
    """
    if not ok:
        words = text.strip() or ("" if photo_uids else _("It is still broken."))
        return dispute(report, words, by=by, version=version, photo_uids=photo_uids)
    with transaction.atomic():
        row = recording.locked(report.pk, version)
        if not may_confirm(row, by):
            raise NotAllowed("no_such_way")
        fields: tuple[str, ...] = ()
        if by.kind == ActorKind.REPORTER:
            row.confirmed_at, fields = timezone.now(), ("confirmed_at",)
        event = recording.write(
            row, EventKind.CONFIRMED, by, public_text=text.strip(), fields=fields
        )
        _finish(row, event, by, photo_uids, "report.confirmed")
    report.refresh_from_db()
    return event


def may_confirm(row: Report, by: Actor) -> bool:
    """Whether the app asks this reporter or follower if it is repaired."""
    if row.state != State.RESOLVED or row.closed_at is None:
        return False
    if by.kind not in {ActorKind.REPORTER, ActorKind.FOLLOWER}:
        return False
    return (timezone.now() - row.closed_at).days < CONFIRM_DAYS


def dispute(
    report: Report,
    text: str,
    *,
    by: Actor,
    version: int | None = None,
    photo_uids: Collection[UUID] = (),
) -> ReportEvent:
    """Say within thirty days that a closed report is not what it should be; another person decides."""
    return moves.move(
        report,
        State.DISPUTED,
        by=by,
        version=version,
        public_text=text,
        photos=tuple(photo_uids),
    )


def withdraw(
    report: Report, *, by: Actor, text: str = "", version: int | None = None
) -> ReportEvent:
    """Take a report back before work has begun."""
    return moves.move(report, State.WITHDRAWN, by=by, version=version, public_text=text)


def follow(report: Report, device: Device) -> bool:
    """Be told what becomes of a public report; False where this is so already. Raises NotAllowed."""
    if report.visibility != Visibility.PUBLIC or report.state == State.WITHDRAWN:
        raise NotAllowed("not_yours")
    return following.follow(report, device=device, person=person_of(device))


def unfollow(report: Report, device: Device) -> bool:
    """Be told no more; False where nobody followed."""
    return following.unfollow(report, device=device, person=person_of(device))


def _want_words(text: str, photo_uids: Collection[UUID]) -> None:
    if not text.strip() and not photo_uids:
        raise NotAllowed("words_or_photo_missing")


def _finish(
    row: Report, event: ReportEvent, by: Actor, photo_uids: Collection[UUID], action: str
) -> None:
    if photo_uids:
        photos.attach(photo_uids, row, event, device=by.device)
    audit.record(action, row, by=None, detail={"seq": event.seq, "actor": by.kind})
    telling.tell(row, event)
