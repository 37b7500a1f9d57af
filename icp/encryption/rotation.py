"""From old keys to new ones while people work: every step may be killed and started again."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.db import connections, models, router, transaction
from django.db.models import F, Func, Value

from .blind import BlindIndexField
from .checks import sealed_models
from .keyring import ring
from .models import DataKey, KeyCanary, Page, PageNote
from .owners import lock_keys, owner_path
from .page_blobs import page_header
from .page_kinds import KINDS
from .querying import SealedQuerySet
from .sealing import Cipher, data_cipher, new_data_key, unwrap, wrap, wrapped_header

REWRAP_BATCH = 5000
REINDEX_BATCH = 500
RESEAL_BATCH = 100
PAGE_BATCH = 20

Report = Callable[[int], None]


def _head(column: str, length: int) -> Func:
    """The first bytes of a binary column, where formats keep version and key id."""
    return Func(
        F(column), Value(1), Value(length), function="SUBSTR", output_field=models.BinaryField()
    )


def _old(rows: Any, column: str, head: bytes) -> Any:
    """Rows whose column starts otherwise."""
    return rows.filter(**{f"{column}__isnull": False}).alias(
        head=_head(column, len(head))
    ).exclude(head=head)  # fmt: skip


def _locked(rows: Any) -> Any:
    """Only rows nobody else is writing; those are met again on the next pass."""
    connection = connections[rows.db]
    if not connection.features.has_select_for_update_skip_locked:
        return rows
    return rows.select_for_update(skip_locked=True, of=("self",))


# --- enc ------------------------------------------------------------------------------------------


def old_data_keys() -> Any:
    return _old(DataKey.objects.all(), "wrapped", wrapped_header())


def old_pages() -> Any:
    return _old(Page.objects.all(), "blob", page_header())


def old_notes() -> Any:
    return _old(PageNote.objects.all(), "record", page_header())


def rewrap(report: Report = lambda done: None) -> int:
    """Wrap every data key with the primary key, and seal the pages anew; touches no value."""
    done = 0
    while batch := _rewrap_batch():
        done += batch
        report(done)
    reseal_pages()
    return done


def _rewrap_batch() -> int:
    using = router.db_for_write(DataKey)
    with transaction.atomic(using=using):
        rows = list(_locked(old_data_keys())[:REWRAP_BATCH])
        values = [
            (row.uid, wrap(unwrap(bytes(row.wrapped), row.uid.bytes), row.uid.bytes))
            for row in rows
        ]
        _write_keys(values, using)
    return len(rows)


def _write_keys(values: list[tuple[UUID, bytes]], using: str) -> None:
    connection: Any = connections[using]
    field: Any = DataKey._meta.pk
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE encryption_datakey SET wrapped = %s WHERE uid = %s",
            [
                (connection.Database.Binary(wrapped), field.get_db_prep_value(uid, connection))
                for uid, wrapped in values
            ],
        )


def reseal_pages() -> int:
    """Seal pages anew that stand under an older key; the nonce changes, so readers take notice.

    Notes go: readers load their rows until the next folding.
    """
    old_notes().delete()
    done = 0
    while True:
        with transaction.atomic():
            rows = list(_locked(old_pages())[:PAGE_BATCH])
            for page in rows:
                kind, sealed = KINDS[page.kind], (bytes(page.nonce), bytes(page.blob))
                page.nonce, page.blob = kind.seal(page.number, kind.open_whole(page.number, sealed))
            Page.objects.bulk_update(rows, ["nonce", "blob"])
        if not rows:
            return done
        done += len(rows)


# --- new data keys --------------------------------------------------------------------------------


def reseal(report: Report = lambda done: None) -> int:
    """Give every owner whose key stands under an older `enc` key a new data key, all values anew.

    After a suspected leak of process memory: promote a new `enc` key, then run this instead of
    `rewrap`. Owners that are done stand under the primary key, so it goes on where it stopped.
    """
    done = 0
    while batch := _reseal_batch():
        done += batch
        report(done)
    reseal_pages()
    return done


def _reseal_batch() -> int:
    using = router.db_for_write(DataKey)
    with transaction.atomic(using=using):
        uids = [row.uid for row in _locked(old_data_keys().only("uid"))[:RESEAL_BATCH]]
        _reseal(uids, using)
    return len(uids)


def reseal_owner(uid: UUID) -> None:
    """Give one owner a new data key in the caller's transaction: no older copy of its values opens any
    more, once the key dumps of its time are gone."""
    using = router.db_for_write(DataKey)
    with transaction.atomic(using=using, savepoint=False):
        _reseal([uid], using)


def _reseal(uids: list[UUID], using: str) -> None:
    old = {
        uid: data_cipher(wrapped, uid.bytes)
        for uid, wrapped in (lock_keys(uids, using, "FOR UPDATE") if uids else {}).items()
    }
    fresh = {uid: new_data_key() for uid in old}
    new = {uid: Cipher(key) for uid, key in fresh.items()}
    for model in sealed_models():
        _reseal_values(model, old, new, using)
    _write_keys([(uid, wrap(key, uid.bytes)) for uid, key in fresh.items()], using)


def _reseal_values(
    model: Any, old: dict[UUID, Cipher], new: dict[UUID, Cipher], using: str
) -> None:
    fields = model.sealed_fields()
    path = owner_path(model, "uid")
    names = [field.name for field in fields]
    rows = model._base_manager.using(using).filter(**{f"{path}__in": list(old)})
    writes = []
    for pk, uid, owner, *values in rows.values_list("pk", "uid", path, *names):
        blobs = [
            None if value is None else _anew(field, value.blob, uid.bytes, old[owner], new[owner])
            for field, value in zip(fields, values, strict=True)
        ]
        writes.append((*blobs, pk))
    quote = connections[using].ops.quote_name
    # Emptied meanwhile (a reason that was taken back) stays empty.
    columns = ", ".join(
        f"{column} = CASE WHEN {column} IS NULL THEN {column} ELSE %s END"
        for column in (quote(field.column) for field in fields)
    )
    table = quote(model._meta.db_table)
    with connections[using].cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {columns} WHERE id = %s", writes)  # noqa: S608


def _anew(field: Any, blob: bytes, uid: bytes, old: Cipher, new: Cipher) -> bytes:
    sealed: bytes = field.seal(field.open(blob, uid, old), uid, new)
    return sealed


# --- idx ------------------------------------------------------------------------------------------


def token_columns() -> Iterator[tuple[Any, BlindIndexField]]:
    for model in sealed_models():
        for field in model.token_fields():
            yield model, field


def old_tokens(model: Any, field: BlindIndexField) -> Any:
    head = bytes([ring().primary("idx")])
    return _old(SealedQuerySet(model), field.name, head)


def reindex(report: Report = lambda done: None) -> int:
    """Make every blind token anew under the primary `idx` key."""
    done = 0
    for model, field in token_columns():
        while batch := _reindex_batch(model, field):
            done += batch
            report(done)
    return done


def _reindex_batch(model: Any, field: BlindIndexField) -> int:
    with transaction.atomic():
        # The row stays locked: a token must never be older than the value beside it.
        rows = list(_locked(old_tokens(model, field).order_by("pk"))[:REINDEX_BATCH])
        for row in rows:
            setattr(row, field.attname, field.token(field.source_value(row)))
        model._base_manager.bulk_update(rows, [field.name])
    return len(rows)


# --- retiring -------------------------------------------------------------------------------------


def left_under(section: str, key_id: int) -> int:
    """How many things in the database still need this key (`mac`: nobody can know, 0)."""
    if section == "enc":
        keys = DataKey.objects.alias(head=_head("wrapped", 3)).filter(head=wrapped_header(key_id))
        pages = Page.objects.alias(head=_head("blob", 3)).filter(head=page_header(key_id))
        notes = PageNote.objects.alias(head=_head("record", 3)).filter(head=page_header(key_id))
        return int(keys.count() + pages.count() + notes.count())
    if section == "idx":
        return sum(
            model._base_manager.alias(head=_head(field.name, 1))
            .filter(head=bytes([key_id]))
            .count()
            for model, field in token_columns()
        )
    return 0


def forget_canary(section: str, key_id: int) -> None:
    KeyCanary.objects.filter(section=section, key_id=key_id).delete()
