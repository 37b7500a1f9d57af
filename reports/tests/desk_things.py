"""Reports and staff as the tests of the desk need them; made by the real steps."""

import uuid
from typing import Any

from admin_module.models import Unit, User
from recipients.models import Recipient
from reports.models import Origin, Report, ReportCategory, State
from reports.pictures import photos
from reports.steps import moves, submitting
from reports.steps.acting import Actor
from reports.steps.submitting import NewReport
from tests import make

from . import asking, pictures


def category(**columns: Any) -> Any:
    """The one of `asking`, once."""
    found = ReportCategory.objects.filter(code="dziury_w_testach").first()
    return found or asking.category(**columns)


def report(*, by: User | None = None, reporter: Recipient | None = None, **more: Any) -> Report:
    """Taken down at the desk; of the unit of `unit`, where given."""
    unit, state = more.pop("unit", None), more.pop("state", None)
    given: dict[str, Any] = {
        "category": category(),
        "description": "Głęboka dziura przed szkołą.",
        "latitude": 52.301,
        "longitude": 22.0,
        "answers": {"danger": "no"},
        "address": "ul. Sportowa 5",
    }
    by = by or handler()
    made = submitting.submit(
        NewReport(**given | more),
        origin=Origin.DESK,
        client_uuid=uuid.uuid4(),
        reporter=reporter,
        user=by,
    )
    if unit is not None or state is not None:
        unit = unit or make.unit()
        moves.move(made, State.ACCEPTED, by=Actor.staff(by), version=None, unit=unit)
    if state not in {None, State.ACCEPTED}:
        moves.move(made, state, by=Actor.staff(by), version=None, **WISHES[state])
    return made


WISHES: dict[str, dict[str, Any]] = {
    State.RESOLVED: {"public_text": "Załatane.", "work_order": "7/2026"},
    State.REJECTED: {"public_text": "Niczego nie ma.", "reason": "not_found"},
    State.IN_PROGRESS: {},
}


def handler(unit: Unit | None = None, last_name: str = "Próbna") -> User:
    return make.staff("reports_handler", unit=unit, last_name=last_name)


def photo(user: User) -> uuid.UUID:
    """One that waits for its report."""
    from django.core.files.base import ContentFile

    return photos.keep(ContentFile(pictures.jpeg(), name="zdjecie.jpg"), user=user).uid
