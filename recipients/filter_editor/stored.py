"""From a stored filter back to the fields that show it."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from recipients.models import Street

from .drawn import corners_in, only_areas


def to_fields(stored: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the blocks must show for this filter; None where they cannot show it."""
    if not stored:
        return {}
    terms = [part for term in _parts(stored, "all") for part in _with_named(term)]
    fields: dict[str, Any] = {
        "everyone": False,
        "who": {},
        "without": {},
        "streets": [],
        "not_streets": [],
        "areas": [],
    }
    for term in terms:
        if term == {"everyone": True}:
            fields["everyone"] = True
        elif set(term) == {"not"}:
            inner = term["not"]
            parts = [inner] if _only_streets(inner) else _parts(inner, "any")
            if not all(_show(part, fields["without"], fields["not_streets"]) for part in parts):
                return None
        elif only_areas(term) and not fields["areas"]:
            fields["areas"] = corners_in(term)
        elif not _show(term, fields["who"], fields["streets"]):
            return None
    return fields


def _parts(term: Mapping[str, Any], joined: str) -> list[dict[str, Any]]:
    return list(term[joined]) if set(term) == {joined} else [dict(term)]


def _with_named(term: dict[str, Any]) -> list[dict[str, Any]]:
    """`any` of conditions and named people, as the screen writes it, taken apart again."""
    match term.get("any"):
        case [conditions, {"people": people}] if set(conditions) != {"people"}:
            return [*_parts(conditions, "all"), {"people": people}]
    return [term]


def _show(term: Mapping[str, Any], block: dict[str, Any], streets: list[dict[str, Any]]) -> bool:
    kind = next(iter(term), "")
    if len(term) != 1 or kind in block:
        return False
    if kind in {"district", "groups", "people", "sex"}:
        block[kind] = term[kind]
    elif kind == "age":
        block.update({f"age_{name}": value for name, value in term["age"].items()})
    elif _only_streets(term) and not streets:
        streets.extend(_street_fields(term))
    else:
        return False
    return True


def _only_streets(term: Mapping[str, Any]) -> bool:
    parts = term.get("any", [term])
    return all(set(part) <= {"street", "houses"} and len(part) == 1 for part in parts)


def _street_fields(term: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for part in term.get("any", [term]):
        rows.extend({"street_id": pk} for pk in part.get("street", ()))
        if "houses" in part:
            rows.append({"street_id": part["houses"]["street"], **_house_fields(part["houses"])})
    names = Street.objects.in_bulk([row["street_id"] for row in rows])
    return [{**row, "name": str(names.get(row["street_id"], ""))} for row in rows]


def _house_fields(houses: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "from_number": houses.get("from"),
        "to_number": houses.get("to"),
        "parity": houses.get("parity", "all"),
    }


def as_posted(fields: Mapping[str, Any]) -> QueryDict:
    """The same fields as a browser would send them."""
    posted = QueryDict(mutable=True)
    if fields["everyone"]:
        posted["everyone"] = "1"
    if fields["areas"]:
        posted["areas"] = json.dumps(fields["areas"])
    for block, prefix in (("who", ""), ("without", "not-")):
        for name, value in fields[block].items():
            posted.setlist(prefix + name, value if isinstance(value, list) else [str(value)])
    for block, prefix in (("streets", "street"), ("not_streets", "not-street")):
        for number, row in enumerate(fields[block]):
            for name, value in row.items():
                posted[f"{prefix}-{number}-{name}"] = "" if value is None else str(value)
    return posted
