"""From an address in one line, as people write it, to its street, house, flat, postal code and town."""

import re
from dataclasses import replace

from recipients.models import Address

_CODE = re.compile(r"\b(\d{2})[-–\s]?(\d{3})\b\s*([^\W\d_][^\d,;]*)?")
# The last number of the line is the house: streets have numbers, too (3 Maja 5, Jana Pawła 2 12).
_HOUSE = re.compile(
    r"(?P<street>.*?\S)[\s,]+(?:nr\.?\s*|dom\s*)?(?P<house>\d{1,4}\s?[A-Za-z]{0,2})"
    r"(?:\s*(?:/|m\.?|lok\.?|mieszk\.?|mieszkania|mieszkanie)\s*(?P<flat>\d{1,4}[A-Za-z]?))?"
    r"[\s.,;]*"
)
_OPENING = re.compile(
    r"^(?:mieszka|zam\.?|zamieszka[łl][aey]?|adres:?)\s+(?:na\s+|przy\s+|w\s+)?", re.IGNORECASE
)


def read(text: str) -> Address | None:
    """ "ul. sportowej 12a m. 4, 00-002 Zażółcin" in its parts; None where there is no house number."""
    line = _OPENING.sub("", " ".join(text.split()))
    postal_code = town = ""
    found = _CODE.search(line)
    if found:
        postal_code, town = f"{found[1]}-{found[2]}", (found[3] or "").strip()
        line = f"{line[: found.start()]} {line[found.end() :]}".strip(" ,;")
    parts = _HOUSE.fullmatch(line)
    if parts is None:
        return None
    return Address(
        street=parts["street"].strip(" ,;"),
        house=parts["house"].replace(" ", "").upper(),
        flat=parts["flat"] or "",
        postal_code=postal_code,
        town=town,
    )


def parted(address: Address) -> Address:
    """The same with the flat where it belongs: "12/4" and "12 m. 4" are house 12, flat 4."""
    if address.flat or not address.house.strip():
        return address
    found = _HOUSE.fullmatch(f"x {address.house.strip()}")
    if found is None or not found["flat"]:
        return address
    house = found["house"].replace(" ", "").upper()
    return replace(address, house=house, flat=found["flat"])
