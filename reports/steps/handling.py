"""From a decision at the desk that moves no state to its event: who answers for a report, notes, answers."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from admin_module import audit
from admin_module.models import Unit, User
from reports.models import AnswerTemplate, EventKind, Report, ReportCategory, ReportEvent, State
from reports.pictures import photos as photo_store

from . import recording, telling
from .acting import Actor
from .guards import NotAllowed
from .moves import HANDLE, permitted


def handlers(unit: Unit | None, *, seen_by: User | None = None) -> QuerySet[User]:
    """Who may be given a report of this unit: its own staff, and those of the whole office.

    `seen_by`: staff of a municipal unit choose among their own people only.
    """
    can = Q(
        groups__permissions__codename="handle_report",
        groups__permissions__content_type__app_label="reports",
    )
    people = User.objects.filter(can | Q(is_superuser=True), is_active=True).distinct()
    if seen_by is not None and seen_by.scope is not None:
        people = people.filter(unit__in=sorted(seen_by.scope))
    fit = [user.pk for user in people if _sees(user, unit)]
    found: QuerySet[User] = User.objects.filter(pk__in=fit).order_by("pk")
    return found


def units_for(by: User) -> QuerySet[Unit]:
    """Units that `by` may give a report to: every open one; from a municipal unit its own, and the office."""
    rows: QuerySet[Unit] = Unit.objects.open()
    if by.scope is None:
        return rows
    office = Q(parent=None, kind=Unit.Kind.DEPARTMENT)
    return rows.filter(Q(pk__in=sorted(by.scope)) | office)


def _sees(user: User, unit: Unit | None) -> bool:
    if user.scope is None:
        return True
    return unit is not None and unit.pk in user.scope


def assign(report: Report, to: User | None, *, by: User, version: int | None) -> ReportEvent | None:
    """Put a report into one person's hands, or into nobody's; None where it lies there already.

    Raises Stale and NotAllowed: a dispute is for somebody else than whoever closed the report.
    """
    with transaction.atomic():
        row = _held(report, by, version)
        if row.assigned_to_id == (to and to.pk):
            return None
        if to is not None:
            _may_have(row, to)
        row.assigned_to = to
        event = recording.write(
            row,
            EventKind.ASSIGNED,
            Actor.staff(by),
            facts={"to": to.pk} if to else {},
            fields=("assigned_to",),
        )
        detail: dict[str, object] = {"to": to.pk if to else None, "seq": event.seq}
        audit.record("report.assigned", row, by=by, detail=detail)
    report.refresh_from_db()
    return event


def _may_have(row: Report, to: User) -> None:
    if row.state == State.DISPUTED and row.closed_by_id == to.pk:
        raise NotAllowed("closed_by_them")
    if not permitted(row, Actor.staff(to)):
        raise NotAllowed("not_theirs")


def hand_to(report: Report, unit: Unit, *, by: User, version: int | None) -> ReportEvent | None:
    """Give a report to another unit; whoever had it in hand there and cannot see it now, has it not."""
    with transaction.atomic():
        row = _held(report, by, version)
        if row.unit_id == unit.pk:
            return None
        row.unit = unit
        if row.assigned_to is not None and not _sees(row.assigned_to, unit):
            row.assigned_to = None
        event = recording.write(
            row,
            EventKind.ROUTED,
            Actor.staff(by),
            facts={"unit": unit.pk},
            fields=("unit", "assigned_to"),
        )
        detail: dict[str, object] = {"unit": unit.pk, "seq": event.seq}
        audit.record("report.routed", row, by=by, detail=detail)
    report.refresh_from_db()
    return event


def sort_into(
    report: Report, category: ReportCategory, *, by: User, version: int | None
) -> ReportEvent | None:
    """Put a report into another category; its unit, deadline and answers stay as they are."""
    with transaction.atomic():
        row = _held(report, by, version)
        if row.category_id == category.pk:
            return None
        facts = {"category": category.pk, "from": row.category_id}
        row.category = category
        event = recording.write(
            row, EventKind.CHANGED, Actor.staff(by), facts=facts, fields=("category",)
        )
        audit.record("report.sorted", row, by=by, detail={**facts, "seq": event.seq})
        telling.tell(row, event)
    report.refresh_from_db()
    return event


def note(report: Report, text: str, *, by: User) -> ReportEvent:
    """Write something down that only the office reads. Two notes at once lose nothing."""
    with transaction.atomic():
        row = _held(report, by, None)
        event = recording.write(row, EventKind.NOTED, Actor.staff(by), internal_text=text.strip())
        audit.record("report.noted", row, by=by, detail={"seq": event.seq})
    report.refresh_from_db()
    return event


def answer(
    report: Report,
    text: str,
    *,
    by: User,
    version: int | None,
    template: AnswerTemplate | None = None,
    photos: Collection[UUID] = (),
) -> ReportEvent:
    """Tell the reporter (and the followers) something without moving the report on."""
    with transaction.atomic():
        row = _held(report, by, version)
        event = recording.write(
            row,
            EventKind.ANSWERED,
            Actor.staff(by),
            public_text=text.strip(),
            template=template,
            facts={"photos": len(photos)} if photos else {},
        )
        if photos:
            photo_store.attach(photos, row, event, user=by)
        audit.record("report.answered", row, by=by, detail={"seq": event.seq})
        telling.tell(row, event)
    report.refresh_from_db()
    return event


def _held(report: Report, by: User, version: int | None) -> Report:
    row = recording.locked(report.pk, version)
    if not permitted(row, Actor.staff(by)) or row.forgotten_at is not None:
        raise NotAllowed("not_yours")
    return row


__all__ = [
    "HANDLE", "answer", "assign", "hand_to", "handlers", "note", "sort_into", "units_for",
]  # fmt: skip
