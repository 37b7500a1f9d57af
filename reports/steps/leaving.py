"""From a colleague who leaves, or a unit that closes, to whoever has their reports from now on."""

from collections.abc import Iterator

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module import audit
from admin_module.models import Unit, User
from reports.models import OPEN, AnswerTemplate, EventKind, Report, ReportCategory, RoutingRule

from . import recording
from .acting import Actor


def in_hand(person: User) -> QuerySet[Report]:
    """Open reports that somebody has been given."""
    rows: QuerySet[Report] = Report.objects.open().filter(assigned_to=person)
    return rows


def give_back(person: User, *, by: User) -> int:
    """Everything a leaver had in hand goes back to the inbox of its unit; returns how much.

    Rules that gave them reports give them to the unit. In the caller's transaction.
    """
    RoutingRule.objects.filter(assignee=person).update(assignee=None)
    pks = list(in_hand(person).order_by("pk").values_list("pk", flat=True))
    for pk in pks:
        row = recording.locked(pk)
        row.assigned_to = None
        event = recording.write(row, EventKind.ASSIGNED, Actor.staff(by), fields=("assigned_to",))
        detail: dict[str, object] = {"to": None, "seq": event.seq}
        audit.record("report.assigned", row, by=by, detail=detail)
    return len(pks)


def belongings_of(unit: Unit) -> Iterator[tuple[str | Promise, QuerySet[Model]]]:
    """What of reports belongs to a unit, in words, for the page that closes it."""
    yield _("open reports"), Report.objects.filter(unit=unit, state__in=OPEN)
    yield _("categories of reports"), ReportCategory.objects.filter(unit=unit)
    yield _("rules of routing"), RoutingRule.objects.filter(unit=unit)
    yield _("templates of answers"), AnswerTemplate.objects.filter(unit=unit)


def hand_over(unit: Unit, successor: Unit, *, by: User) -> None:
    """A unit closes: its open reports and what sends new ones there go to the successor.

    Closed reports stay with the unit, which hangs below the successor from now on.
    """
    for model in (ReportCategory, RoutingRule, AnswerTemplate):
        model.objects.filter(unit=unit).update(unit=successor)
    for pk in Report.objects.open().filter(unit=unit).order_by("pk").values_list("pk", flat=True):
        row = recording.locked(pk)
        row.unit = successor
        event = recording.write(
            row,
            EventKind.ROUTED,
            Actor.staff(by),
            facts={"unit": successor.pk},
            fields=("unit",),
        )
        detail: dict[str, object] = {"unit": successor.pk, "seq": event.seq}
        audit.record("report.routed", row, by=by, detail=detail)
