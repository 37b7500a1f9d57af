"""From messages that are planned, and those that failed, to tiles of the start page that lead to them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module import statistics
from admin_module.statistics.waiting import Waiting
from messaging.models import Message
from tests import make

pytestmark = pytest.mark.django_db


def tiles(board: statistics.Board) -> dict[str, Waiting]:
    return {one.url: one for one in board.waiting}


def test_the_next_planned_message_and_the_failed_ones_of_a_week(client: Client) -> None:
    editor = make.staff("editor")
    now = timezone.now()
    for hours in (30, 3):
        due = now + timedelta(hours=hours)
        make.message(author=editor, status=Message.Status.SCHEDULED, due_at=due, sent_at=now)
    for days in (1, 20):
        ended = now - timedelta(days=days)
        make.message(
            author=editor,
            status=Message.Status.SENT_WITH_FAILURES,
            finished_at=ended,
            sent_at=ended,
        )
    make.message(
        author=editor, status=Message.Status.SENT_WITH_FAILURES, finished_at=now, drill=True
    )
    found = tiles(statistics.board(editor, steps=False))
    planned = found[reverse("message-calendar")]
    nearest = timezone.localtime(now + timedelta(hours=3))
    assert (planned.number, planned.note.endswith(f"{nearest:%H:%M}")) == (2, True)
    failed = found[f"{reverse('message-list')}?status=z-niepowodzeniami"]
    assert failed.number == 1
    client.force_login(editor)
    rows = client.get(failed.url).context["rows"]
    assert {one.status for one, _tally in rows} == {Message.Status.SENT_WITH_FAILURES}


def test_where_nothing_is_planned_and_nothing_failed_no_tile_stands() -> None:
    editor = make.staff("editor")
    found = tiles(statistics.board(editor, steps=False))
    assert reverse("message-calendar") not in found
    assert not any("z-niepowodzeniami" in url for url in found)
