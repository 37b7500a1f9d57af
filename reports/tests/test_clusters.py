"""Like reports at once propose a notice; forwarded ones write a letter; numbers are counted right."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from messaging.models import Letter, Message
from reports.models import BodyContact, OutsideBody, Report, ReportCluster, State
from reports.showing import statistics
from reports.steps import clockwork, clusters, forwarding
from reports.steps.guards import NotAllowed
from tests import make, make_reports

pytestmark = pytest.mark.django_db


def made(**fields: Any) -> Report:
    return make_reports.report(device=make_reports.device(), **fields)


def crowd(number: int, **fields: Any) -> list[Report]:
    return [made(**fields) for _ in range(number)]


def found() -> list[ReportCluster]:
    return clusters.find()


def members(cluster: ReportCluster) -> set[int]:
    return set(cluster.reports.values_list("pk", flat=True))


def pks(rows: Iterable[Report]) -> set[int]:
    return {row.pk for row in rows}


def test_five_like_reports_of_five_people_propose_one_notice() -> None:
    rows = crowd(4)
    assert found() == []
    rows.append(made(latitude=make_reports.LATITUDE + 0.001))  # 111 m away
    (cluster,) = found()
    assert members(cluster) == pks(rows)
    assert found() == []
    late = made()
    assert found() == []
    assert members(cluster) == pks([*rows, late])
    assert (cluster.state, ReportCluster.objects.get().last_at) == ("proposed", late.created_at)


def test_other_matters_other_places_other_hours_and_one_person_propose_nothing() -> None:
    crowd(4)
    made(category=make_reports.category("Śmieci"))
    made(latitude=make_reports.LATITUDE + 0.01)
    old = made()
    Report.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(minutes=61))
    assert found() == []
    device = make_reports.device()
    kind = make_reports.category("Latarnia")
    for _ in range(6):
        make_reports.report(device=device, category=kind)
    assert found() == []
    never = make_reports.category("Inne", cluster_reports=0)
    crowd(6, category=never)
    assert found() == []


def test_two_places_are_two_clusters() -> None:
    here, there = crowd(5), crowd(5, latitude=make_reports.LATITUDE + 0.02)
    assert [members(one) for one in found()] == [pks(here), pks(there)]


def test_a_notice_is_a_draft_first_and_its_publication_reaches_the_reporters() -> None:
    rows, by = crowd(5), make.staff("editor")
    (cluster,) = found()
    message = clusters.draft(cluster, by=by)
    assert (message.status, message.public, message.author) == (Message.Status.DRAFT, True, by)
    assert rows[0].category.name in message.text.title
    with pytest.raises(clusters.AlreadyDecided):
        clusters.dismiss(cluster, by=by)
    place = (rows[0].category, make_reports.LATITUDE, make_reports.LONGITUDE)
    assert clusters.tell_published() == 0
    assert clusters.notice_near(*place) is None
    Message.objects.update(published_at=timezone.now(), status=Message.Status.SENT)
    assert [clusters.tell_published(), clusters.tell_published()] == [1, 0]
    event = rows[0].events.latest()
    assert (event.kind, event.facts) == ("linked", {"message": message.pk})
    assert clusters.notice_near(*place) == message
    assert clusters.notice_near(place[0], place[1] + 0.01, place[2]) is None
    assert clusters.notice_near(make_reports.category("Śmieci"), *place[1:]) is None
    Message.objects.update(withdrawn_at=timezone.now())
    assert clusters.notice_near(*place) is None


def test_a_dismissed_proposal_stays_dismissed_and_its_reports_are_not_proposed_again() -> None:
    crowd(5)
    (cluster,) = found()
    clusters.dismiss(cluster, by=make.staff("editor"))
    clockwork.tick()
    assert ReportCluster.objects.get().state == "dismissed"
    assert not ReportCluster.objects.proposed().exists()


# --- letters to outside bodies -------------------------------------------------------------------------


def test_who_is_in_charge_gets_a_letter_without_the_reporter() -> None:
    person = make.recipient(kinds=("email",))
    row = make_reports.report(reporter=person, address="Sportowa 1")
    Letter.objects.all().delete()
    make_reports.moved(row, State.FORWARDED)
    letter = Letter.objects.get(farewell__isnull=False)
    assert letter.farewell.email == "drogi@wojewodztwo.example"
    assert row.number in letter.text.subject
    assert "Sportowa 1" in letter.text.long
    assert "Głęboka dziura" in letter.text.long
    for secret in ("Gżegżółka", "Żaneta", "przyklad.example"):
        assert secret not in f"{letter.text.subject}{letter.text.long}"
    assert row.events.latest().facts["letter"] == "email"


@pytest.mark.parametrize(
    ("contact", "way"),
    [
        (BodyContact(email="a@b.example", epuap="/b/s"), "epuap"),
        (BodyContact(email="a@b.example"), "email"),
        (BodyContact(phone="600700800"), ""),
    ],
)
def test_the_letter_goes_the_most_formal_way(contact: BodyContact, way: str) -> None:
    assert forwarding.way_to(OutsideBody(contact=contact)) == way


def test_a_letter_may_be_left_to_the_printer() -> None:
    row = made()
    make_reports.moved(row, State.FORWARDED, by_letter=False)
    assert not Letter.objects.filter(farewell__isnull=False).exists()
    assert "letter" not in row.events.latest().facts


def test_a_body_that_nobody_can_reach_is_no_body() -> None:
    with pytest.raises(NotAllowed) as refused:
        make_reports.moved(made(), State.FORWARDED, outside=OutsideBody(name="Nikt"))
    assert refused.value.code == "outside_has_no_contact"


# --- numbers -------------------------------------------------------------------------------------------


def test_numbers_of_reports_are_those_of_the_span_and_of_ones_own_unit() -> None:
    today, by = timezone.localdate(), make_reports.handler()
    span = statistics.Span(today, today)
    school = make.municipal_unit()
    rubbish = make_reports.category("Śmieci", unit=school, group="Porządek")
    done, late, disputed, other = made(), made(), made(), made(category=rubbish)
    make_reports.moved(done, State.ACCEPTED, State.RESOLVED)
    make_reports.moved(late, State.ACCEPTED)
    make_reports.moved(disputed, State.ACCEPTED, State.RESOLVED, State.DISPUTED, State.ACCEPTED)
    Report.objects.filter(pk=late.pk).update(due_on=today - timedelta(days=1))
    make_reports.anonymous()
    clockwork.mark_breached()
    rows = statistics.seen(by, span)
    total = statistics.total(rows)
    assert (total.number, total.open, total.closed, total.late) == (4, 3, 1, 1)
    assert (total.kept, total.disputed, statistics.reopened(rows)) == (1, 1, 1)
    assert total.until_closed is not None
    table = statistics.table(rows, "category")
    assert [(line.name, line.number, line.few) for line in table] == [
        ("Dziura w drodze", 3, True),
        ("Śmieci", 1, True),
    ]
    assert statistics.by_day(rows, span) == [(today, 4)]
    own = statistics.seen(make_reports.handler(unit=school), span)
    assert [row.pk for row in own] == [other.pk]
    assert (
        statistics.total(
            statistics.seen(by, statistics.Span(today - timedelta(1), today - timedelta(1)))
        ).number
        == 0
    )
    waiting = statistics.waiting(by)
    assert (waiting.new, waiting.late, waiting.disputed, waiting.clusters) == (1, 1, 0, 0)


@pytest.mark.parametrize("by", sorted(statistics.BY))
def test_tables_are_made_by_everything_that_is_offered(by: str) -> None:
    made()
    today = timezone.localdate()
    rows = statistics.seen(make_reports.handler(), statistics.Span(today, today))
    assert sum(line.number for line in statistics.table(rows, by)) == 1
