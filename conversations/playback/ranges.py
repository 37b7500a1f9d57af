"""From the header Range to the bytes that one answer carries: a piece, never a whole recording.

RFC 9110, 14.2: one range of bytes. A request without one, or for several, is refused: browsers that
play a sound ask for pieces, and go on asking where they get less than they wanted.
"""

import re

MOST = 256 * 1024  # bytes of one answer; each further one is asked about anew
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class BadRange(Exception):
    """416: nothing of what is asked for can be given."""


def wanted(header: str, size: int) -> tuple[int, int]:
    """The first byte and the one behind the last, of `size` bytes; raises BadRange."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or not any(match.groups()):
        raise BadRange
    first, last = match.groups()
    if not first:  # the last so many bytes
        begin, end = max(0, size - int(last)), size
    else:
        begin, end = int(first), min(int(last) + 1, size) if last else size
    if begin >= end:
        raise BadRange
    return begin, min(end, begin + MOST)
