"""From a channel's name to what its client is made with: the environment's values under the office's."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from django.conf import settings

from .providers import EspGateway, Providers, SmsApiGateway
from .reading import read
from .sections import EmailGateway, EpuapGateway, PushGateway, Section, SmsGateway

GATEWAYS: dict[str, type[Section]] = {
    "email": EmailGateway,
    "sms": SmsGateway,
    "push": PushGateway,
    "epuap": EpuapGateway,
}
# Further providers of a channel: their settings stand under their names.
PARTS: dict[str, dict[str, type[Section]]] = {
    "sms": {"smsapi": SmsApiGateway},
    "email": {"esp": EspGateway},
}
# By the code of a section: the channel and the provider that it is about.
PROVIDER_OF: dict[str, tuple[str, str]] = {
    "email": ("email", "smtp"),
    "esp": ("email", "esp"),
    "sms": ("sms", "twilio"),
    "smsapi": ("sms", "smsapi"),
    "push": ("push", "push"),
    "epuap": ("epuap", "epuap"),
}
# What else a channel is made with and is kept elsewhere: by channel, a function that gives it.
FURTHER: dict[str, Callable[[], Mapping[str, Any]]] = {}


def channel_settings(name: str) -> Mapping[str, Any]:
    """What the channel `name` is made with now; equal values mean that it may be kept."""
    return settings_with(name)


def settings_with(name: str, section: Section | None = None) -> Mapping[str, Any]:
    """What the channel would be made with if `section`, one of its, held."""
    base: Mapping[str, Any] = settings.CHANNELS[name]
    further: Mapping[str, Any] = FURTHER[name]() if name in FURTHER else {}
    parts = {
        provider: {**base.get(provider, {}), **_given(kind, section)}
        for provider, kind in PARTS.get(name, {}).items()
    }
    order = {"order": getattr(read(Providers), name)} if parts else {}
    return {**base, **_given(GATEWAYS[name], section), **further, **order, **parts}


def _given(kind: type[Section], section: Section | None) -> dict[str, Any]:
    holds = section if isinstance(section, kind) else read(kind)
    return {f.name: getattr(holds, f.name) for f in fields(holds)}
