"""Reports for tests: small, lawful, invented; they call the real steps, as tests/make.py does."""

import uuid
from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from admin_module.models import Unit, User
from recipients.contacts import devices
from recipients.models import Device, Recipient
from reports.models import (
    BodyContact,
    Origin,
    OutsideBody,
    Reason,
    Report,
    ReportCategory,
    ReporterContact,
    State,
)
from reports.steps import moves
from reports.steps.acting import Actor
from reports.steps.submitting import NewReport, submit
from tests import make

_numbers = count(1)
# Within a kilometre of the houses that tests.make draws.
LATITUDE, LONGITUDE = 52.3012, 22.0007


def category(name: str = "Dziura w drodze", **fields: Any) -> ReportCategory:
    """One of the office's categories, in the charge of its first unit where none is named."""
    defaults = {
        "code": f"proba_{next(_numbers)}",
        "group": "Drogi i chodniki",
        "unit": make.unit(),
        "working_days": 10,
    }
    return ReportCategory.objects.get_or_create(name=name, defaults=defaults | fields)[0]


def handler(*, unit: Unit | None = None, **fields: Any) -> User:
    return make.staff("reports_handler", unit=unit, **fields)


def body(name: str = "Zarząd Dróg Wojewódzkich") -> OutsideBody:
    contact = BodyContact(email="drogi@wojewodztwo.example")
    return OutsideBody.objects.get_or_create(name=name, defaults={"contact": contact})[0]


def new_report(**fields: Any) -> NewReport:
    every: dict[str, Any] = {
        "category": fields.pop("category", None) or category(),
        "description": "Głęboka dziura przy przystanku.",
        "latitude": LATITUDE,
        "longitude": LONGITUDE,
    }
    return NewReport(**(every | fields))


def report(
    *,
    reporter: Recipient | None = None,
    device: Device | None = None,
    origin: str = Origin.APP,
    user: User | None = None,
    **fields: Any,
) -> Report:
    """A report that came in; `fields` are those of NewReport."""
    return submit(
        new_report(**fields),
        origin=origin,
        client_uuid=uuid.uuid4(),
        device=device,
        reporter=reporter,
        user=user,
    )


def device() -> Device:
    """A device of nobody; tests.make knows paired ones."""
    return devices.enroll(platform=Device.Platform.WEB)[0]


def anonymous(**fields: Any) -> Report:
    """A report from the website that waits for the click on its link."""
    contact = ReporterContact(email=f"ktos{next(_numbers)}@przyklad.example")
    return report(origin=Origin.WEB, **({"contact": contact} | fields))


def wish(to: str, **fields: Any) -> dict[str, Any]:
    """What a move to this state asks for at least, as keywords of moves.move."""
    day = timezone.localdate() + timedelta(days=7)
    least: dict[str, dict[str, Any]] = {
        State.NEEDS_INFO: {"public_text": "Przy którym numerze to jest?"},
        State.SCHEDULED: {"scheduled_on": day},
        State.FORWARDED: {"back_on": day, "outside": body()},
        State.RESOLVED: {"public_text": "Dziura załatana.", "work_order": "D-17/2026"},
        State.REJECTED: {"public_text": "Na miejscu nic nie ma.", "reason": Reason.NOT_FOUND},
        State.DISPUTED: {"public_text": "Dziura jest nadal."},
    }
    return least.get(to, {}) | fields


def moved(report: Report, *states: str, by: User | None = None, **fields: Any) -> Report:
    """The report after these moves, one after the other; the reporter disputes, staff do the rest."""
    for to in states:
        actor = Actor.reporter() if to in {State.DISPUTED, State.WITHDRAWN} else None
        actor = actor or Actor.staff(by or handler())
        if to == State.ACCEPTED and report.unit is None:
            fields.setdefault("unit", make.unit())
        moves.move(report, to, by=actor, version=None, **wish(to, **fields))
    return report
