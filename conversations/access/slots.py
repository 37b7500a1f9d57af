"""From a day and hours for a listening to what forbids them, and to what the clerk is warned of."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from admin_module.configuration import CustomerOffice, read
from conversations.models import AccessRequest
from icp.days import is_working

OPENS, CLOSES = time(7, 0), time(18, 0)  # hours in which somebody is in an office


def problem(data: Mapping[str, Any]) -> str:
    """A code of what makes the slot impossible."""
    begins, ends = data.get("begins_at"), data.get("ends_at")
    if not str(data.get("place") or "").strip():
        return "place_missing"
    if begins is None or ends is None or ends <= begins:
        return "slot_wrong"
    return "slot_past" if begins <= timezone.now() else ""


def warnings(request: AccessRequest, begins: datetime, ends: datetime) -> Iterator[str]:
    """Sentences about a slot that is possible and unwise."""
    day = timezone.localdate(begins)
    if day > request.deadline:
        yield _(
            "This is later than %(day)s, the day by which the applicant has to have an answer"
            " (RODO art. 12 (3)). Extend the time first, or choose an earlier day."
        ) % {"day": date_format(request.deadline, "j E Y")}
    if not is_working(day):
        yield _("This is a day free from work.")
    hours = timezone.localtime(begins).time(), timezone.localtime(ends).time()
    if hours[0] < OPENS or hours[1] > CLOSES:
        yield _("The office is closed at these hours.")
    latest = read(CustomerOffice).appointment_days
    decision = request.decision
    if decision is not None and (day - timezone.localdate(decision.at)).days > latest:
        yield _("This is more than %(days)s days after the decision.") % {"days": latest}
