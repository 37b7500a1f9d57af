"""From the office's key for the browsers' push services to what the app's channel signs with."""

from dataclasses import dataclass, field
from typing import ClassVar, Self

from django.conf import settings


@dataclass(frozen=True, slots=True)
class PushKeys:
    """`key`: 32 bytes in base64url (VAPID, RFC 8292); empty: browsers get no notifications.

    A section apart from the gateway's: who goes back to earlier settings must not exchange the key
    that every browser subscribed with.
    """

    secret: ClassVar[frozenset[str]] = frozenset({"key"})
    plain: ClassVar[frozenset[str]] = frozenset()

    key: str = field(default="", repr=False)

    @classmethod
    def from_environment(cls) -> Self:
        return cls(str(settings.CHANNELS["push"].get("vapid_key", "")))
