"""From a channel to its providers: which there are, which of them rest, what is left on their accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module.configuration.gateways import PROVIDER_OF
from messaging import channels
from messaging.channels import several
from messaging.channels.base import Balance, Channel, ChannelError, Prepaid
from messaging.channels.failing_over import FailingOver
from messaging.models import HandedOver, Message, ProviderPulse, ProviderState, RateSlot

NAMES: Mapping[str, str | Promise] = {
    "twilio": "Twilio",
    "smsapi": "SMSAPI",
    "smtp": _("mail server"),
    "esp": _("e-mail provider (API)"),
    "push": "Firebase, Web Push",
    "epuap": "ePUAP",
}
BALANCE_AGE = timedelta(minutes=10)
LATELY = timedelta(minutes=15)
WARN_PERCENT = 20
FAULTS = "too_many_faults"  # why a provider rests, where no code of its own says it
FAULTY = ("retry", "unknown")


def name_of(provider: str) -> str:
    """What a provider is called; its code where it is not known."""
    return str(NAMES.get(provider, provider))


def of(channel: str) -> dict[str, Channel]:
    """The providers that a channel sends by now, in their order; one that has but one is its own."""
    made = channels.get_channel(channel)
    return dict(made.providers) if isinstance(made, FailingOver) else {channel: made}


def safe_to_repeat() -> list[str]:
    """The channels whose every provider with an account refuses what it has had before."""
    return [name for name in channels.CHANNELS if _knows_repeats(channels.get_channel(name))]


def _knows_repeats(made: Channel) -> bool:
    return isinstance(made, FailingOver) and made.knows_repeats


def states(channel: str) -> dict[str, ProviderState]:
    """What is known of a channel's providers; those that always worked have none."""
    return {row.provider: row for row in ProviderState.objects.filter(channel=channel)}


def resting(channel: str) -> set[str]:
    """The providers that are left out now."""
    rows = ProviderState.objects.filter(channel=channel)
    found = rows.exclude(state=ProviderState.State.WORKING)
    return set(found.values_list("provider", flat=True))


@dataclass(frozen=True, slots=True)
class Health:
    """How one provider is; `answers` and `faults` are those of the last quarter of an hour."""

    channel: str
    provider: str
    among: bool  # the channel sends by it: it has an account and stands in the order
    row: ProviderState
    answers: int = 0
    faults: int = 0

    @property
    def name(self) -> str:
        return name_of(self.provider)

    @property
    def rests_now(self) -> bool:
        return self.row.state != ProviderState.State.WORKING

    @property
    def is_off(self) -> bool:
        return self.row.state == ProviderState.State.OFF

    @property
    def why(self) -> str:
        """Why it rests, in words."""
        return words_of(self.channel, self.row.code)

    @property
    def faulty_percent(self) -> int:
        return round(100 * self.faults / self.answers) if self.answers else 0

    @property
    def pill(self) -> tuple[str, Promise, str]:
        """Tone, words and icon."""
        if self.is_off:
            return "danger", _("switched off"), "circle-x"
        if self.rests_now:
            return "danger", _("rests"), "circle-pause"
        if not self.among:
            return "", _("not used"), "circle-dashed"
        if self.faulty_percent >= WARN_PERCENT:
            return "warn", _("fails at times"), "triangle-alert"
        return "ok", _("works"), "circle-check"


def words_of(channel: str, code: str) -> str:
    """Why a provider rests, in words."""
    if code == FAULTS:
        return str(_("More than half of its answers within a minute were faults."))
    return channels.explain(channel, code) or code


def health() -> list[Health]:
    """Every provider of every channel, in the office's order; the unused ones last."""
    rows = {(row.channel, row.provider): row for row in ProviderState.objects.all()}
    lately = _lately()
    found: list[Health] = []
    for channel in channels.CHANNELS:
        used = of(channel)
        for provider in [*used, *(set(several.PROVIDERS.get(channel, {})) - used.keys())]:
            row = rows.get((channel, provider)) or ProviderState(channel=channel, provider=provider)
            told = lately.get((channel, provider if channel in several.PROVIDERS else ""), (0, 0))
            among = provider in used and getattr(used[provider], "configured", True)
            found.append(Health(channel, provider, among, row, *told))
    return found


def by_section() -> dict[str, Health]:
    """The same by the code of the section that a provider is set up on."""
    codes = {pair: code for code, pair in PROVIDER_OF.items()}
    return {codes[one.channel, one.provider]: one for one in health()}


def _lately() -> dict[tuple[str, str], tuple[int, int]]:
    """By channel and provider: answers and faults."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    recent = ProviderPulse.objects.filter(at__gte=timezone.now() - LATELY)
    for channel, provider, told in recent.values_list("channel", "provider", "answers"):
        answers, faults = found.get((channel, provider), (0, 0))
        answers += sum(told.values())
        faults += sum(told.get(outcome, 0) for outcome in FAULTY)
        found[channel, provider] = (answers, faults)
    return found


def webhook_of(provider: str) -> str:
    """The address that the office gives to a provider for its reports; empty where ICP gives it itself."""
    if provider != "esp":
        return ""
    return str(settings.PUBLIC_URL) + reverse("channel-callback-of", args=["email", "esp/"])


def took(message: Message) -> list[tuple[str, str, int]]:
    """By which providers a message went: channel, the provider's name, answers; only where a channel
    has several."""
    rows = HandedOver.objects.filter(message=message).order_by("channel", "-number")
    return [(row.channel, name_of(row.provider), row.number) for row in rows]


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
    told: dict[str, Any] = {"balance_at": timezone.now()}
    if balance is not None:
        told |= {"balance": balance.amount, "balance_unit": balance.unit[:8]}
    ProviderState.objects.update_or_create(channel=channel, provider=provider, defaults=told)
