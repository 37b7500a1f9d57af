"""From a value to a token that finds it: equality of near-unique values, and nothing else."""

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet, FieldError
from django.db import models
from django.db.models.lookups import Exact, In

from .keyring import hmac_sha256, ring

TOKEN_LENGTH = 16
Canon = Callable[[Any], str]


def make_token(label: str, canonical: str, key_id: int) -> bytes:
    """One byte of key id, 15 bytes of HMAC-SHA256."""
    key = ring().subkey("idx", key_id, label)
    return bytes([key_id]) + hmac_sha256(key, canonical.encode())[: TOKEN_LENGTH - 1]


class BlindIndexField(models.BinaryField):
    """The token of `source`, an attribute path ("identity.pesel"), after `canon`.

    Written with its source. The lookups `exact` and `in` take plaintext and ask for the token
    under every live key; an empty canonical form has no token (NULL).
    """

    if TYPE_CHECKING:  # lookups take plaintext
        _pyi_private_set_type: Any
        _pyi_private_get_type: Any
        _pyi_lookup_exact_type: Any

    def __init__(
        self, source: str = "", *, label: str, canon: Canon | None = None, **options: Any
    ) -> None:
        self.source, self.label, self.canon = source, label, canon
        self.root, _, self.path = source.partition(".")
        options.setdefault("null", True)
        options.setdefault("blank", True)
        options.setdefault("editable", False)
        options.setdefault("db_index", not options.get("unique"))
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, _, _, options = super().deconstruct()
        options["label"] = self.label
        return name, "icp.encryption.fields.BlindIndexField", [], options

    def clone(self) -> "BlindIndexField":
        """A copy of itself: `deconstruct` leaves the functions out."""
        options = super().deconstruct()[3]
        return BlindIndexField(self.source, label=self.label, canon=self.canon, **options)

    # --- tokens -----------------------------------------------------------------------------------

    def canonical(self, value: object) -> str:
        if value is None or value == "":
            return ""
        return self.canon(value) if self.canon else str(value)

    def token(self, value: object) -> bytes | None:
        """The token to store, under the primary key."""
        canonical = self.canonical(value)
        return make_token(self.label, canonical, ring().primary("idx")) if canonical else None

    def tokens(self, value: object) -> list[bytes]:
        """The tokens to look for, under every live key."""
        if isinstance(value, bytes | memoryview):
            return [bytes(value)]
        canonical = self.canonical(value)
        if not canonical:
            return []
        return [make_token(self.label, canonical, key_id) for key_id in ring().live("idx")]

    def source_value(self, row: object) -> Any:
        value = getattr(row, self.root)
        for name in self.path.split(".") if self.path else ():
            value = None if value is None else getattr(value, name)
        return value

    def pre_save(self, model_instance: Any, add: bool) -> bytes | None:
        from .fields import Ready

        if type(model_instance.__dict__.get(self.root)) is Ready:
            kept: bytes | None = getattr(model_instance, self.attname)
            return kept
        token = self.token(self.source_value(model_instance))
        setattr(model_instance, self.attname, token)
        return token

    def from_db_value(self, value: Any, expression: object, connection: object) -> bytes | None:
        return None if value is None else bytes(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in {"exact", "in", "isnull"}:
            raise FieldError(f"The token {self.label} knows equality only, not `{lookup_name}`.")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: Any) -> Any:
        value = obj.__dict__.get(self.attname)
        return None if value is None else base64.b64encode(bytes(value)).decode()

    def to_python(self, value: Any) -> Any:
        return base64.b64decode(value) if isinstance(value, str) else value


def _is_expression(value: object) -> bool:
    return hasattr(value, "resolve_expression") or hasattr(value, "as_sql")


def _any_of(
    lookup: Any, compiler: Any, connection: Any, tokens: list[bytes]
) -> tuple[str, list[Any]]:
    if not tokens:
        raise EmptyResultSet
    left, parameters = lookup.process_lhs(compiler, connection)
    values = [connection.Database.Binary(token) for token in tokens]
    if connection.vendor == "postgresql" and len(tokens) > 1:
        return f"{left} = ANY(%s)", [*parameters, tokens]
    places = ", ".join(["%s"] * len(values))
    return f"{left} IN ({places})", [*parameters, *values]


@BlindIndexField.register_lookup
class TokenExact(Exact):
    def get_prep_lookup(self) -> Any:
        return super().get_prep_lookup() if _is_expression(self.rhs) else self.rhs

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if _is_expression(self.rhs):
            return super().as_sql(compiler, connection)
        tokens = self.lhs.output_field.tokens(self.rhs)
        return _any_of(self, compiler, connection, tokens)


@BlindIndexField.register_lookup
class TokenIn(In):
    def get_prep_lookup(self) -> Any:
        return super().get_prep_lookup() if _is_expression(self.rhs) else list(self.rhs)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if _is_expression(self.rhs):
            return super().as_sql(compiler, connection)
        field = self.lhs.output_field
        tokens = [token for value in self.rhs for token in field.tokens(value)]
        return _any_of(self, compiler, connection, tokens)
