"""The hours of an inbox: by the office's clock, holidays closed."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from conversations.chat import hours
from conversations.models import ChatInbox

pytestmark = pytest.mark.dry
WARSAW = ZoneInfo("Europe/Warsaw")
OFFICE = {str(day): [["07:30", "15:30"]] for day in range(1, 6)} | {
    "2": [["07:30", "12:00"], ["13:00", "17:00"]]
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW)


def test_open_by_the_day_and_the_hour() -> None:
    inbox = ChatInbox(hours=OFFICE)
    expected = {
        "2026-11-16 07:29:59": False,  # Monday
        "2026-11-16 07:30": True,
        "2026-11-16 15:29:59": True,
        "2026-11-16 15:30": False,
        "2026-11-17 12:30": False,  # the break on Tuesday
        "2026-11-17 16:59": True,
        "2026-11-21 10:00": False,  # Saturday
        "2026-11-11 10:00": False,  # Wednesday, Independence Day
        "2026-12-24 10:00": False,  # free since 2025
    }
    for moment, is_open in expected.items():
        assert hours.is_open(inbox, at(moment)) is is_open, moment
    # The clock is the office's: 6:30 UTC is 7:30 in winter, 8:30 in summer.
    utc = ZoneInfo("UTC")
    assert hours.is_open(inbox, datetime(2026, 11, 16, 6, 30, tzinfo=utc))
    assert not hours.is_open(inbox, datetime(2026, 7, 13, 13, 30, tzinfo=utc))


def test_holidays_may_have_hours_of_their_own_and_a_day_may_last_till_midnight() -> None:
    inbox = ChatInbox(hours={"3": [["00:00", "24:00"]], "0": [["10:00", "12:00"]]})
    assert hours.is_open(inbox, at("2026-11-18 23:59:59"))
    assert not hours.is_open(inbox, at("2026-11-19 00:00"))
    assert not hours.is_open(inbox, at("2026-11-11 09:00"))
    assert hours.is_open(inbox, at("2026-11-11 11:00"))


def test_the_next_opening_steps_over_holidays_and_closed_inboxes_have_none() -> None:
    inbox = ChatInbox(hours=OFFICE)
    assert hours.next_opening(inbox, at("2026-11-10 18:00")) == at("2026-11-12 07:30")
    assert hours.next_opening(inbox, at("2026-11-17 12:30")) == at("2026-11-17 13:00")
    assert hours.next_opening(ChatInbox(hours={}), at("2026-11-17 12:30")) is None
    closed = ChatInbox(hours=OFFICE, closed_at=at("2026-11-01 00:00"))
    assert hours.next_opening(closed, at("2026-11-17 06:00")) is None
    assert not hours.is_open(closed, at("2026-11-17 10:00"))
