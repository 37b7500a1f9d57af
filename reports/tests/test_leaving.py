"""Nothing stays in the hands of who left, or with a unit that is closed."""

import pytest
from django.test import Client
from django.urls import reverse

from admin_module import accounts, units
from reports.models import RoutingRule, State
from reports.steps.guards import NotAllowed
from tests import make, make_reports

pytestmark = pytest.mark.django_db


def test_reports_of_a_leaver_go_back_to_their_unit(client: Client) -> None:
    leaver, boss = make_reports.handler(), make.staff("administrator")
    make.staff("administrator")
    kind = make_reports.category()
    rule = RoutingRule.objects.create(category=kind, unit=make.unit(), assignee=leaver)
    row, done = (make_reports.report(device=make_reports.device(), category=kind) for _ in range(2))
    make_reports.moved(done, State.ACCEPTED, State.RESOLVED)
    client.force_login(boss)
    page = client.get(reverse("staff-block", args=[leaver.pk])).content.decode()
    assert "1 otwarte zgłoszenie" in page
    accounts.block(leaver, boss, None)
    for kept in (row, done, rule):
        kept.refresh_from_db()
    assert (row.assigned_to, rule.assignee) == (None, None)
    assert row.events.latest().kind == "assigned"
    assert done.assigned_to == leaver, "who closed it stays in the history"


def test_a_unit_that_closes_hands_its_reports_over() -> None:
    by = make.staff("administrator")
    school, heir = make.municipal_unit(), make.municipal_unit("Szkoła Podstawowa nr 5")
    kind = make_reports.category(unit=school)
    row = make_reports.report(device=make_reports.device(), category=kind)
    assert row.unit == school
    with pytest.raises(units.Refused):
        units.close(school, None, by=by)
    units.close(school, heir, by=by)
    for kept in (row, kind):
        kept.refresh_from_db()
    assert (row.unit, kind.unit) == (heir, heir)
    assert row.events.latest().facts == {"unit": heir.pk}


def test_nobody_accepts_for_a_unit_that_is_closed() -> None:
    school = make.municipal_unit()
    row = make_reports.report(
        device=make_reports.device(), category=make_reports.category(unit=None)
    )
    units.close(school, None, by=make.staff("administrator"))
    school.refresh_from_db()
    with pytest.raises(NotAllowed) as refused:
        make_reports.moved(row, State.ACCEPTED, unit=school)
    assert refused.value.code == "unit_closed"
