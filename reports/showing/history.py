"""From the events of a report to its history in words, with names in place of ids."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model, Prefetch
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module.models import Unit, User
from reports.models import (
    EventKind,
    OutsideBody,
    Reason,
    Report,
    ReportCategory,
    ReportEvent,
    ReportPhoto,
    State,
    Visibility,
)

ICONS: dict[str, str] = {
    EventKind.MOVED: "arrow-right",
    EventKind.ANSWERED: "message-square-text",
    EventKind.NOTED: "lock",
    EventKind.REPLIED: "user",
    EventKind.CONFIRMED: "thumbs-up",
    EventKind.ROUTED: "building-2",
    EventKind.ASSIGNED: "user-check",
    EventKind.FOLLOWED: "bell",
    EventKind.CHANGED: "tags",
    EventKind.SHOWN: "eye",
    EventKind.REMINDED: "calendar-clock",
    EventKind.LINKED: "megaphone",
}
# Which model an id in an event's facts belongs to.
NAMED: dict[str, type[Model]] = {
    "unit": Unit,
    "to": User,
    "category": ReportCategory,
    "from": ReportCategory,
    "outside": OutsideBody,
    "lead": Report,
}
# Facts in the order in which they are told, each with its words.
FACTS: dict[str, Promise] = {
    "unit": gettext_lazy("unit: %s"),
    "outside": gettext_lazy("to: %s"),
    "lead": gettext_lazy("joined to %s"),
    "reason": gettext_lazy("reason: %s"),
    "scheduled_on": gettext_lazy("planned for %s"),
    "back_on": gettext_lazy("answer expected by %s"),
    "due_on": gettext_lazy("deadline: %s"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as the page shows it; `is_internal`: the resident never reads it."""

    event: ReportEvent
    what: str
    facts: list[str]
    icon: str
    is_internal: bool
    said: str = field(default="", repr=False)  # for the resident
    note: str = field(default="", repr=False)  # for the office

    @property
    def pictures(self) -> list[ReportPhoto]:
        return getattr(self.event, "pictures", [])


INTERNAL = frozenset(
    {
        EventKind.NOTED,
        EventKind.ROUTED,
        EventKind.ASSIGNED,
        EventKind.FOLLOWED,
        EventKind.SHOWN,
        EventKind.REMINDED,
    }
)


def history(report: Report, *, since: int = 0) -> list[Entry]:
    """The newest first, with the photos that came along with each; only after version `since`."""
    photos = Prefetch("sent_photos", ReportPhoto.objects.originals(), to_attr="pictures")
    rows = ReportEvent.objects.filter(report=report, seq__gt=since).select_related("by")
    events = list(rows.prefetch_related(photos).order_by("-seq"))
    names = _names(events)
    readable = report.forgotten_at is None
    return [_entry(event, names, readable) for event in events]


def _names(events: Iterable[ReportEvent]) -> Mapping[tuple[str, Any], str]:
    wanted: dict[str, set[Any]] = defaultdict(set)
    for event in events:
        for name in NAMED.keys() & event.facts.keys():
            if isinstance(event.facts[name], int):
                wanted[name].add(event.facts[name])
    return {
        (name, pk): str(row)
        for name, pks in wanted.items()
        for pk, row in NAMED[name]._default_manager.in_bulk(pks).items()
    }


def _entry(event: ReportEvent, names: Mapping[tuple[str, Any], str], readable: bool) -> Entry:
    return Entry(
        event,
        _what(event, names),
        _facts(event, names) if event.kind == EventKind.MOVED else [],
        ICONS[event.kind],
        event.kind in INTERNAL,
        (event.public_text or "") if readable else "",
        (event.internal_text or "") if readable else "",
    )


def _what(event: ReportEvent, names: Mapping[tuple[str, Any], str]) -> str:
    if event.kind == EventKind.MOVED:
        return str(State(event.after).label) if event.before else _("Reported")
    if event.kind == EventKind.ASSIGNED:
        to = names.get(("to", event.fact("to")))
        return _("Given to: %(who)s") % {"who": to} if to else _("Given back: nobody has it")
    if event.kind == EventKind.ROUTED:
        return _("Unit in charge: %(unit)s") % {
            "unit": names.get(("unit", event.fact("unit")), "–")
        }
    if event.kind == EventKind.CHANGED:
        into = names.get(("category", event.fact("category")))
        return _("Category: %(name)s") % {"name": into} if into else _("Category or place changed")
    if event.kind == EventKind.SHOWN:
        shown = event.fact("after")
        return str(Visibility(shown).label) if shown in Visibility.values else _("Visibility")
    return str(EventKind(event.kind).label)


def _facts(event: ReportEvent, names: Mapping[tuple[str, Any], str]) -> list[str]:
    told = []
    for name, words in FACTS.items():
        value = event.fact(name)
        if value:
            told.append(str(words) % _said(name, value, names))
    if event.fact("proof") == "work_order":
        told.append(_("proof: a work order"))
    elif event.fact("proof") == "photo":
        told.append(_("proof: a photo"))
    elif event.fact("proof") == "none":
        told.append(_("without a proof"))
    return told


def _said(name: str, value: Any, names: Mapping[tuple[str, Any], str]) -> str:
    if name in NAMED:
        return names.get((name, value), "–")
    if name == "reason":
        return str(Reason(value).label) if value in Reason.values else str(value)
    return date_format(date.fromisoformat(str(value)), "d.m.Y")
