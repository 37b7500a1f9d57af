"""From an exchange that may send calls to its key, and from a key that is shown to its exchange."""

import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from conversations.models import ExchangeKey
from icp import program_keys

PREFIX = "icpx"
TOUCHED_EACH = timedelta(minutes=5)


def make(
    name: str, networks: Sequence[str], expires_at: datetime | None, *, by: User
) -> tuple[ExchangeKey, str]:
    """A new key; its text is known this once. `networks` as 192.0.2.0/24; none: from anywhere."""
    shown = program_keys.new(PREFIX)
    with transaction.atomic():
        key = ExchangeKey.objects.create(
            name=name,
            networks=list(networks),
            expires_at=expires_at,
            prefix=shown.public,
            digest=shown.digest.hex(),
            made_by=by,
        )
        audit.record("exchange_key.made", key, by=by, detail={"networks": len(key.networks)})
    return key, shown.text


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
    shown = program_keys.read(PREFIX, text)
    if shown is None:
        return None
    live = ExchangeKey.objects.filter(revoked_at=None)
    live = live.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))
    key = live.filter(prefix=shown.public).first()
    return key if shown.is_that_of(bytes.fromhex(key.digest) if key else None) else None


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
