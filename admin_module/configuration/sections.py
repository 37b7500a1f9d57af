"""From the names of the office's settings to their types, and to what the environment says of them.

A section is sealed as one document. A field may be added with a default; one that is taken away needs a
data migration, for old documents are refused then (icp/encryption/codec.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import time
from decimal import Decimal
from typing import Any, ClassVar, Protocol, Self

from django.conf import settings

from .accessibility import Accessibility
from .assessment import ImpactAssessment
from .customer_office import CustomerOffice
from .providers import EspGateway, Providers, SmsApiGateway
from .push_keys import PushKeys
from .resident_apps import ResidentApps
from .returns import MailReturns, Receipts
from .town_map import TownMap
from .voice import VoiceGateway


class Section(Protocol):
    """A frozen dataclass of settings that are changed together.

    `secret` fields are never shown again; the values of `plain` ones may stand in the audit log, all
    other words stand there as a digest.
    """

    secret: ClassVar[frozenset[str]]
    plain: ClassVar[frozenset[str]]
    __dataclass_fields__: ClassVar[dict[str, Any]]

    @classmethod
    def from_environment(cls) -> Self:
        """What holds as long as nobody saved the section."""
        ...


NONE: frozenset[str] = frozenset()


def _known(section: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a section that a mapping has."""
    return {f.name: values[f.name] for f in fields(section) if f.name in values}


@dataclass(frozen=True, slots=True)
class Municipality:
    """The office as it introduces itself; Polish inflects, hence two cases."""

    secret: ClassVar[frozenset[str]] = NONE
    plain: ClassVar[frozenset[str]] = frozenset({"website", "bip", "logo", "teryt"})

    name: str = ""
    name_genitive: str = ""
    town: str = ""
    controller: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    bip: str = ""  # the address of the public information bulletin
    dpo: str = ""  # how to reach the data protection officer
    logo: str = ""  # the name of a Logo, 32 hex digits
    teryt: str = ""  # the municipality in the TERYT register: 6 digits, or 7 with its kind

    @classmethod
    def from_environment(cls) -> Self:
        return cls(**_known(cls, settings.MUNICIPALITY))


@dataclass(frozen=True, slots=True)
class EmailGateway:
    """The mail relay; `rate` is per second and worker, 0 is no limit, `timeout` in seconds."""

    secret: ClassVar[frozenset[str]] = frozenset({"password"})
    plain: ClassVar[frozenset[str]] = frozenset({"host", "security"})

    host: str = ""
    port: int = 25
    security: str = "none"  # none | starttls | tls
    user: str = ""
    password: str = ""
    sender: str = ""
    bounces: str = ""
    timeout: float = 30
    rate: float = 0

    @classmethod
    def from_environment(cls) -> Self:
        return cls(**_known(cls, settings.CHANNELS["email"]))


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """The account at Twilio."""

    secret: ClassVar[frozenset[str]] = frozenset({"token"})
    plain: ClassVar[frozenset[str]] = frozenset({"sender", "base_url"})

    account: str = ""
    token: str = ""
    sender: str = ""
    base_url: str = "https://api.twilio.com"
    timeout: float = 20
    rate: float = 0

    @classmethod
    def from_environment(cls) -> Self:
        return cls(**_known(cls, settings.CHANNELS["sms"]))


@dataclass(frozen=True, slots=True)
class PushGateway:
    """The Firebase project; `credentials` is the service account's JSON."""

    secret: ClassVar[frozenset[str]] = frozenset({"credentials"})
    plain: ClassVar[frozenset[str]] = frozenset({"project", "base_url"})

    project: str = ""
    credentials: str = ""
    base_url: str = "https://fcm.googleapis.com"
    timeout: float = 20
    rate: float = 0

    @classmethod
    def from_environment(cls) -> Self:
        return cls(**_known(cls, settings.CHANNELS["push"]))


@dataclass(frozen=True, slots=True)
class EpuapGateway:
    """The office's box in ePUAP; its key and certificates are kept apart."""

    secret: ClassVar[frozenset[str]] = NONE
    plain: ClassVar[frozenset[str]] = frozenset(
        {"url", "subject", "reply_box", "boxes", "refused_codes"}
    )

    url: str = ""
    subject: str = ""
    reply_box: str = ""
    boxes: tuple[str, ...] = ()  # whose documents are fetched
    refused_codes: tuple[str, ...] = ()
    require_signed_answers: bool = True
    timeout: float = 60
    rate: float = 0

    @classmethod
    def from_environment(cls) -> Self:
        known = _known(cls, settings.CHANNELS["epuap"])
        for name in ("boxes", "refused_codes"):
            known[name] = tuple(known.get(name, ()))
        return cls(**known)


