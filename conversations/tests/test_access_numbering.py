"""Many who draw a request's number at once, over New Year: each its own, in a row from 1, whoever gives up in between."""

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from conversations.access import filing, letters, numbering
from conversations.models import AccessRequest, AccessSeries
from conversations.tests.crowd import at_once
from tests import make_access

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CONNECTIONS, DRAWN = 24, 360
YEARS = (2026, 2027)


def rows(numbers: Iterable[str]) -> dict[int, list[int]]:
    """The numbers of each year in order: {2026: [1, 2, …]}."""
    found: dict[int, list[int]] = {}
    for number in numbers:
        series, drawn, year = number.split(".")
        assert series == "BOI"
        found.setdefault(int(year), []).append(int(drawn))
    return {year: sorted(drawn) for year, drawn in found.items()}


class GivenUp(Exception):
    pass


def test_numbers_are_drawn_once_and_what_was_given_up_leaves_no_gap() -> None:
    def draw(number: int) -> str:
        try:
            with transaction.atomic():
                drawn: str = numbering.next_number(YEARS[number % 2])
                if number % 5 == 0:
                    raise GivenUp
        except GivenUp:
            return ""
        return drawn

    told = at_once(draw, range(DRAWN), CONNECTIONS)
    assert not AccessSeries.objects.exclude(year__in=YEARS).exists()
    kept = [number for number in told if number]
    assert len(told) - len(kept) == DRAWN // 5
    each = (DRAWN - DRAWN // 5) // 2
    assert rows(kept) == {year: list(range(1, each + 1)) for year in YEARS}
    assert dict(AccessSeries.objects.values_list("year", "last")) == dict.fromkeys(YEARS, each)


def test_applications_filed_while_the_year_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A form that comes twice at the same moment is one request and takes one number."""
    clerk, forms = make_access.clerk(), [uuid.uuid4() for _number in range(CONNECTIONS)]
    real, ticks = timezone.localdate, count()

    def either_side(*said: Any) -> date:
        """Whoever asks what day it is hears 31 December and 1 January by turns."""
        return real(*said) if said else (date(2026, 12, 31), date(2027, 1, 1))[next(ticks) % 2]

    def file(number: int) -> str:
        new = filing.Application(
            applicant=make_access.applicant(conversation_on="2026-12-01"),
            channel=AccessRequest.Channel.PAPER,
            received_at=datetime(2026, 12, 31, 22, tzinfo=UTC),
            form_key=forms[number // 2],
        )
        return filing.file(new, clerk).number

    monkeypatch.setattr(timezone, "localdate", either_side)
    monkeypatch.setattr(letters, "keep", lambda *_said: None)  # typesetting is another test's
    told = at_once(file, range(2 * CONNECTIONS), CONNECTIONS)
    assert set(Counter(told).values()) == {2}
    kept = list(AccessRequest.objects.values_list("number", flat=True))
    assert sorted(kept) == sorted(set(told))
    assert len(kept) == CONNECTIONS
    found = rows(kept)
    assert set(found) == set(YEARS)
    assert all(drawn == list(range(1, len(drawn) + 1)) for drawn in found.values())
