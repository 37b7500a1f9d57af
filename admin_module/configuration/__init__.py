"""From what the office set on its pages, else from the environment, to typed settings.

`configuration.read(Municipality).town`: the newest saved version of a section, and what the environment says
where nobody saved one. Every change is a new version; none is ever edited (docs/operations.md).
"""

from .accessibility import Accessibility
from .assessment import ImpactAssessment
from .customer_office import CustomerOffice
from .gateways import channel_settings
from .providers import EspGateway, Providers, SmsApiGateway
from .push_keys import PushKeys
from .reading import forget, opened, read
from .resident_apps import ResidentApps
from .returns import MailReturns, Receipts
from .sections import (
    SECTIONS,
    Approval,
    Budgets,
    EmailGateway,
    EpuapGateway,
    Municipality,
    Notices,
    PushGateway,
    QuietHours,
    Retention,
    Section,
    SignedForms,
    SmsGateway,
    code_of,
)
from .town_map import TownMap
from .voice import VoiceGateway
from .writing import StaleConfiguration, reset, restore, write

__all__ = [
    "SECTIONS",
    "Accessibility",
    "Approval",
    "Budgets",
    "CustomerOffice",
    "EmailGateway",
    "EpuapGateway",
    "EspGateway",
    "ImpactAssessment",
    "MailReturns",
    "Municipality",
    "Notices",
    "Providers",
    "PushGateway",
    "PushKeys",
    "QuietHours",
    "Receipts",
    "ResidentApps",
    "Retention",
    "Section",
    "SignedForms",
    "SmsApiGateway",
    "SmsGateway",
    "StaleConfiguration",
    "TownMap",
    "VoiceGateway",
    "channel_settings",
    "code_of",
    "forget",
    "opened",
    "read",
    "reset",
    "restore",
    "write",
]
