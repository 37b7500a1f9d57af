"""A cell from outside is never a formula, and the file reads back as it was."""

import csv

import pytest

from icp import csv_files

pytestmark = pytest.mark.dry


@pytest.mark.parametrize(
    "text", ["=1+1", "+48512904417", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|'/c calc'!A1", "＝1"]
)
def test_formulas_are_disarmed(text: str) -> None:
    assert csv_files.cell(text) == f"'{text}"


def test_numbers_and_words_stay_what_they_are() -> None:
    assert [csv_files.cell(value) for value in (-5, 1.5, None, "a=b", True)] == [
        "-5",
        "1.5",
        "",
        "a=b",
        "True",
    ]


def test_the_file_reads_back() -> None:
    rows: list[list[object]] = [['cudzysłów "i" średnik;', "dwa\nwiersze"], ["=zło()", 7]]
    response = csv_files.download("a.csv", ["=pierwsza", "druga"], rows)
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    assert list(csv.reader(text.splitlines(keepends=True), delimiter=";")) == [
        ["'=pierwsza", "druga"],
        rows[0],
        ["'=zło()", "7"],
    ]
    assert response["Content-Disposition"] == 'attachment; filename="a.csv"'
