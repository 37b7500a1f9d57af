"""What a key leads to, on every kind of line, asked of the pure rules."""

import re

import pytest

from conversations.models import NoticeDelivery, RecordingMode
from conversations.voice import calls, twiml
from conversations.voice.ivr import MOST_ROUNDS, Choice, chosen, outcome

pytestmark = pytest.mark.dry
KEYS = ["", *"0123456789*#"]


def test_no_key_and_no_line_leads_to_a_recording_that_was_not_agreed_to() -> None:
    agreed = {
        (RecordingMode.AFTER_NOTICE, ""),
        (RecordingMode.OPT_OUT, ""),
        (RecordingMode.OPT_IN, "2"),
    }
    for mode in RecordingMode:
        for key in KEYS:
            for number in range(1, MOST_ROUNDS + 1):
                for records in (True, False):
                    choice = chosen(mode, key, number, records=records)
                    recorded = (mode, key) in agreed and records
                    assert (choice is Choice.RECORDED) == recorded, (mode, key, number, records)
                    if number == MOST_ROUNDS:  # a call comes to its talk, whatever is pressed
                        assert choice in (Choice.RECORDED, Choice.UNRECORDED)


def test_one_is_the_full_notice_everywhere_and_what_is_not_offered_says_it_again() -> None:
    for mode in RecordingMode:
        assert chosen(mode, "1", 1, records=True) is Choice.FULL
        assert chosen(mode, "7", 2, records=True) is Choice.AGAIN
    assert chosen(RecordingMode.OPT_OUT, "9", 1, records=True) is Choice.UNRECORDED
    assert chosen(RecordingMode.AFTER_NOTICE, "9", 1, records=True) is Choice.AGAIN
    told = NoticeDelivery.Outcome
    assert outcome(RecordingMode.OPT_OUT, "9", Choice.UNRECORDED) == told.OPTED_OUT
    assert outcome(RecordingMode.OPT_IN, "2", Choice.RECORDED) == told.OPTED_IN
    assert outcome(RecordingMode.OFF, "", Choice.UNRECORDED) == told.CONTINUED


def test_a_long_text_is_said_in_parts_that_lose_nothing() -> None:
    sentence = "Administrator przetwarza dane zgodnie z prawem i przechowuje je sześć miesięcy. "
    for text in (sentence * 100, "słowo " * 2000, "", "Krótko."):
        parts = twiml.pieces(text)
        assert all(0 < len(part) <= twiml.LONGEST_SAY for part in parts)
        assert " ".join(parts) == " ".join(text.split())
    assert all(part.endswith(".") for part in twiml.pieces(sentence * 100))


def test_hostile_words_stay_words() -> None:
    answer = twiml.Answer("Polly.Ewa").say('</Say><Dial>+48700</Dial> & "x" \u202e')
    assert b"<Dial>" not in answer.xml()
    assert re.search(b"&lt;Dial&gt;", answer.xml())


def test_a_number_is_shown_hidden_or_unknown() -> None:
    for said, found in (
        ("+48601234567", ("+48601234567", "allowed")),
        ("Anonymous", ("", "withheld")),
        ("", ("", "withheld")),
        ("+7378742833", ("", "withheld")),
        ("+2562533", ("", "withheld")),
        ("Unavailable", ("", "unavailable")),
        ("client:jan", ("", "unavailable")),
        ("+48'; DROP", ("", "unavailable")),
        ("601234567", ("", "unavailable")),
    ):
        assert calls.caller(said) == found
