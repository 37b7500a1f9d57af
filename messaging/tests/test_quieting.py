"""Quiet hours: who waits until when, also in the nights when the clocks change."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from admin_module.configuration import QuietHours, read, write
from messaging.engine import expanding
from messaging.hours.quieting import quiet_until
from messaging.models import Message
from messaging.steps import sending
from tests import make

WARSAW = ZoneInfo("Europe/Warsaw")
NIGHT = QuietHours(True, time(22), time(7))
INFORMATION, WARNING, ALARM = (
    Message.Klass.INFORMATION, Message.Klass.WARNING, Message.Klass.ALARM
)  # fmt: skip


def at(day: int, hour: int, minute: int = 0, *, month: int = 11, fold: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=WARSAW, fold=fold)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        (at(20, 21, 59), None),
        (at(20, 22), at(21, 7)),
        (at(20, 23, 30), at(21, 7)),
        (at(21, 0), at(21, 7)),
        (at(21, 6, 59), at(21, 7)),
        (at(21, 7), None),
        (at(21, 12), None),
    ],
)
def test_over_midnight(moment: datetime, until: datetime | None) -> None:
    assert quiet_until(INFORMATION, moment, NIGHT) == until


def test_within_one_day() -> None:
    noon = QuietHours(True, time(12), time(13, 30))
    assert quiet_until(INFORMATION, at(20, 12, 15), noon) == at(20, 13, 30)
    assert quiet_until(INFORMATION, at(20, 11, 59), noon) is None
    assert quiet_until(INFORMATION, at(20, 13, 30), noon) is None


def test_who_waits() -> None:
    late = at(20, 23)
    assert quiet_until(WARNING, late, NIGHT) is None
    assert quiet_until(WARNING, late, replace(NIGHT, warning=True)) == at(21, 7)
    assert quiet_until(INFORMATION, late, replace(NIGHT, information=False)) is None
    assert quiet_until(INFORMATION, late, replace(NIGHT, enabled=False)) is None
    assert quiet_until(ALARM, late, replace(NIGHT, warning=True)) is None


def test_the_morning_is_at_seven_also_when_the_clocks_change() -> None:
    spring, autumn = at(28, 23, month=3), at(24, 23, month=10)
    assert quiet_until(INFORMATION, spring, NIGHT) == datetime(2026, 3, 29, 5, tzinfo=UTC)
    assert quiet_until(INFORMATION, autumn, NIGHT) == datetime(2026, 10, 25, 6, tzinfo=UTC)


def test_an_end_that_comes_twice_or_never_lies_ahead() -> None:
    short = QuietHours(True, time(23), time(2, 30))
    again = at(25, 2, 15, month=10, fold=1)  # the second of the two
    until = quiet_until(INFORMATION, again, short)
    assert until == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert until > again
    missing = quiet_until(INFORMATION, at(29, 1, 30, month=3), short)
    assert missing == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 3:30 on the wall


def all_day_but_a_minute() -> QuietHours:
    """Quiet now, whenever the test runs: until the minute before this one."""
    now = timezone.localtime()
    return QuietHours(True, now.time(), (now - timedelta(minutes=1)).time().replace(second=0))


@pytest.mark.django_db
def test_a_message_ordered_in_the_night_goes_out_in_the_morning() -> None:
    hours = all_day_but_a_minute()
    write(hours, by=None, revision=0)
    make.recipient(topics=(make.topic(),))
    message = make.message()
    sending.send(message, by=message.author)
    message.refresh_from_db()
    assert message.due_at is not None
    assert message.due_at == quiet_until(INFORMATION, timezone.now(), hours)
    expanding.expand(message.pk)
    message.refresh_from_db()
    assert message.status == Message.Status.SCHEDULED


@pytest.mark.django_db
def test_one_that_ends_before_the_morning_is_refused_with_a_sentence() -> None:
    write(all_day_but_a_minute(), by=None, revision=0)
    message = make.message(expires_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(sending.CannotSend, match=r"[Cc]isz|[Qq]uiet"):
        sending.send(message, by=message.author)


@pytest.mark.django_db
def test_an_alarm_goes_at_once() -> None:
    write(replace(all_day_but_a_minute(), warning=True), by=None, revision=0)
    message = make.message(klass=ALARM)
    sending.send(message, by=message.author)
    sending.approve(message, by=make.staff())
    message.refresh_from_db()
    assert message.due_at is not None
    assert message.due_at <= timezone.now()
    assert read(QuietHours).enabled
