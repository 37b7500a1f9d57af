"""From a document of the intake to what a clerk compares: the form, the signature, the register."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icp.encryption import canon
from recipients.epuap import registration, wishes
from recipients.epuap.doubts import sentence
from recipients.models import EpuapDocument, Reading, Recipient
from recipients.models.epuap_forms import FIELDS
from recipients.people import particulars
from recipients.people.particulars import RegistrationData
from recipients.values.checks import spaced

from . import intake

KINDS_OF_SIGNATURE = {
    "profil_zaufany": gettext_lazy("profil zaufany"),
    "qualified": gettext_lazy("qualified certificate"),
}
ACCEPTING = {
    "register": gettext_lazy(
        "The account becomes active, consents are taken over from the form, codes go to each"
        " address, and the answer goes to the box."
    ),
    "view": gettext_lazy("A copy of the person’s data goes to the box of the document."),
    "correct": gettext_lazy("The register takes over what the form says."),
    "suspend": gettext_lazy("Nothing is sent to the person from now on."),
    "resume": gettext_lazy("Messages are sent to the person again."),
    "delete": gettext_lazy("The person’s data are erased for good; nobody can bring them back."),
    "access": gettext_lazy(
        "A request for access to a call or chat is registered as of the day on which the document"
        " came; its number goes to the box. What is missing is asked for in the request."
    ),
}
# What `problems` of a reading are called where they are not called like a field.
PROBLEM_OF = {"street": "address", "phone": "sms"}


@dataclass(frozen=True, slots=True)
class Row:
    """One field of the form beside what the register holds."""

    label: str
    given: str = field(repr=False)
    kept: str = field(default="", repr=False)
    problem: str = field(default="", repr=False)
    compared: bool = False  # whether the register holds such a thing at all
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody in the register whom the document may be about."""

    person: Recipient
    name: str = field(repr=False)
    born: str = field(repr=False)
    address: str = field(repr=False)
    why: str


def signer_of(document: EpuapDocument) -> str:
    """The name in the signature; empty where nobody is proved to have signed."""
    reading = document.reading
    if reading is None or not reading.kind:
        return ""
    return f"{reading.last_name} {reading.first_name}"


def reasons_of(document: EpuapDocument) -> list[str]:
    """Why it waits, or what became of it, in words."""
    return [sentence(code) for code in document.reasons]


def further_problems(document: EpuapDocument) -> list[str]:
    """What is wrong with something that is no field of the form: a birth date, a guardian."""
    reading = document.reading
    if reading is None:
        return []
    shown = set(reading.fields) | {PROBLEM_OF.get(name, name) for name in reading.fields}
    return [
        f"{wishes.label_of(name)}: {said}"
        for name, said in reading.problems.items()
        if name not in shown
    ]


def rows_of(document: EpuapDocument, person: Recipient | None) -> list[Row]:
    """Every field that the form has, in the order of FIELDS."""
    reading = document.reading
    if reading is None:
        return []
    kept = _kept(particulars.of(person)) if person else {}
    return [
        _row(reading, name, values, kept)
        for name in FIELDS
        if (values := reading.fields.get(name)) is not None
    ]


def _row(reading: Reading, name: str, values: Iterable[str], kept: Mapping[str, str]) -> Row:
    given, held = ", ".join(values), kept.get(name, "")
    problem = reading.problems.get(name) or reading.problems.get(PROBLEM_OF.get(name, ""), "")
    compared = name in kept
    differs = bool(given and compared and not _same(name, given, held))
    return Row(wishes.label_of(name), given, held, problem, compared, differs)


def _same(name: str, given: str, held: str) -> bool:
    if name == "phone":
        return canon.contact(given)[-9:] == canon.contact(held)[-9:]
    return canon.fold(given) == canon.fold(held)


def _kept(data: RegistrationData) -> dict[str, str]:
    """The register's values by the names of the form's fields."""
    address = data.address
    parts = {name: getattr(address, name) for name in wishes.ADDRESS} if address else {}
    return parts | {
        "pesel": data.pesel,
        "first_name": data.first_name,
        "second_name": data.second_name,
        "last_name": data.last_name,
        "email": data.contacts.get("email", ""),
        "phone": spaced("sms", data.contacts["sms"]) if "sms" in data.contacts else "",
    }


def holder_of(document: EpuapDocument) -> Recipient | None:
    """The person in the register with whom the form is compared."""
    if document.recipient is not None:
        return document.recipient
    reading = document.reading
    return registration.holder_of(reading.pesel) if reading and reading.pesel else None


def candidates(document: EpuapDocument) -> list[Candidate]:
    """Whom a clerk may choose: who has this PESEL number, and who may be the same person."""
    return list(_candidates(document)) if intake.may_accept(document) else []


def _candidates(document: EpuapDocument) -> Iterator[Candidate]:
    holder = holder_of(document)
    if holder is not None:
        yield _candidate(holder, _("the same PESEL number"))
        return
    data = _typed(document)
    if data is None:
        return
    for like in registration.likenesses(data):
        person = Recipient.objects.get(pk=like.recipient_id)
        yield _candidate(person, _("the same name and birth date"))


def _typed(document: EpuapDocument) -> RegistrationData | None:
    """The person of the form, as far as likenesses need them."""
    data = RegistrationData(
        first_name=wishes.only(document.reading, "first_name"),
        last_name=wishes.only(document.reading, "last_name"),
        pesel=document.reading.pesel,
    )
    try:
        return registration.with_birth_date(data)
    except ValidationError:
        return None


def _candidate(person: Recipient, why: str) -> Candidate:
    data = particulars.of(person)
    return Candidate(
        person,
        f"{data.last_name} {data.first_name}",
        date_format(data.birth_date, "d.m.Y") if data.birth_date else "",
        registration.place(data),
        why,
    )


def accept_words(document: EpuapDocument) -> str:
    """What happens when a clerk accepts the document."""
    known = intake.may_keep(document)
    return str(ACCEPTING.get("correct" if known else document.purpose, ""))
