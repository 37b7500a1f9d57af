"""From rows that somebody's own SQL fetched to opened values, in bulk and without a model."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from .errors import KeyErased, Tampered
from .fields import SealedField
from .sealing import data_cipher, uid_bytes

Uid = UUID | bytes | memoryview | str
Bytes = bytes | memoryview


class Opener:
    """Opens one sealed column. The SQL gives the owner's uid, its wrapped key, the row's uid and
    the sealed bytes, as its driver returns them (a uid may be a UUID, hex text or bytes)."""

    def __init__(self, model: Any, name: str) -> None:
        field = model._meta.get_field(name)
        if not isinstance(field, SealedField):
            raise TypeError(f"{model.__name__}.{name} is not sealed.")
        self.field = field

    def open(self, owner_uid: Uid, wrapped: Bytes | None, row_uid: Uid, blob: Bytes | None) -> Any:
        """The value; None for NULL. Raises KeyErased, Tampered, UnknownKey."""
        if blob is None:
            return None
        if wrapped is None:
            raise KeyErased(f"{self.field.label}: the data key is gone.")
        try:
            cipher = data_cipher(bytes(wrapped), uid_bytes(owner_uid))
        except Tampered as problem:
            raise Tampered(f"{self.field.label}: {problem}") from None
        return self.field.open(bytes(blob), uid_bytes(row_uid), cipher)

    def open_all(
        self, rows: Iterable[tuple[Uid, Bytes | None, Uid, Bytes | None]]
    ) -> Iterator[Any]:
        """`open` for every (owner uid, wrapped key, row uid, sealed bytes), in order."""
        return (self.open(*row) for row in rows)


class RowOpener:
    """Opens several sealed columns of one row that owns its key: the key is unwrapped once."""

    def __init__(self, model: Any, *names: str) -> None:
        self.fields = [Opener(model, name).field for name in names]

    def open(self, uid: Uid, wrapped: Bytes | None, *blobs: Bytes | None) -> list[Any]:
        """The values in the order of the names; None for NULL. Raises as Opener.open does."""
        if wrapped is None:
            raise KeyErased(f"{self.fields[0].label}: the data key is gone.")
        row_uid = uid_bytes(uid)
        try:
            cipher = data_cipher(bytes(wrapped), row_uid)
        except Tampered as problem:
            raise Tampered(f"{self.fields[0].label}: {problem}") from None
        return [
            None if blob is None else field.open(bytes(blob), row_uid, cipher)
            for field, blob in zip(self.fields, blobs, strict=True)
        ]
