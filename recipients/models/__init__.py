"""Who can be written to, where they may live, what waits for a worker."""

from .changes import Change, ChangeStream
from .devices import Device, HomePoint
from .duplicates import DuplicatePair
from .epuap_documents import Arrival, EpuapDocument, Reading
from .epuap_forms import EpuapForm
from .exports import Asked, Export, ExportOrder, bits_of
from .files import OfficeFile, PersonFile
from .groups import GroupFilter, RecipientGroup, SavedFilter
from .imports import ImportPlan, ImportProposal, PeopleImport, Proposed
from .jobs import Job
from .kept_answers import KeptAnswer, Told
from .people import (
    CONTACT_KINDS,
    GIVEN_KINDS,
    Address,
    ContactPoint,
    Guardian,
    Identity,
    Language,
    Recipient,
    Sex,
    ValidationCode,
    living,
)
from .register import AddressPoint, District, Street
from .rights import RequestWords, RightsRequest
from .suppressed import HELD_KINDS, SuppressedAddress

__all__ = [
    "CONTACT_KINDS",
    "GIVEN_KINDS",
    "HELD_KINDS",
    "Address",
    "AddressPoint",
    "Arrival",
    "Asked",
    "Change",
    "ChangeStream",
    "ContactPoint",
    "Device",
    "District",
    "DuplicatePair",
    "EpuapDocument",
    "EpuapForm",
    "Export",
    "ExportOrder",
    "GroupFilter",
    "Guardian",
    "HomePoint",
    "Identity",
    "ImportPlan",
    "ImportProposal",
    "Job",
    "KeptAnswer",
    "Language",
    "OfficeFile",
    "PeopleImport",
    "PersonFile",
    "Proposed",
    "Reading",
    "Recipient",
    "RecipientGroup",
    "RequestWords",
    "RightsRequest",
    "SavedFilter",
    "Sex",
    "Street",
    "SuppressedAddress",
    "Told",
    "ValidationCode",
    "bits_of",
    "living",
]
