"""From the settings of a channel with several providers to one channel that fails over among them."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from messaging.channels.base import Channel
from messaging.channels.email.channel import EmailChannel
from messaging.channels.email.esp import EspChannel
from messaging.channels.failing_over import FailingOver
from messaging.channels.sms import SmsApiChannel, TwilioChannel

# What every provider of a channel is made with where its own part says nothing else.
SHARED = {
    "sms": ("timeout", "window", "streams", "callback_url"),
    "email": ("timeout", "window", "streams", "sender"),
}


class Account(Channel, Protocol):
    """A provider that may have no account yet."""

    @property
    def configured(self) -> bool: ...


Maker = Callable[[Mapping[str, Any]], Account]
# By channel; the settings of the first stand among the channel's own, those of others under their name.
PROVIDERS: dict[str, dict[str, Maker]] = {
    "sms": {"twilio": TwilioChannel, "smsapi": SmsApiChannel},
    "email": {"smtp": EmailChannel, "esp": EspChannel},
}


def order_of(name: str, config: Mapping[str, Any]) -> list[str]:
    """The office's order, without those that it does not name; ours, where it has none."""
    known = PROVIDERS[name]
    wanted = [provider for provider in config.get("order", ()) if provider in known]
    return list(dict.fromkeys(wanted or known))


def part_of(name: str, provider: str, config: Mapping[str, Any]) -> Mapping[str, Any]:
    """What one provider is made with."""
    if provider == next(iter(PROVIDERS[name])):
        return config
    shared = {key: config[key] for key in SHARED[name] if key in config}
    return {**shared, **config.get(provider, {})}


def channel_of(name: str, config: Mapping[str, Any]) -> FailingOver:
    """All providers that have an account; without any, the first, which says so."""
    made = {provider: of_provider(name, provider, config) for provider in PROVIDERS[name]}
    order = order_of(name, config)
    working = {provider: made[provider] for provider in order if made[provider].configured}
    primary = next(iter(PROVIDERS[name]))
    return FailingOver(name, working or {order[0]: made[order[0]]}, primary=primary, known=made)


def of_provider(name: str, provider: str, config: Mapping[str, Any]) -> Account:
    """One provider alone, with or without an account."""
    return PROVIDERS[name][provider](part_of(name, provider, config))
