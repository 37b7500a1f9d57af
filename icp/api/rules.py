"""What one endpoint keeps to: said once, obeyed by `endpoints`, published by `describing`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Required, TypedDict

from rest_framework.serializers import BaseSerializer

from .problems import Words
from .versions import Retiring

Who = Literal["anyone", "device", "paired", "exchange"]
Serializer = type[BaseSerializer[Any]]
Shape = Serializer | BaseSerializer[Any] | dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Rules:
    """What one endpoint keeps to; also what its description is made of."""

    methods: tuple[str, ...]
    who: Who
    limit: str | None = None
    takes: Serializer | None = None
    asks: Serializer | None = None
    gives: Mapping[int, Shape] = field(default_factory=lambda: {200: None})
    refuses: Sequence[str] = ()
    summary: Words = ""
    tag: str = ""
    idempotent: bool = False
    upload: bool = False
    stream: bool = False
    retiring: Retiring | None = None

    @property
    def cross_origin(self) -> bool:
        """What anybody may read, pages of other hosts may read, too; nothing else (docs/api.md)."""
        return self.who == "anyone" and self.methods == ("GET",)


class Wishes(TypedDict, total=False):
    """What `endpoint` is told; see there."""

    who: Required[Who]
    limit: str
    takes: Serializer
    asks: Serializer
    gives: Mapping[int, Shape]
    refuses: Sequence[str]
    summary: Words
    tag: str
    idempotent: bool
    upload: bool
    stream: bool
    retiring: Retiring
