"""From a channel's name to what its client is made with: the environment's values under the office's."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from django.conf import settings

from .reading import read
from .sections import EmailGateway, EpuapGateway, PushGateway, Section, SmsGateway

GATEWAYS: dict[str, type[Section]] = {
    "email": EmailGateway,
    "sms": SmsGateway,
    "push": PushGateway,
    "epuap": EpuapGateway,
}
# What else a channel is made with and is kept elsewhere: by channel, a function that gives it.
FURTHER: dict[str, Callable[[], Mapping[str, Any]]] = {}


def channel_settings(name: str) -> Mapping[str, Any]:
    """What the channel `name` is made with now; equal values mean that it may be kept."""
    return settings_with(name, read(GATEWAYS[name]))


def settings_with(name: str, section: Section) -> Mapping[str, Any]:
    """What the channel would be made with if `section` held."""
    base: Mapping[str, Any] = settings.CHANNELS[name]
    given = {f.name: getattr(section, f.name) for f in fields(section)}
    further = FURTHER[name]() if name in FURTHER else {}
    return {**base, **given, **further}
