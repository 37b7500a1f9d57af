"""From a query to rows whose keys come together, and to opened values in bulk."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Self, TypeVar

from django.core.exceptions import FieldError
from django.db import models, transaction
from django.db.models.query import ModelIterable

from .errors import KeyErased
from .fields import Ready, Sealed, SealedField
from .owners import CHUNK, KeyBatch, keys_for_writing, owner_id, owner_path, owner_uid
from .sealing import Cipher, data_cipher

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class SealedIterable(ModelIterable):
    """Rows in slices; the rows of a slice share one fetch of keys, also those selected along."""

    def __iter__(self) -> Iterator[Any]:
        rows = super().__iter__()
        shut = getattr(self.queryset, "_shut", False)
        while part := list(islice(rows, CHUNK)):
            batches: dict[type, KeyBatch] = {}
            for row in part:
                _join(row, batches, self.queryset.db)
                if shut:
                    _shut(row)
            yield from part


def _join(row: Any, batches: dict[type, KeyBatch], using: str, source: Any = None) -> None:
    """`source`: the row that this one came along with; of a pair each knows the other."""
    model = type(row)
    if hasattr(model, "key_owner"):
        if model not in batches:
            batches[model] = KeyBatch(model, using)
        owner = row._meta.get_field(model.key_owner or "uid")
        if owner.attname in row.__dict__:
            batches[model].ids.add(owner_id(row))
            row.__dict__["_batch"] = batches[model]
    for related in row._state.fields_cache.values():
        if isinstance(related, models.Model) and related is not source:
            _join(related, batches, using, row)


def _shut(row: Any) -> None:
    for name, value in list(row.__dict__.items()):
        if type(value) is Sealed:
            row.__dict__[name] = Ready(value.blob, value.field)


class SealedQuerySet(models.QuerySet[Row_co]):
    """Gives opaque handles and rows that open lazily; `opened` opens in bulk."""

    _shut = False
    _bulk = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._iterable_class = SealedIterable

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone._shut, clone._bulk = self._shut, self._bulk
        return clone  # type: ignore[no-any-return]

    def shut(self) -> Self:
        """Rows whose attributes give the sealed bytes themselves."""
        clone = self._clone()
        clone._shut = True
        return clone

    def only(self, *fields: str) -> Self:
        """As Django's; what opens the values comes along."""
        model: Any = self.model
        return super().only(*fields, "uid", *([model.key_owner] if model.key_owner else []))

    def update(self, **values: Any) -> int:
        """Sealed columns and tokens can only be emptied so; values are written by instances."""
        model: Any = self.model
        personal = {field.name for field in (*model.sealed_fields(), *model.token_fields())}
        for name, value in values.items():
            if name in personal and value is not None and not self._bulk:
                raise FieldError(f"{name} is sealed: update() cannot write it; save instances.")
        return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]

    def opened(self, *names: str, chunk: int = 5000) -> Iterator[tuple[Any, ...]]:
        """(pk, value, …) for every row, in order: sealed columns opened, others as they are.

        A path ("recipient__identity") reaches sealed columns of related rows. Raises KeyErased
        where a sealed value has lost its key.
        """
        columns = _Columns(self.model)
        readers = [columns.reader(name) for name in names]
        rows = self.values_list("pk", *columns.paths)
        for row in rows.iterator(chunk_size=chunk):
            ciphers: dict[int, Cipher] = {}
            yield (row[0], *(read(row, ciphers) for read in readers))

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> Any:
        """As Django's; data keys are made or locked for all rows at once."""
        rows: Sequence[Any] = list(objs)
        with transaction.atomic(using=self.db, savepoint=False):
            self._prepare(rows, create=True)
            return super().bulk_create(rows, *args, **options)

    bulk_create.alters_data = True  # type: ignore[attr-defined]

    def bulk_update(
        self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **options: Any
    ) -> int:
        """As Django's; tokens follow their values."""
        rows: Sequence[Any] = list(objs)
        model: Any = self.model
        names = set(fields)
        names |= {token.name for token in model.token_fields() if token.root in names}
        sealed = [field for field in model.sealed_fields() if field.name in names]
        tokens = [field for field in model.token_fields() if field.name in names]
        with transaction.atomic(using=self.db, savepoint=False):
            if sealed:
                self._prepare(rows, create=False)
            plain = [_make_ready(row, sealed, tokens) for row in rows]
            bulk = self._clone()
            bulk._bulk = True
            try:
                done: int = super(SealedQuerySet, bulk).bulk_update(
                    rows, sorted(names), *args, **options
                )
                return done
            finally:
                for row, values in zip(rows, plain, strict=True):
                    row.__dict__.update(values)

    bulk_update.alters_data = True  # type: ignore[attr-defined]

    def _prepare(self, rows: Sequence[Any], *, create: bool) -> None:
        if not rows:
            return
        keys = keys_for_writing(self.model, rows, self.db, create=create)
        for row in rows:
            row.__dict__["_cipher"] = keys[owner_uid(row)]


def _make_ready(row: Any, sealed: list[Any], tokens: list[Any]) -> dict[str, object]:
    """Put the bytes to write where bulk_update looks; returns the plain values to put back."""
    for token in tokens:
        token.pre_save(row, add=False)  # before the values are closed
    plain = {field.attname: getattr(row, field.attname) for field in sealed}
    for field in sealed:
        row.__dict__[field.attname] = field.pre_save(row, add=False)
    return plain


class _Columns:
    """The columns a bulk read must fetch: values, uids of rows and owners, wrapped keys."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.paths: list[str] = []

    def place(self, path: str) -> int:
        """The position of a path in a fetched row; 0 is the primary key."""
        if path not in self.paths:
            self.paths.append(path)
        return self.paths.index(path) + 1

    def reader(self, name: str) -> Any:
        prefix, _, last = name.rpartition("__")
        model = self.model
        for step in prefix.split("__") if prefix else ():
            model = model._meta.get_field(step).related_model
        field = model._meta.get_field(last)
        value = self.place(name)
        if not isinstance(field, SealedField):
            return lambda row, ciphers: row[value]
        start = f"{prefix}__" if prefix else ""
        uid = self.place(f"{start}uid")
        owner = self.place(start + owner_path(model, "uid"))
        wrapped = self.place(start + owner_path(model, "datakey__wrapped"))

        def read(row: Any, ciphers: dict[int, Cipher]) -> Any:
            if row[value] is None:
                return None
            if row[wrapped] is None:
                raise KeyErased(f"{field.label}: the data key of row {row[0]} is gone.")
            cipher = ciphers.get(wrapped)
            if cipher is None:
                cipher = ciphers[wrapped] = data_cipher(bytes(row[wrapped]), row[owner].bytes)
            return field.open(row[value].blob, row[uid].bytes, cipher)

        return read
