"""Columns that hold personal data: sealed ones, and the tokens by which they are found."""

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import FieldError
from django.db import models

from .blind import BlindIndexField
from .codec import document_codec, field_codec
from .errors import EncryptionError
from .sealing import Cipher, seal, unseal, value_context

_FIXTURE = "sealed:"  # how a sealed value is written by dumpdata


class Sealed:
    """A sealed value as a queryset returns it: opaque, safe to print."""

    __slots__ = ("blob", "field")

    def __init__(self, blob: bytes, field: "SealedField") -> None:
        self.blob, self.field = blob, field

    def __repr__(self) -> str:
        return f"<Sealed {self.field.label}>"

    __str__ = __repr__


class Ready(Sealed):
    """Sealed bytes that are to be written as they are (a fixture, a bulk update under way)."""

    __slots__ = ()


class _Opening:
    """The attribute of an instance: opens at the first look, remembers what was assigned."""

    def __init__(self, field: "SealedField") -> None:
        self.field, self.name = field, field.attname

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        values = row.__dict__
        if self.name not in values:
            row.refresh_from_db(fields=[self.name])
        value = values[self.name]
        if type(value) is Sealed:
            data = self.field.unseal(value.blob, row.uid.bytes, row.cipher())
            value = values[self.name] = self.field.load(data)
            values.setdefault("_kept", {})[self.name] = data
        return value

    def __set__(self, row: Any, value: object) -> None:
        row.__dict__[self.name] = value
        row.__dict__.setdefault("_assigned", set()).add(self.name)


class SealedField(models.BinaryField):
    """A value under its owner's data key; validation and form field come from `inner`.

    Without `inner` it holds bytes. `label` is bound into every value and must never change.
    The migration knows the label only, so a new column on a filled table must be `null=True`.
    """

    if TYPE_CHECKING:  # an instance's attribute holds what was sealed, not bytes
        _pyi_private_set_type: Any
        _pyi_private_get_type: Any
        _pyi_lookup_exact_type: Any

        def __get__(self, instance: Any, owner: Any) -> Any: ...

    def __init__(
        self,
        inner: "models.Field[Any, Any] | None" = None,
        *,
        label: str,
        block: int = 16,
        **options: Any,
    ) -> None:
        for option in ("db_index", "unique", "primary_key"):
            if options.get(option):
                raise TypeError(f"A sealed column cannot be {option}; use a BlindIndexField.")
        self.inner, self.label, self.block = inner, label, block
        self.context = value_context(label)
        self.dump, self.load = self._codec()
        options.setdefault("editable", True)
        options.setdefault("blank", bool(options.get("null")) or bool(inner and inner.blank))
        super().__init__(**options)

    def _codec(self) -> tuple[Callable[[Any], bytes], Callable[[bytes], Any]]:
        return field_codec(self.inner)

    def deconstruct(self) -> Any:
        name, _, _, options = super().deconstruct()
        for option in ("default", "blank", "editable", "verbose_name", "help_text"):
            options.pop(option, None)
        options["label"] = self.label
        return name, "icp.encryption.fields.SealedField", [], options

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Opening(self))
        if self.inner is not None:
            self.inner.set_attributes_from_name(name)
            self.inner.model = cls

    def seal(self, value: object, uid: bytes, cipher: Cipher) -> bytes:
        return seal(cipher, self.dump(value), self.context + uid, self.block)

    def unseal(self, blob: bytes, uid: bytes, cipher: Cipher) -> bytes:
        """The value's bytes; raises Tampered naming the column."""
        try:
            return unseal(cipher, blob, self.context + uid)
        except EncryptionError as problem:
            raise type(problem)(f"{self.label}: {problem}") from None

    def open(self, blob: bytes, uid: bytes, cipher: Cipher) -> Any:
        return self.load(self.unseal(blob, uid, cipher))

    # --- reading and writing ----------------------------------------------------------------------

    def from_db_value(self, value: Any, expression: object, connection: object) -> Sealed | None:
        return None if value is None else Sealed(bytes(value), self)

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if value is None or type(value) is Ready:
            return value
        value = getattr(model_instance, self.attname)
        return Ready(self.seal(value, model_instance.uid.bytes, model_instance.cipher()), self)

    def get_prep_value(self, value: Any) -> Any:
        if value is None:
            return None
        if type(value) is Ready:
            return value.blob
        raise FieldError(
            f"{self.label} is sealed: it can be written through an instance only "
            "(save, bulk_create, bulk_update)."
        )

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = value if prepared else self.get_prep_value(value)
        return None if value is None else connection.Database.Binary(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(
                f"{self.label} is sealed: `{lookup_name}` is impossible; use its BlindIndexField, "
                "or pages."
            )
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self.label} is sealed: `{lookup_name}` is impossible.")

    # --- forms and fixtures -----------------------------------------------------------------------

    def clean(self, value: Any, model_instance: Any) -> Any:
        if self.inner is None or (value is None and self.null):
            return value
        return self.inner.clean(value, model_instance)

    def formfield(self, **options: Any) -> forms.Field | None:
        return None if self.inner is None else self.inner.formfield(**options)

    def value_to_string(self, obj: Any) -> Any:
        """For dumpdata: still sealed."""
        value = obj.__dict__.get(self.attname)
        if not isinstance(value, Sealed):
            value = self.pre_save(obj, add=False)
        return None if value is None else _FIXTURE + base64.b64encode(value.blob).decode()

    def to_python(self, value: Any) -> Any:
        """For loaddata, which alone calls this: `clean` above never does, so typed text is safe."""
        if isinstance(value, str) and value.startswith(_FIXTURE):
            return Ready(base64.b64decode(value[len(_FIXTURE) :]), self)
        return value


class SealedDocField(SealedField):
    """A frozen dataclass sealed as one JSON document: one key use for what is read together."""

    def __init__(
        self, document_class: type, *, label: str, block: int = 64, **options: Any
    ) -> None:
        self.document_class = document_class
        super().__init__(label=label, block=block, **options)

    def _codec(self) -> tuple[Callable[[Any], bytes], Callable[[bytes], Any]]:
        return document_codec(self.document_class)

    def clone(self) -> "SealedDocField":
        """A copy of itself: `deconstruct` leaves the dataclass out."""
        options: dict[str, Any] = {"null": self.null, "default": self.default}
        return SealedDocField(self.document_class, label=self.label, block=self.block, **options)

    def clean(self, value: Any, model_instance: Any) -> Any:
        return value


__all__ = ["BlindIndexField", "Ready", "Sealed", "SealedDocField", "SealedField"]
