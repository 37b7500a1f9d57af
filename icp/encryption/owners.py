"""From rows to the data keys that open them: fetched once per result set, locked while writing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connections, models, router

from .errors import KeyErased
from .sealing import Cipher, data_cipher, new_data_key, uid_bytes, wrap

_GONE = "The data key is gone: the person was erased, or the key table was not restored."
CHUNK = 1000


def owner_model(model: Any) -> Any:
    """The model whose rows own the keys of `model`."""
    return model._meta.get_field(model.key_owner).related_model if model.key_owner else model


def owner_path(model: Any, target: str) -> str:
    """A lookup path from `model` to a field of its key's owner."""
    return f"{model.key_owner}__{target}" if model.key_owner else target


def owner_id(row: Any) -> Any:
    """What names the owner without a query: its uid, or the foreign key's value."""
    return getattr(row, row._meta.get_field(row.key_owner).attname) if row.key_owner else row.uid


def cached_owner(row: Any) -> Any:
    return row._state.fields_cache.get(row.key_owner) if row.key_owner else None


def owner_uid(row: Any) -> UUID:
    uid: UUID = getattr(row, row.key_owner).uid if row.key_owner else row.uid
    return uid


class KeyBatch:
    """The keys of one result set, fetched at the first look for all of its rows together."""

    def __init__(self, model: Any, using: str) -> None:
        self.model, self.using = model, using
        self.ids: set[Any] = set()
        self.ciphers: dict[Any, Cipher] | None = None

    def cipher(self, row: Any) -> Cipher:
        if self.ciphers is None:
            self.ciphers = _fetch(self.model, self.ids, self.using)
        try:
            return self.ciphers[owner_id(row)]
        except KeyError:
            raise KeyErased(_GONE) from None


def _fetch(model: Any, ids: Iterable[Any], using: str) -> dict[Any, Cipher]:
    owner = owner_model(model)
    name = "pk" if model.key_owner else "uid"
    rows = (
        owner._base_manager.using(using)
        .filter(**{f"{name}__in": list(ids), "datakey__isnull": False})
        .values_list(name, "uid", "datakey__wrapped")
    )
    return {found: data_cipher(bytes(wrapped), uid.bytes) for found, uid, wrapped in rows}


def data_cipher_of(row: Any) -> Cipher:
    """The cipher for one row: its owner's, its batch's, else one query."""
    owner = cached_owner(row)
    if owner is not None:
        cipher: Cipher = owner.cipher()
        return cipher
    batch = row.__dict__.get("_batch")
    if batch is None:
        using = row._state.db or router.db_for_read(type(row), instance=row)
        batch = KeyBatch(type(row), using)
        batch.ids.add(owner_id(row))
    found: Cipher = batch.cipher(row)
    return found


def keys_for_writing(
    model: Any, rows: Sequence[Any], using: str, *, create: bool
) -> Mapping[UUID, Cipher]:
    """Ciphers by owner uid, their key rows held FOR SHARE until the transaction ends.

    `create`: rows that own their key and have none get one. Raises KeyErased where one is missing.
    """
    uids = _uids(model, rows, using)
    if create and not model.key_owner:
        return _create(uids, using)
    ciphers: dict[UUID, Cipher] = {}
    for start in range(0, len(uids), CHUNK):
        part = uids[start : start + CHUNK]
        locked = lock_keys(part, using, "FOR SHARE")
        if len(locked) != len(part):
            raise KeyErased(_GONE)
        ciphers |= {uid: data_cipher(wrapped, uid.bytes) for uid, wrapped in locked.items()}
    return ciphers


def _uids(model: Any, rows: Sequence[Any], using: str) -> list[UUID]:
    if model.key_owner:
        _load_owners(model, rows, using)
    return sorted({owner_uid(row) for row in rows})


def _load_owners(model: Any, rows: Sequence[Any], using: str) -> None:
    lacking = [row for row in rows if cached_owner(row) is None]
    ids = {owner_id(row) for row in lacking}
    owners = owner_model(model)._base_manager.using(using).in_bulk(list(ids)) if ids else {}
    for row in lacking:
        if owner_id(row) in owners:
            row._state.fields_cache[row.key_owner] = owners[owner_id(row)]


def _create(uids: Sequence[UUID], using: str) -> dict[UUID, Cipher]:
    key_model = apps.get_model("encryption", "DataKey")
    made = {uid: new_data_key() for uid in uids}
    key_model._base_manager.using(using).bulk_create(
        (key_model(uid=uid, wrapped=wrap(key, uid.bytes)) for uid, key in made.items()),
        batch_size=2000,
    )
    return {uid: Cipher(key) for uid, key in made.items()}


def lock_keys(uids: Sequence[UUID], using: str, strength: str) -> dict[UUID, bytes]:
    """Wrapped keys by uid, in one order for everybody; on SQLite one writer is alone anyway."""
    key_model: type[models.Model] = apps.get_model("encryption", "DataKey")
    connection = connections[using]
    field: Any = key_model._meta.pk
    parameters = [field.get_db_prep_value(uid, connection) for uid in uids]
    places = ", ".join(["%s"] * len(parameters))
    sql = (
        f"SELECT uid, wrapped FROM {key_model._meta.db_table} "  # noqa: S608 - names only
        f"WHERE uid IN ({places}) ORDER BY uid"
    )
    if connection.features.has_select_for_update:
        sql = f"{sql} {strength}"
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return {UUID(bytes=uid_bytes(uid)): bytes(wrapped) for uid, wrapped in cursor.fetchall()}
