"""The clock on the wall and the moments behind it, in ordinary nights and in the two others."""

from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from messaging.forms.moments import MomentField, WhichHourField, choose_hours
from messaging.hours.moments import (
    FIRST,
    SECOND,
    HourComesTwice,
    NoSuchHour,
    moment_of,
    which_of_two,
    words_of,
)

pytestmark = pytest.mark.dry
HOUR = timedelta(hours=1)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2026-01-15T12:00", "2026-01-15T11:00"),
        ("2026-07-15T12:00", "2026-07-15T10:00"),
        ("2026-03-29T01:59", "2026-03-29T00:59"),
        ("2026-03-29T03:00", "2026-03-29T01:00"),
        ("2026-10-25T01:59", "2026-10-24T23:59"),
        ("2026-10-25T03:00", "2026-10-25T02:00"),
    ],
)
def test_one_hour_on_the_wall_is_one_moment(typed: str, utc: str) -> None:
    assert moment_of(wall(typed)).astimezone(UTC) == wall(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize("minute", [0, 1, 30, 59])
def test_an_hour_that_is_left_out_names_those_around_it(minute: int) -> None:
    with pytest.raises(NoSuchHour) as refusal:
        moment_of(wall(f"2026-03-29T02:{minute:02d}"))
    assert "2:00" in str(refusal.value)
    assert "3:00" in str(refusal.value)


@pytest.mark.parametrize("minute", [0, 30, 59])
def test_an_hour_that_comes_twice_asks_which(minute: int) -> None:
    typed = wall(f"2026-10-25T02:{minute:02d}")
    with pytest.raises(HourComesTwice):
        moment_of(typed)
    first, second = moment_of(typed, FIRST), moment_of(typed, SECOND)
    assert second.astimezone(UTC) - first.astimezone(UTC) == HOUR
    assert (which_of_two(first), which_of_two(second)) == (FIRST, SECOND)
    assert words_of(first) != words_of(second)


@given(st.datetimes(wall("2020-01-01"), wall("2040-01-01")), st.sampled_from([FIRST, SECOND]))
def test_what_was_typed_is_what_the_wall_shows(typed: datetime, which: str) -> None:
    try:
        moment = moment_of(typed, which)
    except NoSuchHour:
        assert (typed.month, typed.hour) == (3, 2)
        return
    assert moment.astimezone(moment.tzinfo).replace(tzinfo=None, fold=0) == typed
    assert which_of_two(moment) in {"", which}


class _Times(forms.Form):
    begin = MomentField()
    begin_which = WhichHourField()
    end = MomentField()

    def __init__(self, data: dict[str, str]) -> None:
        super().__init__(data)
        choose_hours(self, begin="begin_which")


def test_a_form_asks_only_about_the_beginning() -> None:
    twice = "2026-10-25T02:30"
    asked = _Times({"begin": twice, "end": twice})
    assert not asked.is_valid()
    assert asked.has_error("begin", "twice")
    assert not asked.has_error("end")
    answered = _Times({"begin": twice, "begin_which": FIRST, "end": twice})
    assert answered.is_valid()
    # Of an end that comes twice the later one is meant: nothing is left out too early.
    assert answered.cleaned_data["end"] - answered.cleaned_data["begin"].astimezone(UTC) == HOUR


@pytest.mark.parametrize("typed", ["24.12.2026 9:00", "2026-12-24 09:00", "2026-12-24T09:00:00"])
def test_hours_are_read_as_people_type_them(typed: str) -> None:
    assert MomentField().clean(typed) == datetime(2026, 12, 24, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed", ["jutro", "2026-13-01T10:00", "2026-03-29T02:30", "24.12", "\x00"]
)
def test_what_is_no_hour_is_refused_with_words(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        MomentField().clean(typed)
