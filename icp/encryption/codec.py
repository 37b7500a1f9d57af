"""From Python values to the bytes that are sealed, and back."""

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from django.db import models

from .errors import Tampered

Codec = tuple[Callable[[Any], bytes], Callable[[bytes], Any]]
Reader = Callable[[Any], Any]


def _json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return text.encode()


def _plain(value: Any) -> object:
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if is_dataclass(value):
        return _shown(value)
    raise TypeError(f"A sealed document cannot hold a {type(value).__name__}.")


def _shown(document: Any) -> dict[str, object]:
    """Fields that differ from their default: short documents, and new fields cost nothing."""
    shown = {}
    for field in fields(document):
        value = getattr(document, field.name)
        if value != _default(field):
            shown[field.name] = value
    return shown


def _default(field: "Field[Any]") -> object:
    if field.default is not MISSING:
        return field.default
    return MISSING if field.default_factory is MISSING else field.default_factory()


# What was sealed is our own JSON: no search for its encoding, no white space around it.
_parse = json.JSONDecoder().raw_decode

_SCALARS: dict[object, Reader] = {
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    time: time.fromisoformat,
    Decimal: Decimal,
    UUID: UUID,
}


def _optional(hint: object) -> object:
    """`X | None` as X; any other union is left alone."""
    if get_origin(hint) in {Union, types.UnionType}:
        arms = [arm for arm in get_args(hint) if arm is not type(None)]
        if len(arms) == 1:
            return arms[0]
    return hint


def _reader(hint: object) -> Reader | None:
    """What turns JSON into a value of this type; None where JSON's own is right."""
    hint = _optional(hint)
    if is_dataclass(hint):
        return document_reader(hint)
    if get_origin(hint) in {list, tuple, frozenset, set}:
        return _sequence_reader(hint)
    return _SCALARS.get(hint)


def _sequence_reader(hint: object) -> Reader:
    container: Any = get_origin(hint)
    arms = get_args(hint)
    inner = _reader(arms[0]) if arms else None
    if inner is None:
        plain: Reader = container
        return plain
    return lambda items: container(inner(item) for item in items)


def document_reader(document_class: Any) -> Reader:
    """From a JSON object to the dataclass; an unknown field is refused, for saving would lose it."""
    hints = get_type_hints(document_class)
    known = frozenset(field.name for field in fields(document_class))
    readers = {name: found for name in known if (found := _reader(hints[name])) is not None}

    def read(content: dict[str, Any]) -> object:
        for name, convert in readers.items():
            if content.get(name) is not None:
                content[name] = convert(content[name])
        try:
            return document_class(**content)
        except TypeError:
            raise Tampered(
                f"A sealed {document_class.__name__} has other fields than this version knows."
            ) from None

    return read


def document_codec(document_class: Any) -> Codec:
    """Dataclass and JSON; dates as ISO text."""
    reader: Reader | None = None

    def dump(value: object) -> bytes:
        return _json(_shown(value))

    def load(data: bytes) -> object:
        nonlocal reader
        if reader is None:  # type hints can be resolved only once every module is imported
            reader = document_reader(document_class)
        found: Reader = reader
        return found(_parse(data.decode())[0])

    return dump, load


def field_codec(inner: "models.Field[Any, Any] | None") -> Codec:
    """Bytes as they are; text as UTF-8; anything else as JSON, read back by the inner field."""
    if inner is None:
        return bytes, bytes
    if isinstance(inner, models.CharField | models.TextField):
        return str.encode, bytes.decode

    def dump(value: object) -> bytes:
        return _json(inner.get_prep_value(value))

    def load(data: bytes) -> object:
        return inner.to_python(json.loads(data))

    return dump, load


def as_mapping(document: Any) -> Mapping[str, object]:
    """A document's fields by name, for forms and comparisons."""
    return {field.name: getattr(document, field.name) for field in fields(document)}
