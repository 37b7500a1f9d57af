"""From a person to everything that reports hold about them, for the copy of data (GDPR art. 15 and 20)."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from messaging.about_person import wording as words
from messaging.about_person.paper import Section
from recipients.models import Recipient
from recipients.same_person.joining import all_of
from reports.models import ActorKind, Report, ReportEvent, State

Part = dict[str, Any]


def gather(person: Recipient) -> list[Part]:
    """The reports of a person, with what they were told and said; photos are counted only."""
    rows = Report.objects.filter(reporter__in=all_of(person), forgotten_at=None).select_related(
        "category"
    )
    return [_report(row) for row in rows.prefetch_related("events", "photos").order_by("pk")]


def _report(row: Report) -> Part:
    details = row.details
    return {
        "number": row.number,
        "at": _moment(row.created_at),
        "captured_at": _moment(row.captured_at),
        "origin": row.origin,
        "category": row.category.name,
        "description": details.description or None,
        "answers": details.answers,
        "latitude": details.latitude,
        "longitude": details.longitude,
        "address": details.address or None,
        "state": row.state,
        "visibility": row.visibility,
        "public_text": row.public_text or None,
        "closed_at": _moment(row.closed_at),
        "due_on": _day(row.due_on),
        "confirmed_at": _moment(row.confirmed_at),
        "photos": len(row.photos.all()),
        "events": [_event(event) for event in row.events.all() if event.public_text or event.moved],
    }


def _event(event: ReportEvent) -> Part:
    """The names of staff are not the person's data; internal notes are the office's."""
    return {
        "at": _moment(event.at),
        "by": ActorKind(event.actor).value,
        "before": event.before or None,
        "after": event.after,
        "text": event.public_text or None,
    }


def _moment(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


# The words of the printed copy are Polish, whatever language the screens speak (as in paper).
STATES = {
    State.RECEIVED: "przyjęte do systemu",
    State.AWAITING: "do potwierdzenia",
    State.ACCEPTED: "u osoby odpowiedzialnej",
    State.NEEDS_INFO: "prosimy o uzupełnienie",
    State.SCHEDULED: "zaplanowane",
    State.IN_PROGRESS: "w realizacji",
    State.FORWARDED: "przekazane",
    State.RESOLVED: "wykonane",
    State.REJECTED: "nie podejmujemy",
    State.DUPLICATE: "powielone",
    State.DISPUTED: "reklamacja",
    State.WITHDRAWN: "wycofane",
}


def section(reports: list[Part]) -> Section:
    """The section of the printed copy."""
    return Section(
        "Zgłoszenia",
        texts=() if reports else ("Brak zgłoszeń.",),
        head=("Numer", "Kiedy", "Kategoria", "Co zgłoszono", "Stan") if reports else (),
        widths=(1.4, 1.4, 1.6, 3.4, 1.4) if reports else (),
        rows=tuple(
            (
                one["number"],
                words.moment(one["at"]),
                one["category"],
                " · ".join(part for part in (one["address"], one["description"]) if part),
                STATES[State(one["state"])],
            )
            for one in reports
        ),
    )
