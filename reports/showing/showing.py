"""From a report to what its reporter, or a follower, sees of it in an app: plain values for JSON.

A follower sees what everybody may see: the place rounded, the words and photos that somebody at the office
let out. Ids are `uid`s, times RFC 3339 in UTC.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from recipients.models import Device
from recipients.same_person.joining import all_of
from reports.models import ActorKind, EventKind, Report, ReportEvent, ReportPhoto, State, Visibility
from reports.steps import answering, moves
from reports.steps.acting import Actor, person_of
from reports.steps.guards import DISPUTE_DAYS

REPORTER, FOLLOWER = ActorKind.REPORTER.value, ActorKind.FOLLOWER.value
# Facts of an event that concern whoever waits for news; the rest is the office's own.
TOLD_FACTS = ("reason", "scheduled_on", "back_on", "due_on")


def of_device(device: Device) -> "QuerySet[Report]":
    """Reports that this device may ask about: made or followed by it, or by the person it is paired to."""
    return Report.objects.filter(made_by(device) | followed_by(device)).filter(forgotten_at=None)


def made_by(device: Device) -> Q:
    person = person_of(device)
    own = Q(device=device, reporter=None)
    return own if person is None else own | Q(reporter__in=all_of(person))


def followed_by(device: Device) -> Q:
    person = person_of(device)
    shown = Q(visibility=Visibility.PUBLIC) & ~Q(state__in=(State.AWAITING, State.WITHDRAWN))
    # By subquery: a join would give a report twice that is followed as a person and as a device.
    rows = Report.objects.filter(followers__device=device).values("pk")
    found = Q(pk__in=rows)
    if person is not None:
        theirs = Report.objects.filter(followers__recipient__in=all_of(person)).values("pk")
        found |= Q(pk__in=theirs)
    return found & shown


def load(device: Device, uids: Collection[UUID]) -> Mapping[UUID, dict[str, Any]]:
    """For GET /sync: what the device may see of these reports, by uid."""
    rows = of_device(device).filter(uid__in=uids)
    return {UUID(shown["id"]): shown for shown in shown_to(device, rows)}


def shown_to(device: Device, rows: "QuerySet[Report]") -> list[dict[str, Any]]:
    """Each report as this device sees it, in the queryset's order."""
    photos = Prefetch("photos", ReportPhoto.objects.originals().order_by("pk"), to_attr="pictures")
    wanted = rows.select_related("category", "outside", "lead").prefetch_related(photos)
    seen = []
    for row in wanted:
        by = Actor.of_device(device, row)
        if by is not None:
            seen.append(_shown(row, by, device.locale))
    return seen


def _shown(row: Report, by: Actor, language: str) -> dict[str, Any]:
    mine = by.kind == ActorKind.REPORTER
    return {
        "id": str(row.uid),
        "number": row.number,
        "role": REPORTER if mine else FOLLOWER,
        "state": row.state,
        "state_label": str(State(row.state).label),
        "visibility": row.visibility,
        "category": {
            "code": row.category.code,
            "name": row.category.said(row.category.name, language),
            "group": row.category.said(row.category.group, language),
        },
        **(_own(row) if mine else _public(row)),
        "created_at": moment(row.created_at),
        "captured_at": moment(row.captured_at),
        "closed_at": moment(row.closed_at),
        "due_on": day(row.due_on),
        "scheduled_on": day(row.scheduled_on),
        "answer_by": day(row.back_on) if row.state == State.NEEDS_INFO else None,
        "forwarded_to": row.outside.name if row.outside else "",
        "duplicate_of": row.lead.number if row.lead else "",
        "confirmed_at": moment(row.confirmed_at),
        "photos": [photo_of(row, photo) for photo in _pictures(row) if mine or for_all(row, photo)],
        "actions": sorted(actions(row, by)),
        "version": row.version,
    }


def _own(row: Report) -> dict[str, Any]:
    details = row.details
    return {
        "client_uuid": str(row.client_uuid),
        "description": details.description,
        "answers": details.answers,
        "lat": details.latitude,
        "lon": details.longitude,
        "accuracy_m": details.accuracy_m,
        "address": details.address,
    }


def _public(row: Report) -> dict[str, Any]:
    return {
        "client_uuid": None,
        "description": row.public_text or "",
        "answers": {},
        "lat": row.lat,
        "lon": row.lon,
        "accuracy_m": 50,  # the cell that the place is rounded to
        "address": "",
    }


def _pictures(row: Report) -> Iterable[ReportPhoto]:
    return getattr(row, "pictures", None) or ()


def for_all(row: Report, photo: ReportPhoto) -> bool:
    """Whether everybody may see this photo: somebody let it out, and the report with it."""
    return row.visibility == Visibility.PUBLIC and photo.visibility == ReportPhoto.Visibility.PUBLIC


def photo_of(row: Report, photo: ReportPhoto) -> dict[str, Any]:
    """`href` leads below /api/v1/; with ?size=small to the small one."""
    return {
        "id": str(photo.uid),
        "width": photo.width,
        "height": photo.height,
        "by_office": photo.user_id is not None,
        "href": f"reports/{row.uid}/photos/{photo.uid}",
    }


def actions(row: Report, by: Actor) -> set[str]:
    """What this reporter or follower may do now."""
    ways = moves.ways(row, by)
    mine = by.kind == ActorKind.REPORTER
    possible = {
        "withdraw": State.WITHDRAWN in ways,
        "reply": mine and row.is_open,
        "dispute": State.DISPUTED in ways and _lately_closed(row),
        "confirm": row.confirmed_at is None and answering.may_confirm(row, by),
        "unfollow": not mine,
    }
    return {name for name, may in possible.items() if may}


def _lately_closed(row: Report) -> bool:
    return row.closed_at is not None and timezone.now() - row.closed_at <= timedelta(DISPUTE_DAYS)


def events(row: Report, by: Actor) -> list[dict[str, Any]]:
    """The report's history, oldest first, as its reporter or a follower may read it."""
    mine = by.kind == ActorKind.REPORTER
    photos = Prefetch(
        "sent_photos", ReportPhoto.objects.originals().order_by("pk"), to_attr="pictures"
    )
    rows = ReportEvent.objects.filter(report=row).told().order_by("seq").prefetch_related(photos)
    return [_event(row, event, mine) for event in rows if mine or _told_to_all(event)]


def _told_to_all(event: ReportEvent) -> bool:
    """Moves and what the office said with them; words of the reporter are the reporter's."""
    return event.kind in {EventKind.MOVED, EventKind.LINKED, EventKind.CONFIRMED}


def _event(row: Report, event: ReportEvent, mine: bool) -> dict[str, Any]:
    readable = mine or event.actor == ActorKind.STAFF
    pictures: list[ReportPhoto] = getattr(event, "pictures", [])
    return {
        "seq": event.seq,
        "at": moment(event.at),
        "kind": event.kind,
        "actor": event.actor,
        "before": event.before or None,
        "after": event.after,
        "text": (event.public_text or "") if readable else "",
        "photos": [photo_of(row, photo) for photo in pictures if mine or for_all(row, photo)],
        "facts": {name: str(event.facts[name]) for name in TOLD_FACTS if event.facts.get(name)},
    }


def moment(at: datetime | None) -> str | None:
    """RFC 3339 in UTC, to the second."""
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def day(on: date | None) -> str | None:
    return None if on is None else on.isoformat()
