"""From a list of invented streets to streets.csv and points.csv: `python -m sandbox.town.draw`.

The files are shipped; this says how they came about and lets the town be drawn anew.
"""

import csv
import math
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
# An empty field in Mazovia; the town stands nowhere.
LATITUDE, LONGITUDE = 52.3000, 22.0500
METRE_NORTH = 1 / 111_320
METRE_EAST = METRE_NORTH / math.cos(math.radians(LATITUDE))

# District: (metres east and north of the middle, postal code, streets with their last number).
DISTRICTS: dict[str, tuple[int, int, str, str]] = {
    "Śródmieście": (
        0,
        0,
        "00-001",
        (
            "pl.|Ratuszowy|24 ul.|Rynkowa|44 ul.|Kościelna|58 ul.|Zamkowa|36 ul.|Piekarska|52 "
            "ul.|Garncarska|40 ul.|Browarna|66 ul.|Długa|98 ul.|Krótka|14 ul.|Wałowa|48 "
            "ul.|Gęślą_Jaźń|30 al.|Trzeciego_Maja|72"
        ),
    ),
    "Osiedle Słoneczne": (
        1400,
        300,
        "00-002",
        (
            "ul.|Sportowa|40 ul.|Słoneczna|70 ul.|Promienna|46 ul.|Jasna|38 ul.|Złota|54 ul.|Pogodna|42 "
            "ul.|Tęczowa|60 ul.|Wiosenna|56 ul.|Letnia|44 ul.|Radosna|34 ul.|Poranna|28 "
            "ul.|Generała_Józefa_Bema|64"
        ),
    ),
    "Osiedle Nad Rzeką": (
        -300,
        1500,
        "00-003",
        (
            "ul.|Nadrzeczna|86 ul.|Wodna|50 ul.|Młyńska|44 ul.|Źródlana|40 ul.|Rybacka|58 ul.|Mostowa|36 "
            "ul.|Wierzbowa|62 ul.|Topolowa|54 ul.|Łabędzia|42 ul.|Czapli|26 ul.|Żabia|32 ul.|Przystań|18"
        ),
    ),
    "Kolonia Leśna": (
        -1500,
        -200,
        "00-004",
        (
            "ul.|Leśna|92 ul.|Sosnowa|64 ul.|Brzozowa|70 ul.|Dębowa|58 ul.|Świerkowa|46 ul.|Jagodowa|40 "
            "ul.|Grzybowa|36 ul.|Wrzosowa|50 ul.|Borówkowa|30 ul.|Myśliwska|44 ul.|Żołędziowa|28 "
            "ul.|Polna|80"
        ),
    ),
    "Przedmieście Fabryczne": (
        400,
        -1500,
        "00-005",
        (
            "ul.|Fabryczna|90 ul.|Kolejowa|84 ul.|Dworcowa|52 ul.|Hutnicza|46 ul.|Kuźnicza|38 "
            "ul.|Robotnicza|66 ul.|Składowa|34 ul.|Przemysłowa|58 ul.|Tkacka|44 ul.|Ceglana|40 "
            "ul.|Warsztatowa|32 ul.|Elektryczna|36"
        ),
    ),
}
# Streets that go on in a neighbouring district, where the filter by district really decides.
CONTINUED = {"Sportowa": ("Śródmieście", 60), "Długa": ("Osiedle Nad Rzeką", 120)}
LETTERED = 9  # every so many houses has a neighbour with the letter A


def streets() -> Iterator[tuple[str, str, str, str, int, int]]:
    """TERYT number, prefix, name, district, place in the district, last number."""
    number = 10_001
    for district, (*_place, listed) in DISTRICTS.items():
        for order, each in enumerate(listed.split()):
            prefix, name, last = each.split("|")
            yield f"{number:05d}", prefix, name.replace("_", " "), district, order, int(last)
            number += 7


def points() -> Iterator[tuple[str, int, str, str, str, float, float]]:
    """TERYT number of the street, number, letter, postal code, district, latitude, longitude."""
    for teryt, _prefix, name, district, order, last in streets():
        beyond, end = CONTINUED.get(name, (district, last))
        for number in range(1, end + 1):
            here = district if number <= last else beyond
            latitude, longitude = _place(district, order, number)
            code = DISTRICTS[here][2]
            yield teryt, number, "", code, here, latitude, longitude
            if number % LETTERED == 0:
                yield teryt, number, "A", code, here, latitude + 8 * METRE_NORTH, longitude


def _place(district: str, order: int, number: int) -> tuple[float, float]:
    east, north = DISTRICTS[district][:2]
    # Streets run west to east, 90 m apart; odd numbers stand north of them, even ones south.
    along = east - 500 + (number // 2) * 22 + order * 7
    across = north + (order - 6) * 90 + (14 if number % 2 else -14)
    return LATITUDE + across * METRE_NORTH, LONGITUDE + along * METRE_EAST


def main() -> None:
    with (HERE / "streets.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("teryt", "prefix", "name"))
        writer.writerows(street[:3] for street in streets())
    with (HERE / "points.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ("teryt", "number", "letter", "postal_code", "district", "latitude", "longitude")
        )
        for *words, latitude, longitude in points():
            writer.writerow((*words, f"{latitude:.6f}", f"{longitude:.6f}"))


if __name__ == "__main__":
    main()
