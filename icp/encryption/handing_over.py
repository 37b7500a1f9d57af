"""From rows sealed for one owner to the same rows sealed for another, in the caller's transaction."""

from collections.abc import Iterable
from typing import Any

from .models import SealedModel


def hand_over(rows: Iterable[SealedModel], to: SealedModel) -> int:
    """Give rows that use their owner's key to another owner: opened, sealed anew; returns how many.

    Ids and uids stay, and with them what refers to the rows. Raises KeyErased where either key is
    gone. The caller holds both owners.
    """
    number = 0
    for row in rows:
        _give(row, to)
        number += 1
    return number


def _give(row: Any, to: SealedModel) -> None:
    names = [field.attname for field in row.sealed_fields()]
    opened = {name: getattr(row, name) for name in names}  # by the key of the first owner
    setattr(row, row.key_owner, to)
    for name in ("_cipher", "_batch", "_kept"):
        row.__dict__.pop(name, None)
    for name, value in opened.items():
        setattr(row, name, value)  # assigned: sealed even though the value is the same
    row.save(update_fields=[row.key_owner, *names])
