"""Two pages say where each paragraph of an order is met; this reads them and looks whether that is so."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

pytestmark = pytest.mark.dry

ROOT = Path(__file__).resolve().parent.parent
# Every paragraph of the orders, down to its points.
SIEDLCE_342_17 = (
    "1",
    *(f"2.{point}" for point in range(1, 18)),
    *(f"3.1.{point}" for point in range(1, 5)),
    "3.2",
    *(f"4.{point}" for point in range(1, 7)),
    *(f"5.{point}" for point in range(1, 7)),
    "6.1",
    "6.2",
)
SZCZECIN_308_18 = (
    *("1.1", "1.2", "1.3.1", "1.3.2", "1.4", "1.5", "2"),
    *(f"3.{point}" for point in range(1, 5)),
    *(f"4.{point}" for point in range(1, 8)),
    *("5", "6", "7", "8", "9"),
)
PAGES = {"docs/regulation.md": SIEDLCE_342_17, "docs/order-308-18.md": SZCZECIN_308_18}
RIGHTS = {"view", "correct", "complete", "update", "rectify", "suspend", "erase"}
HEADS = ["§", "what it asks for", "screen", "code", "test"]
NAMED = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the page: a paragraph and what meets it."""

    paragraph: str
    screens: tuple[str, ...]
    code: tuple[str, ...]
    tests: tuple[str, ...]


def lines(text: str) -> Iterator[Line]:
    for row in text.splitlines():
        cells = [cell.strip() for cell in row.strip().strip("|").split("|")]
        if not row.startswith("| ") or cells == HEADS:
            continue
        paragraph, _asks, screens, code, tests = cells
        assert NAMED.findall(screens) or screens == "–", row
        yield Line(paragraph, *(tuple(NAMED.findall(cell)) for cell in (screens, code, tests)))


LINES = {page: list(lines((ROOT / page).read_text(encoding="utf-8"))) for page in PAGES}


@cache
def url_names() -> frozenset[str]:
    def walk(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns)
            elif pattern.name:
                yield pattern.name

    return frozenset(walk(get_resolver().url_patterns))


@cache
def functions_of(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def missing_of(line: Line) -> list[str]:
    """What a line names and is not there."""
    absent = [name for name in line.screens if name not in url_names()]
    absent += [path for path in line.code if not (ROOT / path).is_file()]
    for test in line.tests:
        path, _colons, function = test.partition("::")
        found = (ROOT / path).is_file() and function in functions_of(ROOT / path)
        absent += [] if found and function.startswith("test_") else [test]
    return absent


@pytest.mark.parametrize("page", PAGES)
def test_no_paragraph_is_missing(page: str) -> None:
    named = {line.paragraph.partition(" ")[0] for line in LINES[page]}
    assert named == set(PAGES[page])


def test_every_right_of_paragraph_6_2_is_met_by_a_clerk_and_by_epuap() -> None:
    rights = {
        line.paragraph.partition(" ")[2].strip("()"): line
        for line in LINES["docs/regulation.md"]
        if line.paragraph.startswith("6.2 ")
    }
    assert set(rights) == RIGHTS | {"how"}
    for right in RIGHTS:
        names = [test.partition("::")[2] for test in rights[right].tests]
        assert any(re.match("test_paragraph_6_2_.*_by_clerk", name) for name in names), right
        assert any(re.match("test_paragraph_6_2_.*_by_epuap", name) for name in names), right


@pytest.mark.parametrize(
    "line", [line for page in PAGES for line in LINES[page]], ids=lambda line: line.paragraph
)
def test_what_a_line_names_is_there(line: Line) -> None:
    assert line.code
    assert line.tests
    assert missing_of(line) == []


def test_something_that_is_gone_is_noticed() -> None:
    gone = "| 9 | – | `no-such-page` | `recipients/no.py` | `tests/test_regulation.py::test_no` |"
    [line] = lines(gone)
    assert missing_of(line) == [
        "no-such-page",
        "recipients/no.py",
        "tests/test_regulation.py::test_no",
    ]