def _hour(text: str) -> time:
    hour, _colon, minute = text.strip().partition(":")
    return time(int(hour), int(minute or 0))


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begin` to `end`, by the clock on the town hall, these classes wait; alarms never do."""

    secret: ClassVar[frozenset[str]] = NONE
    plain: ClassVar[frozenset[str]] = NONE

    enabled: bool = False
    begin: time = time(22)
    end: time = time(7)
    information: bool = True
    warning: bool = False

    @classmethod
    def from_environment(cls) -> Self:
        begin, _dash, end = settings.QUIET_HOURS.partition("-")
        if not end:
            return cls()
        return cls(True, _hour(begin), _hour(end))


@dataclass(frozen=True, slots=True)
class Budgets:
    """What SMS may cost: parts in a calendar month (0: no limit) and złoty net for one part."""

    secret: ClassVar[frozenset[str]] = NONE
    plain: ClassVar[frozenset[str]] = NONE

    sms_parts: int = 0
    part_price: Decimal = Decimal(0)

    @classmethod
    def from_environment(cls) -> Self:
        price = Decimal(str(settings.CHANNELS["sms"].get("part_price", "0")))
        return cls(settings.SMS_MONTHLY_PARTS, price)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long things are kept: the audit log (KRI: two years at least), conversations, exports."""

    secret: ClassVar[frozenset[str]] = NONE
    plain: ClassVar[frozenset[str]] = NONE

    audit_years: int = 2
    conversation_months: int = 6
    export_days: int = 7

    @classmethod
    def from_environment(cls) -> Self:
        return cls(**_known(cls, settings.RETENTION))


@dataclass(frozen=True, slots=True)
class Approval:
    """Classes of messages that need a second person's approval; alarms always do.

    `classes` hold for the whole office; the units beside them (ids, with all that stand below one) ask
    for it, too. A release to more than `cooldown_people` waits `cooldown_seconds` for a second thought.
    """

    secret: ClassVar[frozenset[str]] = NONE
    plain: ClassVar[frozenset[str]] = frozenset({"classes", "information_units", "warning_units"})

    classes: tuple[str, ...] = ()
    information_units: tuple[int, ...] = ()
    warning_units: tuple[int, ...] = ()
    cooldown_seconds: int = 30
    cooldown_people: int = 1_000

    @classmethod
    def from_environment(cls) -> Self:
        return cls(
            tuple(settings.APPROVAL_CLASSES),
            cooldown_seconds=settings.COOLDOWN_SECONDS,
            cooldown_people=settings.COOLDOWN_PEOPLE,
        )

    def units_of(self, klass: str) -> frozenset[int]:
        """Ids of the units that ask for a second person for this class."""
        asked = {"information": self.information_units, "warning": self.warning_units}
        return frozenset(asked.get(klass, ()))


@dataclass(frozen=True, slots=True)
class Notices:
    """The office's own words in places that ICP has words for; empty: ICP's own."""

    secret: ClassVar[frozenset[str]] = NONE
    plain: ClassVar[frozenset[str]] = NONE

    sign_in: str = ""
    mail_footer: str = ""
    code_short: str = ""
    code_long: str = ""

    @classmethod
    def from_environment(cls) -> Self:
        return cls()


@dataclass(frozen=True, slots=True)
class SignedForms:
    """After how many days a printed form is late, and the data of who never signed are proposed
    for erasure: without consent there is no reason to hold them (GDPR art. 5(1)(c) and (e))."""

    secret: ClassVar[frozenset[str]] = NONE
    plain: ClassVar[frozenset[str]] = NONE

    late_days: int = 14
    erase_days: int = 90

    @classmethod
    def from_environment(cls) -> Self:
        return cls()


# The names under which sections are stored; they never change.
SECTIONS: dict[str, type[Section]] = {
    "municipality": Municipality,
    "email": EmailGateway,
    "sms": SmsGateway,
    "push": PushGateway,
    "epuap": EpuapGateway,
    "returns": MailReturns,
    "receipts": Receipts,
    "quiet_hours": QuietHours,
    "budgets": Budgets,
    "retention": Retention,
    "approval": Approval,
    "notices": Notices,
    "signed_forms": SignedForms,
    "accessibility": Accessibility,
    "assessment": ImpactAssessment,
    "resident_apps": ResidentApps,
    "map": TownMap,
    "push_keys": PushKeys,
    "smsapi": SmsApiGateway,
    "esp": EspGateway,
    "providers": Providers,
    "voice": VoiceGateway,
    "customer_office": CustomerOffice,
}
_CODES = {section: code for code, section in SECTIONS.items()}


def code_of(section: type[Section]) -> str:
    """The name under which a section is stored."""
    return _CODES[section]
