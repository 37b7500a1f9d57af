"""Ranges, parts of a WAV file and what was heard: arithmetic that no database is asked for."""

import io
import wave
from datetime import UTC, datetime, timedelta

import pytest

from conversations.models import PlaybackEvent
from conversations.playback import pieces, ranges
from conversations.playback.tracing import clock, given, heard
from tests import make_listening

pytestmark = pytest.mark.dry
MOST = ranges.MOST
RANGES = (
    ("bytes=0-", 10, (0, 10)),
    ("bytes=0-", MOST * 3, (0, MOST)),
    (f"bytes={MOST}-", MOST * 3, (MOST, 2 * MOST)),
    ("bytes=5-7", 10, (5, 8)),
    ("bytes=5-999", 10, (5, 10)),
    ("bytes=-4", 10, (6, 10)),
    ("bytes=-400", 10, (0, 10)),
    (" bytes=9- ", 10, (9, 10)),
)
REFUSED = (
    "", "bytes=", "bytes=-", "bytes=-0", "bytes=10-", "bytes=7-5", "bytes=0-1,3-4", "items=0-1",
    "bytes=a-b", "bytes=0x1-2", "bytes=-1-2", "bytes=" + "9" * 40 + "-",
)  # fmt: skip


def test_a_range_is_cut_to_what_one_answer_carries() -> None:
    for header, size, found in RANGES:
        assert ranges.wanted(header, size) == found, header


def test_what_is_no_single_range_is_refused() -> None:
    for header in REFUSED:
        with pytest.raises(ranges.BadRange):
            ranges.wanted(header, 10)


def test_a_layout_finds_the_samples_behind_other_chunks() -> None:
    plain = make_listening.ramp(1)
    layout = pieces.read_layout(plain, len(plain))
    assert layout is not None
    assert (layout.begin, layout.size, layout.rate, layout.block) == (44, 16000, 8000, 2)
    noted = plain[:36] + b"LIST\x03\0\0\0abc\0" + plain[36:]
    moved = pieces.read_layout(noted, len(noted))
    assert moved is not None
    assert noted[moved.begin : moved.begin + 4] == plain[44:48]


def test_a_layout_is_not_made_up() -> None:
    plain = make_listening.ramp(1)
    mulaw = plain[:20] + b"\x07\0" + plain[22:]
    no_rate = plain[:24] + bytes(4) + plain[28:]
    endless = plain[:16] + b"\xff\xff\xff\xff" + plain[20:]
    for wrong in (b"", plain[:30], b"OggS" + plain[4:], mulaw, no_rate, endless, plain[:36]):
        assert pieces.read_layout(wrong, len(wrong)) is None


def test_a_file_that_names_more_samples_than_it_has_gives_what_is_there() -> None:
    plain = make_listening.ramp(1)
    lying = plain[:40] + b"\xff\xff\xff\x7f" + plain[44:]
    layout = pieces.read_layout(lying, len(lying))
    assert layout is not None
    assert layout.size == 16000
    assert layout.place(10_000) == 16000


def test_a_part_is_a_wav_file_of_its_own() -> None:
    plain = make_listening.ramp(3)
    layout = pieces.read_layout(plain, len(plain))
    assert layout is not None
    begin, end = layout.place(1000), layout.place(1501)
    cut = layout.head(end - begin) + plain[layout.begin + begin : layout.begin + end]
    with wave.open(io.BytesIO(cut)) as part:
        assert (part.getnchannels(), part.getframerate(), part.getnframes()) == (1, 8000, 4008)
        assert part.readframes(1) == (8000).to_bytes(2, "little")


def _event(action: str, begin: int, end: int = 0, at: int = 0) -> PlaybackEvent:
    moment = datetime(2026, 11, 20, 10, tzinfo=UTC) + timedelta(milliseconds=at)
    return PlaybackEvent(action=action, begin=begin, end=end or begin, at=moment)


def test_what_was_heard_follows_from_what_was_pressed() -> None:
    events = [
        _event("play", 0), _event("seek", 5000, 20_000), _event("pause", 25_000),
        _event("seek", 25_000, 3000), _event("play", 3000), _event("pause", 7000),
        _event("play", 60_000, at=1000), _event("end", 0, at=5000),
    ]  # fmt: skip
    assert heard(events) == [(0, 7000), (20_000, 25_000), (60_000, 64_000)]
    assert heard([_event("pause", 9), _event("seek", 1, 2)]) == []
    assert clock(187_900) == "3:07"


def test_bytes_that_left_are_told_as_time() -> None:
    events = [_event("range", 0, 100), _event("range", 100, 200), _event("range", 900, 1000)]
    assert given(events, 60_000, 1000) == [(0, 12_000), (54_000, 60_000)]
    assert given(events, 60_000, 0) == []
