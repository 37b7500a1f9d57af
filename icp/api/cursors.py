"""From where a list stopped to an opaque text that only this installation can make, and back."""

import base64
import binascii
import json
from typing import Any

from rest_framework import serializers

from icp.encryption import tokens

from .problems import Problem

_LABEL = "api.cursor"
_LONGEST = 3000  # a line of a request may have 4094 signs


class CursorField(serializers.RegexField):
    """A cursor among the parameters of a list; absent: from the beginning."""

    def __init__(self, **options: Any) -> None:
        options = {"required": False, "max_length": _LONGEST, **options}
        super().__init__(r"^[A-Za-z0-9_-]+$", **options)


def make(kind: str, values: dict[str, Any]) -> str:
    """A cursor of one list; `values` must be what JSON can hold. It holds no secret: only its maker is sure."""
    said = json.dumps([kind, values], separators=(",", ":"), sort_keys=True).encode()
    return base64.urlsafe_b64encode(tokens.mac(_LABEL, said) + said).decode().rstrip("=")


def read(kind: str, text: str) -> dict[str, Any]:
    """What `make` put in; Problem("cursor-invalid") for another list's, a foreign or a damaged one."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Problem("cursor-invalid") from None
    code, said = raw[: tokens.MAC_LENGTH], raw[tokens.MAC_LENGTH :]
    if len(text) > _LONGEST or not tokens.verify_mac(_LABEL, said, code):
        raise Problem("cursor-invalid")
    of, values = json.loads(said)
    if of != kind:
        raise Problem("cursor-invalid")
    known: dict[str, Any] = values
    return known
