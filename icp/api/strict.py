"""From what came as JSON to the same, once each value is of the type that the description promises.

DRF's fields are generous: 5 is taken for "5", "yes" for true. A published description must not be: what it calls
a string is a string.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

Error = dict[str, str]
# What a field takes, where it is stricter than DRF; the first class that fits counts.
_TYPES: tuple[tuple[type[serializers.Field], tuple[type, ...], str], ...] = (
    (serializers.BooleanField, (bool,), "boolean"),
    (serializers.IntegerField, (int,), "integer"),
    (serializers.FloatField, (int, float), "number"),
    (serializers.CharField, (str,), "string"),
    (serializers.ChoiceField, (str,), "string"),
    (serializers.UUIDField, (str,), "string"),
    (serializers.DateTimeField, (str,), "string"),
    (serializers.DateField, (str,), "string"),
    (serializers.TimeField, (str,), "string"),
)


def errors(field: Any, value: Any, at: str = "#") -> Iterator[Error]:
    """What in `value` has another type than `field` documents, with JSON pointers."""
    if value is None:
        return  # whether null is right, the field itself knows
    if isinstance(field, serializers.ListSerializer | serializers.ListField):
        yield from _of_list(field.child, value, at)
    elif isinstance(field, serializers.MultipleChoiceField):
        yield from _of_list(serializers.CharField(), value, at)
    elif isinstance(field, serializers.BaseSerializer):
        yield from _of_object(field, value, at)
    else:
        yield from _of_value(field, value, at)


def _of_list(child: Any, value: Any, at: str) -> Iterator[Error]:
    if not isinstance(value, list):
        yield _error(at, "array")
        return
    for place, inner in enumerate(value):
        yield from errors(child, inner, f"{at}/{place}")


def _of_object(field: Any, value: Any, at: str) -> Iterator[Error]:
    if not isinstance(value, Mapping):
        yield _error(at, "object")
        return
    for name, inner in field.fields.items():
        if name in value and not inner.read_only:
            yield from errors(inner, value[name], f"{at}/{name}")


def _of_value(field: Any, value: Any, at: str) -> Iterator[Error]:
    for kind, types, called in _TYPES:
        if isinstance(field, kind):
            wrong_bool = isinstance(value, bool) and bool not in types
            if wrong_bool or not isinstance(value, types):
                yield _error(at, called)
            return


def _error(at: str, wanted: str) -> Error:
    detail = _("This must be of the type %(type)s.") % {"type": wanted}
    return {"pointer": at, "detail": detail, "code": "type"}
