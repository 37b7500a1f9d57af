"""Who can be written to, where they may live, what waits for a worker."""

from recipients.epuap_forms import EpuapForm

from .epuap_documents import Arrival, EpuapDocument, Reading
from .files import OfficeFile, PersonFile
from .jobs import Job, JobSource
from .people import (
    CONTACT_KINDS,
    Address,
    ContactPoint,
    Identity,
    Recipient,
    RecipientGroup,
    Sex,
    ValidationCode,
    living,
)
from .register import AddressPoint, District, Street

__all__ = [
    "CONTACT_KINDS",
    "Address",
    "AddressPoint",
    "Arrival",
    "ContactPoint",
    "District",
    "EpuapDocument",
    "EpuapForm",
    "Identity",
    "Job",
    "JobSource",
    "OfficeFile",
    "PersonFile",
    "Reading",
    "Recipient",
    "RecipientGroup",
    "Sex",
    "Street",
    "ValidationCode",
    "living",
]
