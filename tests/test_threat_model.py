"""docs/threat-model.md names tests and modules that exist, and misses no point of ASVS level 2."""

import re
from pathlib import Path

from tests.test_house import tracked

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs/threat-model.md").read_text(encoding="utf-8")
CHECKLIST = PAGE[PAGE.index("## OWASP ASVS") :]
ROW = re.compile(r"^\| ([\d., ]+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
# The points of ASVS 4.0.3 that hold for level 2, by section; level 3's own and the deleted ones are not here.
LEVEL_2 = {
    "1.1": "1-7", "1.2": "1-4", "1.4": "1 4 5", "1.5": "1-4", "1.6": "1-4", "1.7": "1 2",
    "1.8": "1 2", "1.9": "1 2", "1.10": "1", "1.11": "1 2", "1.12": "2", "1.14": "1-6",
    "2.1": "1-12", "2.2": "1-3", "2.3": "1-3", "2.4": "1-5", "2.5": "1-7", "2.6": "1-3",
    "2.7": "1-6", "2.8": "1-6", "2.9": "1-3", "2.10": "1-4",
    "3.1": "1", "3.2": "1-4", "3.3": "1-4", "3.4": "1-5", "3.5": "1-3", "3.7": "1",
    "4.1": "1-3 5", "4.2": "1 2", "4.3": "1-3",
    "5.1": "1-5", "5.2": "1-8", "5.3": "1-10", "5.4": "1-3", "5.5": "1-4",
    "6.1": "1-3", "6.2": "1-6", "6.3": "1 2", "6.4": "1 2",
    "7.1": "1-4", "7.2": "1 2", "7.3": "1 3 4", "7.4": "1-3",
    "8.1": "1-4", "8.2": "1-3", "8.3": "1-8", "9.1": "1-3", "9.2": "1-4",
    "10.2": "1 2", "10.3": "1-3", "11.1": "1-8",
    "12.1": "1-3", "12.2": "1", "12.3": "1-6", "12.4": "1 2", "12.5": "1 2", "12.6": "1",
    "13.1": "1 3-5", "13.2": "1-3 5 6", "13.3": "1 2", "13.4": "1 2",
    "14.1": "1-4", "14.2": "1-6", "14.3": "2 3", "14.4": "1-7", "14.5": "1-4",
}  # fmt: skip


def points() -> set[str]:
    wanted = set()
    for section, numbers in LEVEL_2.items():
        for part in numbers.split():
            first, _dash, last = part.partition("-")
            wanted |= {f"{section}.{n}" for n in range(int(first), int(last or first) + 1)}
    return wanted


def rows() -> list[tuple[list[str], str, str]]:
    return [
        ([point.strip() for point in found[1].split(",")], found[3], found[4])
        for found in ROW.finditer(CHECKLIST)
    ]


def test_every_point_of_level_2_stands_once() -> None:
    written = [point for given, _where, _test in rows() for point in given]
    assert sorted(points() - set(written)) == []
    assert len(written) == len(set(written))


def test_every_test_that_is_named_exists() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in tracked("*test_*.py"))
    existing = set(re.findall(r"def (test_\w+)\(", source))
    for given, _where, test in rows():
        named = re.findall(r"`(test_\w+)`", test)
        assert set(named) <= existing, (given, test)
        assert named or test.startswith("n/a: "), given


def test_every_module_that_is_named_exists() -> None:
    for given, where, _test in rows():
        for named in re.findall(r"`([\w./-]+(?:\.\w+|/))`", where):
            if "/" in named:
                assert (ROOT / named).exists(), (given, named)
