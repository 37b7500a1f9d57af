"""From the second providers of channels, and their order, to typed settings."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

from django.conf import settings


def _part(section: Any, channel: str, provider: str) -> dict[str, Any]:
    values = settings.CHANNELS[channel].get(provider, {})
    return {f.name: values[f.name] for f in fields(section) if f.name in values}


@dataclass(frozen=True, slots=True)
class SmsApiGateway:
    """The account at SMSAPI; `callback_from` are networks like 192.0.2.0/24, empty: any."""

    secret: ClassVar[frozenset[str]] = frozenset({"token"})
    plain: ClassVar[frozenset[str]] = frozenset({"sender", "base_url", "callback_from"})

    token: str = ""
    sender: str = ""
    base_url: str = "https://api.smsapi.pl"
    callback_from: tuple[str, ...] = ()
    timeout: float = 20
    rate: float = 50

    @classmethod
    def from_environment(cls) -> Self:
        known = _part(cls, "sms", "smsapi")
        known["callback_from"] = tuple(known.get("callback_from", ()))
        return cls(**known)


@dataclass(frozen=True, slots=True)
class EspGateway:
    """The account at an e-mail provider with an API; `service` is django-anymail's name of it."""

    secret: ClassVar[frozenset[str]] = frozenset({"key", "webhook_secret"})
    plain: ClassVar[frozenset[str]] = frozenset({"service", "base_url", "domain"})

    service: str = ""
    key: str = ""
    webhook_secret: str = ""
    domain: str = ""  # Mailgun's sending domain, where it is not the sender's
    base_url: str = ""
    timeout: float = 30
    rate: float = 0

    @classmethod
    def from_environment(cls) -> Self:
        return cls(**_part(cls, "email", "esp"))


@dataclass(frozen=True, slots=True)
class Providers:
    """By channel, the providers that are asked, in this order; those without an account are passed by."""

    secret: ClassVar[frozenset[str]] = frozenset()
    plain: ClassVar[frozenset[str]] = frozenset({"sms", "email"})

    sms: tuple[str, ...] = ("twilio", "smsapi")
    email: tuple[str, ...] = ("smtp", "esp")

    @classmethod
    def from_environment(cls) -> Self:
        return cls(
            tuple(settings.CHANNELS["sms"].get("order", cls().sms)),
            tuple(settings.CHANNELS["email"].get("order", cls().email)),
        )
