"""From accepted deliveries that nobody told more about to what their provider says when asked.

Reports get lost. Once a day, long before the wait for a confirmation ends, the silent ones of the last days
are looked up by the provider's own ids; what is learnt goes through the receipts inbox like any news.
"""

import logging
from datetime import timedelta

from django.utils import timezone

from messaging.channels.base import ChannelError, Told
from messaging.models import Counter, Delivery

from . import providers, receipts

log = logging.getLogger(__name__)
MOST = 5_000  # at a time
AT_ONCE = 50
SILENT_FOR = timedelta(hours=1)
LATELY = timedelta(days=3)
S = Delivery.State


def ask() -> int:
    """Look up the silent ones of every provider that can be asked; returns how many it told about."""
    told = 0
    for channel in ("sms", "email"):
        for name, provider in providers.of(channel).items():
            if isinstance(provider, Told) and getattr(provider, "configured", True):
                told += _ask(channel, name, provider)
    return told


def _ask(channel: str, name: str, provider: Told) -> int:
    ids, told = _silent(channel, name), 0
    for start in range(0, len(ids), AT_ONCE):
        try:
            updates = provider.look_up(ids[start : start + AT_ONCE])
        except ChannelError as error:
            log.warning("Provider %s cannot be asked about receipts: %s.", name, error.code)
            break
        receipts.store(channel, updates)
        told += len(updates)
    return told


def _silent(channel: str, name: str) -> list[str]:
    now = timezone.now()
    recent = Counter.objects.filter(message__sent_at__gte=now - LATELY, channel=channel)
    rows = Delivery.objects.filter(
        message__in=list(recent.standing(S.ACCEPTED)),
        channel=channel,
        state=S.ACCEPTED,
        code__startswith=f"{name}:",  # of several providers, who took it
        changed_at__lte=now - SILENT_FOR,
    )
    found = rows.exclude(provider_id="").order_by("pk").values_list("provider_id", flat=True)
    return list(found[:MOST])
