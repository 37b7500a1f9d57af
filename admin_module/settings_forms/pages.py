"""From a section's code to its page: the Polish address, the words, the icon, the place on the index."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .accessibility import AccessibilityForm
from .approval import ApprovalForm
from .base import SectionForm
from .customer_office import CustomerOfficeForm
from .gateways import EmailForm, EpuapForm, PushForm, SmsForm
from .office import MunicipalityForm, NoticesForm, RetentionForm
from .providers import EspForm, ProvidersForm, SmsApiForm
from .resident_apps import ResidentAppsForm
from .returns import MailReturnsForm, ReceiptsForm
from .rules import BudgetsForm, QuietHoursForm, SignedFormsForm
from .town_map import TownMapForm
from .voice import VoiceForm


@dataclass(frozen=True, slots=True)
class SettingsPage:
    slug: str
    title: Promise
    about: Promise
    icon: str
    form: type[SectionForm]
    is_gateway: bool = False

    @property
    def code(self) -> str:
        return self.form.code


OFFICE = (
    SettingsPage(
        "urzad",
        _("Municipality"),
        _("Names in two cases, addresses, the data protection officer, the logo."),
        "landmark",
        MunicipalityForm,
    ),
    SettingsPage(
        "komunikaty",
        _("The office’s words"),
        _("The office’s own words on the sign-in page, under e-mails and with codes."),
        "text-quote",
        NoticesForm,
    ),
    SettingsPage(
        "dostepnosc",
        _("Accessibility declaration"),
        _("State, dates, contact: what the public declaration says."),
        "accessibility",
        AccessibilityForm,
    ),
    SettingsPage(
        "mapa",
        _("Map"),
        _("The picture of the town under the points of its maps."),
        "map",
        TownMapForm,
    ),
    SettingsPage(
        "aplikacje",
        _("Residents’ apps"),
        _("The least version that works, a notice, emergency numbers."),
        "smartphone",
        ResidentAppsForm,
    ),
    SettingsPage(
        "biuro-obslugi",
        _("Customer office"),
        _("Names in notices, people at a listening, terms, access of administrators."),
        "headset",
        CustomerOfficeForm,
    ),
)
GATEWAYS = (
    SettingsPage(
        "email",
        _("E-mail: the mail server"),
        _("Server, sender, returned mail, speed."),
        "mail",
        EmailForm,
        is_gateway=True,
    ),
    SettingsPage(
        "email-api",
        _("E-mail: a provider with an API"),
        _("Provider, key, reports of delivery, speed."),
        "mail",
        EspForm,
        is_gateway=True,
    ),
    SettingsPage(
        "zwroty-poczty",
        _("Returned mail"),
        _("The mailbox that undelivered mail comes back to."),
        "undo-2",
        MailReturnsForm,
        is_gateway=True,
    ),
    SettingsPage(
        "sms",
        _("SMS: Twilio"),
        _("Account, token, sender’s name, speed."),
        "message-square-text",
        SmsForm,
        is_gateway=True,
    ),
    SettingsPage(
        "smsapi",
        _("SMS: SMSAPI"),
        _("Token, sender’s name, reports of delivery, speed."),
        "message-square-text",
        SmsApiForm,
        is_gateway=True,
    ),
    SettingsPage(
        "telefon",
        _("Calls: Twilio Voice"),
        _("Account, token, the voice that reads notices."),
        "phone",
        VoiceForm,
        is_gateway=True,
    ),
    SettingsPage(
        "epuap",
        _("ePUAP: the office’s box"),
        _("Address, identifier, box for answers."),
        "landmark",
        EpuapForm,
        is_gateway=True,
    ),
    SettingsPage(
        "aplikacja",
        _("Mobile app: notifications"),
        _("The Firebase project and its service account."),
        "smartphone",
        PushForm,
        is_gateway=True,
    ),
    SettingsPage(
        "dostawcy",
        _("Order of providers"),
        _("Who sends SMS and e-mail first, and who when the first refuses."),
        "arrow-up-down",
        ProvidersForm,
    ),
)
RULES = (
    SettingsPage(
        "cisza-nocna",
        _("Quiet hours"),
        _("When information and warnings wait for the morning."),
        "moon",
        QuietHoursForm,
    ),
    SettingsPage(
        "potwierdzenia",
        _("Confirmations"),
        _("How long a confirmation of delivery is waited for."),
        "hourglass",
        ReceiptsForm,
    ),
    SettingsPage(
        "budzety",
        _("SMS budget"),
        _("Parts in a month and the price of one."),
        "wallet",
        BudgetsForm,
    ),
    SettingsPage(
        "zatwierdzanie",
        _("Approval"),
        _("Which messages a second person must see; the seconds before a mass release."),
        "user-check",
        ApprovalForm,
    ),
    SettingsPage(
        "formularze",
        _("Signed forms"),
        _("When a form is late, and when to propose erasing who never signed."),
        "signature",
        SignedFormsForm,
    ),
    SettingsPage(
        "przechowywanie",
        _("Retention"),
        _("How long the audit log, conversations and exports are kept."),
        "archive",
        RetentionForm,
    ),
)
GROUPS = (
    (_("The office"), OFFICE),
    (_("Channels and gateways"), GATEWAYS),
    (_("Rules of sending and keeping"), RULES),
)
PAGES: dict[str, SettingsPage] = {page.slug: page for _title, pages in GROUPS for page in pages}
