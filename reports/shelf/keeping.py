"""From what an administrator typed to a saved category, rule, outside body or template: never over a newer one."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from reports.models import AnswerTemplate, OutsideBody, ReportCategory, RoutingRule

Kept = ReportCategory | RoutingRule | OutsideBody | AnswerTemplate
K = TypeVar("K", bound=models.Model)
# How the audit log calls each.
NAMES: Mapping[type[models.Model], str] = {
    ReportCategory: "report_category",
    RoutingRule: "report_rule",
    OutsideBody: "outside_body",
    AnswerTemplate: "report_template",
}
CHANGED, CLOSED, REMOVED = "changed", "closed", "removed"


class StaleRow(Exception):
    """Somebody saved it in the meantime; `theirs` is what stands in the database."""

    def __init__(self, theirs: Any) -> None:
        super().__init__("saved by somebody else")
        self.theirs = theirs


def save(row: Any, values: Mapping[str, Any], *, by: User, revision: int) -> None:
    """Save these columns of a row that was shown at `revision`, or a new one; raises StaleRow.

    Raises IntegrityError where another row has the name, or the rule is there already.
    """
    with transaction.atomic():
        if row.pk is not None:
            _held(row, revision)
            row.revision = revision + 1
        changed = [name for name in values if row.pk is None or getattr(row, name) != values[name]]
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        detail: dict[str, object] = {"columns": sorted(changed), "revision": row.revision}
        audit.record(_action(row, CHANGED), row, by=by, detail=detail)


def close(row: Any, closed: bool, *, by: User) -> bool:
    """Offer it no more, or again; what uses it stays. False where that is so already."""
    with transaction.atomic():
        model: Any = type(row)
        rows = model.objects.filter(pk=row.pk, closed_at__isnull=closed)
        at = timezone.now() if closed else None
        if not rows.update(closed_at=at, revision=models.F("revision") + 1):
            return False
        audit.record(_action(row, CLOSED), row, by=by, detail={"closed": closed})
    return True


def remove(rule: RoutingRule, *, by: User) -> None:
    """A rule is no record of anything: reports keep the unit it gave them."""
    with transaction.atomic():
        audit.record("report_rule.removed", rule, by=by, detail={"unit": rule.unit_id})
        rule.delete()


def move(category: ReportCategory, *, up: bool, by: User) -> bool:
    """One place up or down in the list of open categories; False at its end."""
    with transaction.atomic():
        rows = list(ReportCategory.objects.select_for_update().order_by("place", "name"))
        open_ones = [row for row in rows if row.closed_at is None]
        at = next((n for n, row in enumerate(open_ones) if row.pk == category.pk), None)
        other = None if at is None else at + (-1 if up else 1)
        if at is None or other is None or not 0 <= other < len(open_ones):
            return False
        open_ones[at], open_ones[other] = open_ones[other], open_ones[at]
        for place, row in enumerate(open_ones, start=1):
            if row.place != place:
                ReportCategory.objects.filter(pk=row.pk).update(place=place)
        audit.record("report_category.moved", category, by=by, detail={"up": up})
    return True


def _held(row: Any, revision: int) -> None:
    theirs = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
    if theirs.revision != revision:
        raise StaleRow(theirs)


def _action(row: Any, done: str) -> str:
    return f"{NAMES[type(row)]}.{done}"
