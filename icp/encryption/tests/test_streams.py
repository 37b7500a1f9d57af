"""Sealed files: any range opens alone; cut, reordered and exchanged ones are refused."""

import io
from itertools import pairwise

import pytest

from icp.encryption.errors import Tampered
from icp.encryption.streams import (
    HEADER,
    SEALED_SEGMENT,
    SEGMENT,
    StreamReader,
    encrypt_stream,
    new_file_key,
)

pytestmark = pytest.mark.dry

KEY = new_file_key()
CONTEXT = b"a row's uid"
GOLDEN_KEY = bytes(range(32))
GOLDEN_1 = bytes.fromhex(
    "49435053013bfbd2fd222f95f05538da5e9eaa8600485df6a2f03c5d7a88a3b36442c327757ca522edbc9ac9212c0e54b2e8b1876f45dd07197743d7b7192eb6"
)


def sealed(data: bytes, context: bytes = CONTEXT) -> bytes:
    target = io.BytesIO()
    assert encrypt_stream(io.BytesIO(data), target, key=KEY, context=context).size == len(data)
    return target.getvalue()


def opened(data: bytes, context: bytes = CONTEXT) -> bytes:
    return b"".join(StreamReader(io.BytesIO(data), key=KEY, context=context))


def content(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def test_the_golden_file_opens() -> None:
    assert (
        b"".join(StreamReader(io.BytesIO(GOLDEN_1), key=GOLDEN_KEY, context=b"golden")) == b"scan"
    )


@pytest.mark.parametrize("size", [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT])
def test_what_goes_in_comes_out(size: int) -> None:
    assert opened(sealed(content(size))) == content(size)


def test_a_range_opens_alone() -> None:
    data = content(3 * SEGMENT + 100)
    reader = StreamReader(io.BytesIO(sealed(data)), key=KEY, context=CONTEXT)
    assert reader.size == len(data)
    places = [0, 1, SEGMENT - 1, SEGMENT, 2 * SEGMENT + 7, len(data) - 1, len(data), len(data) + 9]
    for start, end in [*pairwise(places), (5, 5), (0, len(data))]:
        assert b"".join(reader.read_range(start, end)) == data[start:end]


def test_a_cut_file_is_refused() -> None:
    good = sealed(content(2 * SEGMENT + 10))
    cuts = [0, 10, HEADER, HEADER + 5, HEADER + SEALED_SEGMENT, HEADER + 2 * SEALED_SEGMENT]
    for length in [*cuts, len(good) - 1]:
        with pytest.raises(Tampered):
            opened(good[:length])
    with pytest.raises(Tampered):
        opened(good + b"x")


def test_segments_keep_their_order() -> None:
    good = sealed(content(3 * SEGMENT))
    head, body = good[:HEADER], good[HEADER:]
    first, second, third = (body[i * SEALED_SEGMENT :][:SEALED_SEGMENT] for i in range(3))
    for order in ((second, first, third), (first, first, third), (first, third), (third,)):
        with pytest.raises(Tampered):
            opened(head + b"".join(order))


def test_every_flipped_byte_is_noticed() -> None:
    good = sealed(b"scan")
    for place in range(len(good)):
        bad = good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]
        with pytest.raises(Tampered):
            opened(bad)


def test_a_file_opens_only_in_its_place() -> None:
    with pytest.raises(Tampered):
        opened(sealed(b"scan"), b"another row's uid")
    with pytest.raises(Tampered):
        list(StreamReader(io.BytesIO(sealed(b"x")), key=new_file_key(), context=CONTEXT))
