"""From messages that went out to their figures: what counts, by what, compared, masked, as a file, by mail."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import User
from messaging.budget import accounting
from messaging.models import (
    Counter,
    Delivery,
    DistrictFigure,
    Letter,
    Message,
    MessageAccount,
    SummaryReader,
    SummaryRound,
)
from messaging.statistics import figures, figures_page, figures_paper, summaries
from messaging.statistics.figures import Line, Span
from messaging.tests.conftest import Fake
from messaging.tests.flow import drain, sent
from recipients.models import District
from tests import make

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def author() -> User:
    return make.staff("unit_manager", "recipients_clerk")


def went(
    author: User, numbers: dict[str, dict[str, int]], *, days_ago: int = 0, **fields: Any
) -> Message:
    """A message as its counters tell it; no delivery stands behind it."""
    at = timezone.now() - timedelta(days=days_ago)
    message = make.message(
        author=author, channels=tuple(numbers), status="sent", sent_at=at, due_at=at, **fields
    )
    for channel, states in numbers.items():
        for state, number in states.items():
            for shard, part in ((0, number + 3), (1, -3)):  # as several processes count
                Counter.objects.create(
                    message=message, channel=channel, state=state, shard=shard, number=part
                )
    return message


def month() -> Span:
    return Span(TODAY() - timedelta(days=29), TODAY())


def test_sums_equal_what_the_counters_say(author: User) -> None:
    went(author, {"email": {"accepted": 70, "undelivered": 5, "suppressed": 25}})
    went(author, {"email": {"delivered": 10}, "sms": {"delivered": 8, "unknown": 2, "queued": 4}})
    shown = figures_page.figures(author, month(), "channel")
    email, sms = ((line.handed_over, line.failed, line.left_out) for line in shown.lines)
    assert email == (80, 5, 25)
    assert sms == (8, 0, 0)
    assert shown.total.to_send == 99
    assert (shown.total.unknown, shown.total.waiting) == (2, 4)
    assert len(shown.total.messages) == 2
    assert [len(line.messages) for line in shown.lines] == [2, 1]


def test_cost_counts_what_was_paid_at_the_price_of_its_night(author: User) -> None:
    states = {"delivered": 10, "undelivered": 1, "failed": 5, "suppressed": 7, "queued": 3}
    one = went(author, {"sms": states}, sms_parts=2)
    MessageAccount.objects.create(
        message=one, counted_at=timezone.now(), part_price=Decimal("0.1000")
    )
    line = figures_page.figures(author, month(), "channel").total
    assert (line.sms_parts, line.cost) == (22, Decimal("2.2000"))


@pytest.mark.parametrize("by", [name for name in figures.TABLES if name != "district"])
def test_every_table_sums_to_the_total(author: User, by: str) -> None:
    for days_ago, klass in ((0, "information"), (3, "warning"), (20, "alarm")):
        went(
            author, {"email": {"delivered": 7}, "push": {"read": 3}}, days_ago=days_ago, klass=klass
        )
    shown = figures_page.figures(author, month(), by)
    assert sum(line.handed_over for line in shown.lines) == shown.total.handed_over == 30
    assert [bar for bar in shown.chart.bars if bar.tone == "email"]


def test_the_days_before_stand_beside(author: User) -> None:
    went(author, {"email": {"delivered": 30}}, days_ago=1)
    went(author, {"email": {"delivered": 20}}, days_ago=31)
    went(author, {"email": {"delivered": 99}}, days_ago=70)
    shown = figures_page.figures(author, month(), "channel")
    handed_over = next(one for one in shown.changes if one.name == "handed_over")
    assert (handed_over.now, handed_over.before, handed_over.percent) == (30, 20, 50)


def test_exercises_drafts_and_other_units_are_not_counted(author: User) -> None:
    went(author, {"email": {"delivered": 5}}, drill=True)
    draft = went(author, {"email": {"delivered": 5}})
    Message.objects.filter(pk=draft.pk).update(sent_at=None)
    school = make.staff("unit_manager", unit=make.municipal_unit())
    went(school, {"email": {"delivered": 6}})
    assert figures_page.figures(author, month(), "unit").total.handed_over == 6
    assert figures_page.figures(school, month(), "unit").total.handed_over == 6
    went(author, {"email": {"delivered": 7}})
    assert figures_page.figures(school, month(), "unit").total.handed_over == 6


def test_a_day_belongs_to_the_clock_of_the_town(author: User) -> None:
    one = went(author, {"email": {"delivered": 5}})
    late = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)  # the night the clock goes forward
    Message.objects.filter(pk=one.pk).update(due_at=late, sent_at=late)
    on = Span(date(2026, 3, 28), date(2026, 3, 28))
    assert figures_page.figures(author, on, "hour").lines[0].name.startswith("23:00")
    assert not figures_page.figures(author, on.before, "hour").lines
    after = Span(date(2026, 3, 29), date(2026, 3, 29))
    assert not figures_page.figures(author, after, "hour").lines


def test_a_night_counts_districts_once_and_right(author: User, fake: Fake) -> None:
    topic = make.topic()
    places = ("Osiedle Słoneczne", "Osiedle Słoneczne", "Nadrzecze")
    people = [
        make.recipient(
            topics=(topic,), address=make.address(f"Ulica {n}", n + 1, district_name=name)
        )
        for n, name in enumerate(places)
    ]
    fake("email")
    message = sent(make.message(author=author, about=topic))
    drain()
    assert accounting.count_due() == 1
    rows = DistrictFigure.objects.filter(message=message)
    assert sum(row.handed_over for row in rows) == len(people)
    before = [(row.channel, row.district_id, row.handed_over) for row in rows]
    accounting.count(message.pk)
    again = DistrictFigure.objects.filter(message=message)
    assert [(row.channel, row.district_id, row.handed_over) for row in again] == before
    shown = figures_page.figures(author, month(), "district").named_rows
    place = list(figures.HEADS).index("handed_over")
    assert {name: row[place] for name, row in shown} == {"Osiedle Słoneczne": 2, "Nadrzecze": 1}


def test_an_old_message_is_not_read_again(author: User) -> None:
    one = went(author, {"email": {"delivered": 5}}, days_ago=30)
    assert accounting.count_due() == 1
    assert accounting.count_due() == 0
    # One of yesterday may still change, whatever was counted.
    Message.objects.filter(pk=one.pk).update(due_at=timezone.now() - timedelta(days=1))
    assert accounting.count_due() == 1


def test_the_price_of_the_first_count_stays(author: User, monkeypatch: pytest.MonkeyPatch) -> None:
    one = went(author, {"sms": {"delivered": 5}}, sms_parts=1)
    for price in ("0.08", "0.20"):
        monkeypatch.setattr(accounting, "part_price", lambda price=price: Decimal(price))
        accounting.count(one.pk)
    assert MessageAccount.objects.get(message=one).part_price == Decimal("0.08")


def district_lines(*numbers: int) -> list[Line]:
    lines = []
    for place, number in enumerate(numbers):
        line = Line(f"Osiedle {place}", {1})
        line.handed_over = number
        line.sms_parts = number
        lines.append(line)
    return lines


@pytest.mark.dry
def test_small_numbers_are_hidden_and_cannot_be_worked_out() -> None:
    place = list(figures.HEADS).index("handed_over")
    parts = list(figures.HEADS).index("sms_parts")
    rows = figures_page.cells(district_lines(100, 3, 20, 0), masked=True)
    # With one alone hidden, the sum of the column would tell it: the next smallest goes, too.
    assert [row[place] for row in rows] == [100, None, None, 0]
    assert [row[parts] for row in rows] == [100, None, None, 0]
    rows = figures_page.cells(district_lines(100, 3, 4), masked=True)
    assert [row[place] for row in rows] == [100, None, None]
    rows = figures_page.cells(district_lines(100, 3), masked=False)
    assert [row[place] for row in rows] == [100, 3]


def test_who_may_not_open_cards_sees_no_small_district(client: Client, author: User) -> None:
    district = District.objects.create(name="Osiedle Małe")
    one = went(author, {"email": {"delivered": 3}})
    accounting.count(one.pk)
    DistrictFigure.objects.create(message=one, channel="email", district=district, handed_over=3)
    for person, told in ((author, "3"), (make.staff("editor"), "poniżej 5")):
        client.force_login(person)
        shown = client.get(reverse("message-statistics"), {"wedlug": "district"}).context["figures"]
        row = dict(shown.named_rows)["Osiedle Małe"]
        value = row[list(figures.HEADS).index("handed_over")]
        assert (value is None) is (told != "3")


def test_the_page_takes_any_address(client: Client, author: User) -> None:
    went(author, {"email": {"delivered": 30}})
    client.force_login(author)
    page = reverse("message-statistics")
    assert client.get(page).status_code == 200
    for query in (
        {"since": "nie", "until": "2026-02-31", "topic": "x", "unit": "99999", "wedlug": "nic"},
        {"since": "2026-05-01", "until": "2026-04-01"},
        {"since": "0001-01-01", "until": "0001-01-01"},
        {"since": "1900-01-01", "until": "9999-12-31"},
        {"klass": "katastrofa"},
    ):
        assert client.get(page, query).status_code == 200


@pytest.mark.parametrize("ending", ["csv", "xlsx", "pdf"])
def test_the_same_as_a_file(client: Client, author: User, ending: str) -> None:
    went(author, {"email": {"delivered": 1234}})
    client.force_login(author)
    answer = client.get(reverse(f"message-statistics-{ending}"))
    content = answer.getvalue()
    starts = {"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "pdf": b"%PDF-"}
    assert content.startswith(starts[ending])
    assert ending != "csv" or b"1234" in content
    client.force_login(make.staff("editor"))
    assert client.get(reverse(f"message-statistics-{ending}")).status_code == 403


def test_the_paper_holds_every_table(author: User) -> None:
    went(author, {"email": {"delivered": 1234}})
    titles = [section.title for section in figures_paper.sections(author, month())]
    assert titles[:3] == ["W porównaniu z poprzednim okresem", "Razem", "Według kanału"]


# --- The monthly summary --------------------------------------------------------------------------


def test_the_summary_goes_once_to_those_who_were_chosen(author: User) -> None:
    today = TODAY().replace(day=1)
    span = summaries.month_before(today)
    one = went(author, {"email": {"delivered": 41, "undelivered": 2}})
    noon = timezone.make_aware(datetime.combine(span.last, datetime.min.time())) + timedelta(
        hours=12
    )
    Message.objects.filter(pk=one.pk).update(due_at=noon, sent_at=noon)
    assert summaries.post_due(today) == 0
    assert not SummaryRound.objects.exists()
    gone = make.staff("editor")
    for user in (author, gone):
        SummaryReader.objects.create(user=user)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert summaries.post_due(today) == 1
    assert summaries.post_due(today + timedelta(days=1)) == 0
    letter = Letter.objects.get(staff=author)
    assert "41" in letter.text.long
    assert Delivery.objects.filter(letter=letter, channel="email").count() == 1


def test_a_reader_of_a_school_gets_the_figures_of_the_school(author: User) -> None:
    school = make.staff("unit_manager", unit=make.municipal_unit())
    span = Span(TODAY(), TODAY())
    went(author, {"email": {"delivered": 77}})
    assert "77" in summaries.text_for(author, span).long
    assert "77" not in summaries.text_for(school, span).long


def test_readers_are_chosen_among_those_whom_one_sees(client: Client, author: User) -> None:
    school = make.staff("unit_manager", unit=make.municipal_unit())
    colleague = make.staff("editor", unit=school.unit)
    outsider = make.staff("editor")
    SummaryReader.objects.create(user=outsider)
    client.force_login(school)
    page = reverse("summary-readers")
    assert client.get(page).status_code == 200
    client.post(page, {"reader": [colleague.pk, outsider.pk, 99999, "x"]})
    assert summaries.readers_of(school) == {colleague.pk}
    client.post(page, {})
    assert SummaryReader.objects.get().user_id == outsider.pk
    client.force_login(make.staff("editor"))
    assert client.get(page).status_code == 403
