"""From what a player did to rows that are only ever added, and from those rows to what was heard."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from conversations.models import PlaybackEvent, PlaybackSession, Recording

Action = PlaybackEvent.Action
BY_PLAYER = (Action.PLAY, Action.PAUSE, Action.SEEK)
STOPS = (Action.PAUSE, Action.SEEK, Action.END)
LONGEST = 24 * 3600 * 1000  # milliseconds that a browser may speak of
MOST_EVENTS = 5000  # of one session: nobody presses a button more often within an hour
Span = tuple[int, int]


def note_range(session: PlaybackSession, recording: Recording, first: int, last: int) -> None:
    """Bytes of the recording itself, wherever the piece lies in it: `last` is the one behind."""
    PlaybackEvent.objects.create(
        session=session, recording=recording, action=Action.RANGE, begin=first, end=last
    )


def note_read(session: PlaybackSession, lines: int) -> None:
    PlaybackEvent.objects.create(session=session, action=Action.READ, end=lines)


def note_player(
    session: PlaybackSession, recording: Recording, action: str, begin: int, end: int
) -> bool:
    """What the browser tells of the player, milliseconds of the recording; False: told too much."""
    if action not in BY_PLAYER or not (0 <= begin <= LONGEST and 0 <= end <= LONGEST):
        return False
    if session.events.count() >= MOST_EVENTS:
        return False
    PlaybackEvent.objects.create(
        session=session, recording=recording, action=action, begin=begin, end=end
    )
    return True


def heard(events: Iterable[PlaybackEvent]) -> list[Span]:
    """Spans in milliseconds between play and pause, seek or the session's end; joined and in order."""
    spans: list[Span] = []
    playing: tuple[int, datetime] | None = None  # from where, since when
    for event in events:
        if event.action == Action.PLAY:
            playing = (event.begin, event.at)
        elif event.action in STOPS and playing is not None:
            since, at = playing
            elapsed = (event.at - at) // timedelta(milliseconds=1)
            spans.append((since, since + elapsed if event.action == Action.END else event.begin))
            playing = (event.end, event.at) if event.action == Action.SEEK else None
    return joined(spans)


def given(events: Iterable[PlaybackEvent], milliseconds: int, size: int) -> list[Span]:
    """Spans of the bytes that left the server, as time: what could have been heard at most."""
    spans = [
        (event.begin * milliseconds // size, event.end * milliseconds // size)
        for event in events
        if event.action == Action.RANGE and size
    ]
    return joined(spans)


def joined(spans: Iterable[Span]) -> list[Span]:
    """In order, without overlaps; a second between two is no gap."""
    out: list[Span] = []
    for begin, end in sorted(span for span in spans if span[1] > span[0]):
        if out and begin <= out[-1][1] + 1000:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((begin, end))
    return out


def clock(milliseconds: int) -> str:
    """“3:07”: minutes and seconds."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    return f"{minutes}:{seconds:02d}"
