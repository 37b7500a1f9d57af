"""The data keys, and what a model needs to hold sealed values."""

import secrets
import uuid
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models, router, transaction

from .blind import BlindIndexField
from .erasing import erase_key
from .errors import KeyErased
from .fields import Ready, Sealed, SealedField
from .owners import KeyBatch, data_cipher_of, keys_for_writing, owner_uid
from .querying import SealedQuerySet
from .sealing import Cipher


class DataKey(models.Model):
    """One owner's key, wrapped. Without this row everything sealed for the owner is noise."""

    uid = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return str(self.uid)


class KeyCanary(models.Model):
    """A known value under every key that was ever primary: a wrong keyring cannot open it."""

    section = models.CharField(max_length=3)
    key_id = models.PositiveSmallIntegerField()
    proof = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["section", "key_id"], name="one_canary_per_key"),
        )

    def __str__(self) -> str:
        return f"{self.section} {self.key_id}"


class Page(models.Model):
    """512 records of one kind, sealed as one blob; the nonce also names this writing of it."""

    kind = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    nonce = models.BinaryField()
    blob = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["kind", "number"], name="one_page_per_kind_and_number"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


def new_stamp() -> int:
    return secrets.randbits(63)


class PageDirty(models.Model):
    """Append-only: this row's record changed since its page was written."""

    kind = models.CharField(max_length=20)
    slot = models.BigIntegerField()  # the primary key of the row
    stamp = models.BigIntegerField(default=new_stamp)  # names this mark; ids come back in a restore

    class Meta:
        indexes = (
            # A large import leaves the table long and empty; readers must not walk through it.
            models.Index(fields=["kind", "id", "slot", "stamp"], name="marks_of_a_kind"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.slot}"


class PageNote(models.Model):
    """A row's sealed record, left by the writer who marked it; counts while its marks stand."""

    kind = models.CharField(max_length=20)
    slot = models.BigIntegerField()
    covers = models.BigIntegerField()  # the stamps of the marks that it answers, as one number
    record = models.BinaryField()

    class Meta:
        indexes = (models.Index(fields=["kind", "slot"], name="notes_of_a_row"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.slot}"


class DataKeyJoin(models.ForeignObject):
    """A JOIN from a row's uid to its data key, for querysets; no column and no migration."""

    def __init__(self, **options: Any) -> None:
        options = {
            "to": DataKey,
            "on_delete": models.DO_NOTHING,
            "from_fields": ["uid"],
            "to_fields": ["uid"],
            "null": True,
            "editable": False,
            "serialize": False,
            "related_name": "+",
        }
        super().__init__(**options)

    def contribute_to_class(
        self, cls: Any, name: str, private_only: bool = False, **options: Any
    ) -> None:
        super().contribute_to_class(cls, name, private_only=True, **options)


class SealedModel(models.Model):
    """A row with sealed columns. `key_owner` names the foreign key whose row owns the data key;
    empty: the row owns one itself, made when it is inserted."""

    key_owner: ClassVar[str] = ""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    datakey = DataKeyJoin()

    if TYPE_CHECKING:
        objects: Any  # models have managers of their own
    else:
        objects = SealedQuerySet.as_manager()

    class Meta:
        abstract = True

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.pk}>"

    def __getstate__(self) -> dict[str, Any]:
        """Copies and pickles carry no key."""
        state = super().__getstate__()
        for name in ("_cipher", "_batch"):
            state.pop(name, None)
        return state

    def save(
        self,
        *,
        force_insert: Any = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Write what is new: sealed values nobody touched are left alone, tokens follow theirs.

        A loaded row is only ever updated, and never when its data key is gone.
        """
        using = using or router.db_for_write(type(self), instance=self)
        adding = self._state.adding
        names = None if adding else self._names_to_write(update_fields)
        if not adding and not force_insert:
            force_update = True
        lock = self._needs_key(names, everything=update_fields is None)
        with transaction.atomic(using=using, savepoint=False) if lock else nullcontext():
            if lock:
                keys = keys_for_writing(type(self), [self], using, create=adding)
                self.__dict__["_cipher"] = keys[owner_uid(self)]
            super().save(
                force_insert=force_insert,
                force_update=force_update,
                using=using,
                update_fields=update_fields if names is None else names,
            )
        self._written(names)

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any, **options: Any) -> Self:
        row = super().from_db(db, field_names, values, **options)
        row.__dict__.pop("_assigned", None)
        return row

    @classmethod
    def sealed_fields(cls) -> list[SealedField]:
        return [field for field in cls._meta.concrete_fields if isinstance(field, SealedField)]

    @classmethod
    def token_fields(cls) -> list[BlindIndexField]:
        return [field for field in cls._meta.concrete_fields if isinstance(field, BlindIndexField)]

    def cipher(self) -> Cipher:
        """What opens this row's values; raises KeyErased where the key is gone."""
        cipher: Cipher | None = self.__dict__.get("_cipher")
        if cipher is None:
            cipher = self.__dict__["_cipher"] = data_cipher_of(self)
        return cipher

    def clean_fields(self, exclude: Any = None) -> None:
        super().clean_fields(exclude={*(exclude or ()), "datakey"})

    def _names_to_write(self, update_fields: Iterable[str] | None) -> list[str]:
        """Names of the columns to update: no untouched sealed value, every token that follows."""
        deferred = self.get_deferred_fields()
        if update_fields is None:
            fields = self._meta.concrete_fields
            asked = {f.name for f in fields if not f.primary_key and f.attname not in deferred}
        else:
            asked = set(update_fields)
        for sealed in self.sealed_fields():
            if {sealed.name, sealed.attname} & asked and not self._touched(sealed):
                asked.discard(sealed.name)
        for token in self.token_fields():
            if token.root in asked:
                asked.add(token.name)
            elif token.root in {field.name for field in self.sealed_fields()}:
                asked.discard(token.name)
        return sorted(asked)

    def _touched(self, field: SealedField) -> bool:
        """Whether the value differs from what was loaded (a list inside it may have changed)."""
        value = self.__dict__.get(field.attname)
        if type(value) is Sealed:
            return False
        kept = self.__dict__.get("_kept", {}).get(field.attname)
        if kept is not None and value is not None:
            return bool(field.dump(value) != kept)
        return field.attname in self.__dict__.get("_assigned", ())

    def _needs_key(self, names: Sequence[str] | None, *, everything: bool) -> bool:
        """Whether a write must hold the key row: it writes, or stands for, something sealed."""
        held = [f for f in self.sealed_fields() if self.__dict__.get(f.attname) is not None]
        if names is None or everything:
            return bool(held) or (self._state.adding and not self.key_owner)
        return any(field.name in names for field in held)

    def _written(self, names: Sequence[str] | None) -> None:
        # Not remembered as clean: after a rollback the next save must write the value again.
        for field in self.sealed_fields():
            if names is None or field.name in names:
                self.__dict__.get("_kept", {}).pop(field.attname, None)
                self.__dict__.setdefault("_assigned", set()).add(field.attname)

    def refresh_from_db(
        self, using: str | None = None, fields: Any = None, from_queryset: Any = None
    ) -> None:
        """Reload; sealed values come back unopened."""
        if from_queryset is None:
            hints = {"instance": self}
            from_queryset = SealedQuerySet(type(self), using=using or self._state.db, hints=hints)
        super().refresh_from_db(using, fields, from_queryset.shut())
        for field in self.sealed_fields():
            value = self.__dict__.get(field.attname)
            if type(value) is Ready:
                self.__dict__[field.attname] = Sealed(value.blob, field)
                self.__dict__.get("_kept", {}).pop(field.attname, None)
                self.__dict__.get("_assigned", set()).discard(field.attname)
        for name in ("_cipher", "_batch"):
            self.__dict__.pop(name, None)


__all__ = [
    "DataKey",
    "KeyBatch",
    "KeyErased",
    "SealedModel",
    "SealedQuerySet",
    "erase_key",
]
