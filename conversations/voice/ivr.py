"""From what a line offers and which key was pressed to what happens next. Pure: asks no database.

1: the full notice, then the short one again. 9: without a recording, where that is offered. 2: with one,
where it must be asked for. Nothing: the caller heard the notice to its end and waits.
"""

from enum import StrEnum

from conversations.models import NoticeDelivery, RecordingMode

MOST_ROUNDS = 3
FULL_KEY, RECORDED_KEY, UNRECORDED_KEY = "1", "2", "9"
Outcome = NoticeDelivery.Outcome


class Choice(StrEnum):
    """What a caller's key leads to."""

    FULL = "full"
    AGAIN = "again"
    RECORDED = "recorded"
    UNRECORDED = "unrecorded"


def chosen(mode: str, digits: str, round_number: int, *, records: bool) -> Choice:
    """`records`: whether the line may record at this moment, whatever it offered before.

    A key that was not offered broke the notice off: it is said again, and after MOST_ROUNDS the
    conversation goes on without a recording, because nobody can say that the notice was heard.
    """
    if _asks_for_more(mode, digits):
        if round_number >= MOST_ROUNDS:
            return Choice.UNRECORDED
        return Choice.FULL if digits == FULL_KEY else Choice.AGAIN
    return Choice.RECORDED if records and _agrees(mode, digits) else Choice.UNRECORDED


def outcome(mode: str, digits: str, choice: Choice) -> Outcome:
    """How the delivery of the notice ended."""
    if choice is Choice.RECORDED and mode == RecordingMode.OPT_IN:
        return Outcome.OPTED_IN
    if mode == RecordingMode.OPT_OUT and digits == UNRECORDED_KEY:
        return Outcome.OPTED_OUT
    return Outcome.CONTINUED


def _asks_for_more(mode: str, digits: str) -> bool:
    offered = {RecordingMode.OPT_OUT: UNRECORDED_KEY, RecordingMode.OPT_IN: RECORDED_KEY}
    return digits not in ("", offered.get(RecordingMode(mode)))


def _agrees(mode: str, digits: str) -> bool:
    if mode == RecordingMode.OPT_IN:
        return digits == RECORDED_KEY
    return mode != RecordingMode.OFF and digits == ""
