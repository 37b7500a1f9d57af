"""Which document in the office's ePUAP box means what, and where in it the data of a person stand.

The namespace of a form is the municipality's own (in the central repository of forms, or local), and so
are the paths: both are settings. The proposals below fit the standard parts of documents
(crd.gov.pl/xml/schematy: struktura, meta, osoba, adres).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

PREFIXES = {
    "str": "http://crd.gov.pl/xml/schematy/struktura/2009/11/16/",
    "meta": "http://crd.gov.pl/xml/schematy/meta/2009/11/16/",
    "oso": "http://crd.gov.pl/xml/schematy/osoba/2009/11/16/",
    "adr": "http://crd.gov.pl/xml/schematy/adres/2009/11/09/",
}
FIELDS = {
    "pesel": _("PESEL"),
    "first_name": _("First name"),
    "second_name": _("Second name"),
    "last_name": _("Last name"),
    "street": _("Street"),
    "house": _("House number"),
    "flat": _("Flat number"),
    "postal_code": _("Postal code"),
    "town": _("Town"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "language": _("Language of messages"),
    "topics": _("Topics agreed to"),
    "channels": _("Channels agreed to"),
    "until": _("Until when"),
    # Of an application to hear a call or to read a chat (order 308/18, § 4).
    "talk": _("Call or chat"),
    "called_from": _("The number that the call came from"),
    "conversation_on": _("Day of the call or chat"),
    "conversation_time": _("About what time"),
    "about": _("What it was about"),
    "basis": _("Basis"),
    "justification": _("Why access is needed"),
    "requested_form": _("Wanted form"),
    "needs": _("Interpreter, sign language, accessible room"),
}
_PERSON = "//oso:Osoba"
_ADDRESS = f"{_PERSON}/adr:Adres"
_CONTACT = f"{_PERSON}/adr:Kontakt"
_TALK = "//icp:Rozmowa"
PROPOSED = {
    "pesel": f"{_PERSON}/oso:IdOsoby/oso:PESEL",
    "first_name": f"{_PERSON}/oso:Imie",
    "second_name": f"{_PERSON}/oso:ImieDrugie",
    "last_name": f"{_PERSON}/oso:Nazwisko",
    "street": f"{_ADDRESS}/adr:Ulica",
    "house": f"{_ADDRESS}/adr:Budynek",
    "flat": f"{_ADDRESS}/adr:Lokal",
    "postal_code": f"{_ADDRESS}/adr:KodPocztowy",
    "town": f"{_ADDRESS}/adr:Miejscowosc",
    "email": f"{_CONTACT}/adr:Email",
    "phone": f"{_CONTACT}/adr:Telefon",
    "language": "//icp:Jezyk",
    "topics": "//icp:Tematy/icp:Temat",
    "channels": "//icp:Kanaly/icp:Kanal",
    "until": "//icp:Do",
    "talk": f"{_TALK}/icp:Rodzaj",
    "called_from": f"{_TALK}/icp:Numer",
    "conversation_on": f"{_TALK}/icp:Dzien",
    "conversation_time": f"{_TALK}/icp:Godzina",
    "about": f"{_TALK}/icp:Sprawa",
    "basis": "//icp:Podstawa",
    "justification": "//icp:Uzasadnienie",
    "requested_form": "//icp:Forma",
    "needs": "//icp:Ulatwienia",
}


class EpuapForm(models.Model):
    """A form of the office: its root element, what it asks for, its fields by XPath."""

    class Purpose(models.TextChoices):
        REGISTER = "register", _("registration")
        VIEW = "view", _("a look at one’s data")
        CORRECT = "correct", _("correction of data")
        SUSPEND = "suspend", _("suspension")
        RESUME = "resume", _("resumption")
        DELETE = "delete", _("deletion")
        ACCESS = "access", _("access to a call or chat")

    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    version = models.CharField(_("version"), max_length=20)
    namespace = models.CharField(_("namespace"), max_length=300)
    root = models.CharField(_("root element"), max_length=100)
    active = models.BooleanField(_("in use"), default=True)
    fields = models.JSONField(default=dict)  # a key of FIELDS -> XPath; "icp" is the namespace
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ("purpose", "version", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["namespace", "root"],
                condition=Q(active=True),
                name="one_epuap_form_in_use_per_root_element",
            ),
        )

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"

    @property
    def prefixes(self) -> dict[str, str]:
        """What the prefixes in the paths stand for."""
        return PREFIXES | {"icp": self.namespace}


# Without these nobody can be found, or nobody be registered.
REQUIRED = {
    EpuapForm.Purpose.REGISTER: ("pesel", "first_name", "last_name"),
    EpuapForm.Purpose.SUSPEND: ("pesel", "until"),
    EpuapForm.Purpose.ACCESS: ("pesel", "conversation_on", "about", "basis", "requested_form"),
}
REQUIRED_EVERYWHERE = ("pesel",)


def required_fields(purpose: str) -> tuple[str, ...]:
    """The fields that a form of this purpose cannot do without."""
    return next((names for key, names in REQUIRED.items() if key == purpose), REQUIRED_EVERYWHERE)
