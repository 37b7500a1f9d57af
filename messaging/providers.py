"""From a channel to its providers: which there are, which of them rest, what is left on their accounts."""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging import channels
from messaging.channels.base import Balance, Channel, ChannelError, Prepaid
from messaging.channels.failing_over import FailingOver
from messaging.models import ProviderState, RateSlot

NAMES: Mapping[str, str | Promise] = {
    "twilio": "Twilio",
    "smsapi": "SMSAPI",
    "smtp": _("mail server"),
    "esp": _("e-mail provider (API)"),
    "push": "Firebase, Web Push",
    "epuap": "ePUAP",
}
BALANCE_AGE = timedelta(minutes=10)


def name_of(provider: str) -> str:
    """What a provider is called; its code where it is not known."""
    return str(NAMES.get(provider, provider))


def of(channel: str) -> dict[str, Channel]:
    """The providers that a channel sends by now, in their order; one that has but one is its own."""
    made = channels.get_channel(channel)
    return dict(made.providers) if isinstance(made, FailingOver) else {channel: made}


def states(channel: str) -> dict[str, ProviderState]:
    """What is known of a channel's providers; those that always worked have none."""
    return {row.provider: row for row in ProviderState.objects.filter(channel=channel)}


def resting(channel: str) -> set[str]:
    """The providers that are left out now."""
    rows = ProviderState.objects.filter(channel=channel)
    found = rows.exclude(state=ProviderState.State.WORKING)
    return set(found.values_list("provider", flat=True))


def book(channel: str, provider: str, number: int, rate: float) -> float:
    """Take the right to hand over so many at a provider's rate, shared by all workers.

    Returns after how many seconds they may go; each worker's turn begins where the last one's ends.
    """
    now = timezone.now()
    with transaction.atomic():
        RateSlot.objects.get_or_create(
            channel=channel, provider=provider, defaults={"free_at": now}
        )
        held = RateSlot.objects.select_for_update(no_key=True)
        slot = held.get(channel=channel, provider=provider)
        begins = max(slot.free_at, timezone.now())
        slot.free_at = begins + timedelta(seconds=number / rate)
        slot.save(update_fields=["free_at"])
    return max(0.0, (begins - timezone.now()).total_seconds())


def ask_balances() -> None:
    """Every ten minutes: what is left on the accounts of providers that say so."""
    old = timezone.now() - BALANCE_AGE
    for channel in channels.CHANNELS:
        known = states(channel)
        for name, provider in of(channel).items():
            row = known.get(name)
            fresh = row is not None and row.balance_at is not None and row.balance_at > old
            if (
                isinstance(provider, Prepaid)
                and getattr(provider, "configured", True)
                and not fresh
            ):
                _keep(channel, name, balance_of(provider))


def balance_of(provider: Prepaid) -> Balance | None:
    """Ask one provider; None where it does not answer."""
    try:
        return provider.balance()
    except (ChannelError, OSError, TimeoutError):
        return None


def _keep(channel: str, provider: str, balance: Balance | None) -> None:
    told = {"balance_at": timezone.now()}
    if balance is not None:
        told |= {"balance": balance.amount, "balance_unit": balance.unit[:8]}
    ProviderState.objects.update_or_create(channel=channel, provider=provider, defaults=told)
