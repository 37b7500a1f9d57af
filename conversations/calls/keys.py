"""From an exchange that may send calls to its key, and from a key that is shown to its exchange."""

import ipaddress
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from conversations.models import ExchangeKey

PREFIX = "icpx"
_PARTS = 3
TOUCHED_EACH = timedelta(minutes=5)
NOBODYS = sha256(b"nobody").hexdigest()


def make(
    name: str, networks: Sequence[str], expires_at: datetime | None, *, by: User
) -> tuple[ExchangeKey, str]:
    """A new key; its text is known this once. `networks` as 192.0.2.0/24; none: from anywhere."""
    prefix, secret = secrets.token_hex(5), secrets.token_urlsafe(32)
    with transaction.atomic():
        key = ExchangeKey.objects.create(
            name=name,
            networks=list(networks),
            expires_at=expires_at,
            prefix=prefix,
            digest=_digest(secret),
            made_by=by,
        )
        audit.record("exchange_key.made", key, by=by, detail={"networks": len(key.networks)})
    return key, f"{PREFIX}_{prefix}_{secret}"


def revoke(key: ExchangeKey, *, by: User) -> bool:
    """From now on nobody sends with it; False where it was revoked before."""
    with transaction.atomic():
        still = ExchangeKey.objects.filter(pk=key.pk, revoked_at=None)
        if not still.update(revoked_at=timezone.now()):
            return False
        audit.record("exchange_key.revoked", key, by=by)
    key.refresh_from_db()
    return True


def of_text(text: str) -> ExchangeKey | None:
    """None says the same for wrong, unknown, expired and revoked keys."""
    parts = text.split("_", _PARTS - 1)
    if len(parts) != _PARTS or parts[0] != PREFIX or "\0" in text:
        return None
    live = ExchangeKey.objects.filter(revoked_at=None)
    live = live.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))
    key = live.filter(prefix=parts[1][:12]).first()
    known = key.digest if key is not None else NOBODYS
    return key if compare_digest(known, _digest(parts[2])) and key is not None else None


def may_come_from(key: ExchangeKey, address: str) -> bool:
    """Whether a request of this key may come from this computer."""
    if not key.networks:
        return True
    try:
        here = ipaddress.ip_address(address)
    except ValueError:
        return False
    here = getattr(here, "ipv4_mapped", None) or here
    return any(here in ipaddress.ip_network(network) for network in key.networks)


def used(key: ExchangeKey) -> None:
    """Remember it, every few minutes."""
    now = timezone.now()
    if key.used_at is None or now - key.used_at > TOUCHED_EACH:
        ExchangeKey.objects.filter(pk=key.pk).update(used_at=now)


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
