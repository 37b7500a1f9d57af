"""From a unit to its report with everything that an address about reports can name."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from admin_module.models import Unit, User
from reports.models import (
    AnswerTemplate,
    BodyContact,
    OutsideBody,
    Report,
    ReportCategory,
    ReportCluster,
    ReportPhoto,
    RoutingRule,
    State,
)
from reports.steps import moves
from reports.steps.acting import Actor
from reports.tests import asking, desk_things
from tests import make


@dataclass(frozen=True, slots=True)
class ReportHoldings:
    """What belongs to one unit."""

    report: Report
    photo: ReportPhoto
    cluster: ReportCluster
    category: ReportCategory
    body: OutsideBody
    rule: RoutingRule
    template: AnswerTemplate


def reports_of(unit: Unit, mark: str, number: int) -> ReportHoldings:
    """A report forwarded to an outside body, with a photo, told by somebody of this mark."""
    by: User = make.staff("reports_handler", unit=unit, last_name=mark)
    category = asking.category(f"kategoria_{number}", unit=unit)
    photo = desk_things.photo(by)
    report = desk_things.report(
        by=by, category=category, description=f"Dziura {mark}", photos=(photo,)
    )
    Report.objects.filter(pk=report.pk).update(unit=unit)
    report.refresh_from_db()
    body = OutsideBody.objects.create(
        name=f"Zarząd {number}", contact=BodyContact(address="ul. Drogowa 1")
    )
    on = timezone.localdate() + timedelta(days=9)
    moves.move(report, State.FORWARDED, by=Actor.staff(by), version=None, outside=body, back_on=on)
    now = timezone.now()
    cluster = ReportCluster.objects.create(
        category=category, lat=report.lat, lon=report.lon, found_at=now, last_at=now
    )
    rule = RoutingRule.objects.create(category=category, unit=unit)
    template = AnswerTemplate.objects.create(name=f"Szablon {number}", text="Dziękujemy.")
    row = ReportPhoto.objects.get(uid=photo)
    return ReportHoldings(report, row, cluster, category, body, rule, template)
