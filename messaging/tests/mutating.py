"""From an honest document to one that nobody foresaw: the same thousands at every run."""

import re
from collections.abc import Callable, Iterator

import numpy as np

TAG = re.compile(rb"</?[A-Za-z][\w:.-]*")
TEXT = re.compile(rb">[^<>]+<")
VALUE = re.compile(rb'="[^"]*"')
NASTY = (
    b"",
    b"&#0;",
    b"&amp;&lt;",
    b"\xff\xfe",
    b"\x00",
    b"9" * 400,
    b"true false",
    b"0001-01-01T00:00:00+14:00",
    b"9999-12-31T23:59:59-14:00",
    b"2026-11-20T10:00:00.123456789+01:00",
    b"<!-- x -->",
    b"<?x y?>",
    b"<![CDATA[]]>",
    b"<![CDATA[" + b"y" * 3000 + b"]]>",
    "żółć \U0001f600 ".encode(),
    b"%s%n{0}{{7*7}}",
    b"' OR 1=1 --",
    b"../../etc/passwd",
    b"A" * 20_000,
)
DOCTYPES = (
    b'<!DOCTYPE a [<!ENTITY b "c">]>',
    b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">',
    b'<!DOCTYPE a [<!ENTITY % b SYSTEM "file:///etc/passwd">%b;]>',
    b'<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;">]>',
)
Change = Callable[[bytes, np.random.Generator], bytes]


def mutations(honest: bytes, number: int, seed: int) -> Iterator[bytes]:
    """`number` changed documents, each by one to three changes."""
    dice = np.random.default_rng(seed)
    for _each in range(number):
        raw = honest
        for _change in range(int(dice.integers(1, 4))):
            raw = CHANGES[int(dice.integers(len(CHANGES)))](raw, dice) or b"x"
        yield raw


def _place(raw: bytes, dice: np.random.Generator) -> int:
    return int(dice.integers(len(raw) + 1))


def flip(raw: bytes, dice: np.random.Generator) -> bytes:
    changed = bytearray(raw)
    for _bit in range(int(dice.integers(1, 9))):
        changed[int(dice.integers(len(changed)))] ^= 1 << int(dice.integers(8))
    return bytes(changed)


def truncate(raw: bytes, dice: np.random.Generator) -> bytes:
    return raw[: _place(raw, dice)]


def cut_out(raw: bytes, dice: np.random.Generator) -> bytes:
    start = _place(raw, dice)
    return raw[:start] + raw[start + int(dice.integers(1, 200)) :]


def repeat(raw: bytes, dice: np.random.Generator) -> bytes:
    start = _place(raw, dice)
    part = raw[start : start + int(dice.integers(1, 400))]
    return raw[:start] + part * int(dice.integers(2, 6)) + raw[start:]


def nest(raw: bytes, dice: np.random.Generator) -> bytes:
    depth, start = int(dice.integers(1, 600)), raw.find(b"<", _place(raw, dice))
    return raw[:start] + b"<n>" * depth + b"</n>" * depth + raw[start:]


def declare(raw: bytes, dice: np.random.Generator) -> bytes:
    return DOCTYPES[int(dice.integers(len(DOCTYPES)))] + raw


def _exchange(pattern: re.Pattern[bytes], wrap: Callable[[bytes], bytes]) -> Change:
    """Put something nasty in the place of one match."""

    def change(raw: bytes, dice: np.random.Generator) -> bytes:
        found = list(pattern.finditer(raw))
        if not found:
            return raw
        match = found[int(dice.integers(len(found)))]
        nasty = wrap(NASTY[int(dice.integers(len(NASTY)))])
        return raw[: match.start()] + nasty + raw[match.end() :]

    return change


def swap_tags(raw: bytes, dice: np.random.Generator) -> bytes:
    found = TAG.findall(raw)
    if len(found) < 2:
        return raw
    one, other = (found[int(dice.integers(len(found)))].strip(b"</") for _both in range(2))
    return raw.replace(one, b"\1").replace(other, one).replace(b"\1", other)


CHANGES: tuple[Change, ...] = (
    flip,
    truncate,
    cut_out,
    repeat,
    nest,
    declare,
    swap_tags,
    _exchange(TEXT, lambda nasty: b">" + nasty + b"<"),
    _exchange(VALUE, lambda nasty: b'="' + nasty + b'"'),
    _exchange(TAG, lambda nasty: b"<" + nasty),
)
