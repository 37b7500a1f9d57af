"""Small, lawful, obviously invented things for tests; every argument has a sensible default.

They call the real steps, so that what a test starts from could have happened.
"""

import uuid
from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import Any

from django.utils import timezone

from admin_module.models import StaffProfile, Unit, User
from admin_module.roles import seed_roles
from consents import granting, numbering
from consents.models import ConsentForm, ConsentText, NoScan, Topic
from messaging.channels import targets
from messaging.models import Message, MessageText
from messaging.models.message import Audience
from recipients.address_register.addresses import of_point
from recipients.address_register.street_names import words_of
from recipients.contacts import devices
from recipients.contacts.permissions import bit
from recipients.models import (
    CONTACT_KINDS,
    Address,
    AddressPoint,
    Device,
    District,
    Recipient,
    RecipientGroup,
    Street,
)
from recipients.people import registration
from recipients.people.registration import RegistrationData

PASSWORD = "zielona-żaba-nad-wodą"
_numbers = count(1)


def unit(name: str = "Urząd Miejski w Zażółcinie") -> Unit:
    return Unit.objects.get_or_create(name=name, defaults={"sender_name": "Zazolcin"})[0]


def _office() -> Unit:
    return unit()


def municipal_unit(name: str = "Szkoła Podstawowa nr 2") -> Unit:
    """A unit below the office whose staff see only what is its own."""
    made = {"kind": Unit.Kind.MUNICIPAL, "parent": unit(), "sender_name": "Szkola2"}
    return Unit.objects.get_or_create(name=name, defaults=made)[0]


def staff(
    *roles: str,
    login: str = "",
    password: str | None = None,
    unit: Unit | None = None,
    last_name: str = "Próbna",
) -> User:
    """A member of staff; without roles they may nothing. Roles are names of roles.ROLES.

    With `password` None nobody can sign in as them, which saves the hashing. Without `unit`
    they work in the office.
    """
    if roles:
        seed_roles()
    login = login or f"pracownik{next(_numbers)}@zazolcin.example"
    known = User.objects.filter(login_token=login).first()
    profile = StaffProfile("Zofia", last_name, "inspektorka")
    return known or User.objects.create_user(login, password, profile, unit or _office(), roles)


def clerk() -> User:
    """The one clerk by whom things are registered where a test does not care."""
    return staff(login="okienko@zazolcin.example")


def street(name: str = "Sportowa", *, prefix: str = "ul.") -> Street:
    found = Street.objects.filter(name=name).first()
    return found or Street.objects.create(
        teryt=f"{next(_numbers) + 50_000:05d}",
        prefix=prefix,
        name=name,
        folded=" ".join(words_of(name)),
    )


def district(name: str = "Osiedle Słoneczne") -> District:
    return District.objects.get_or_create(name=name)[0]


def point(
    street_name: str = "Sportowa",
    number: int = 1,
    letter: str = "",
    *,
    district_name: str = "Osiedle Słoneczne",
) -> AddressPoint:
    return AddressPoint.objects.get_or_create(
        street=street(street_name),
        number=number,
        letter=letter,
        defaults={
            "district": district(district_name),
            "postal_code": "00-002",
            "latitude": 52.3 + number / 10_000,
            "longitude": 22.0,
        },
    )[0]


def address(street_name: str = "Sportowa", house: int = 1, **more: Any) -> Address:
    return of_point(point(street_name, house, **more), flat="3", town="Zażółcin")


def pesel(born: date = date(1950, 5, 17), *, sex: str = "F", serial: int = 1) -> str:
    """A number that is valid in form and belongs to nobody in particular."""
    month = born.month + {1800: 80, 1900: 0, 2000: 20}[born.year // 100 * 100]
    last = serial % 5 * 2 + (sex == "M")
    digits = f"{born.year % 100:02d}{month:02d}{born.day:02d}{serial // 5 % 1000:03d}{last}"
    total = sum(int(d) * w for d, w in zip(digits, (1, 3, 7, 9) * 3, strict=False))
    return f"{digits}{(10 - total % 10) % 10}"


def contacts(*kinds: str) -> dict[str, str]:
    """An address of each kind that nobody else has."""
    number = next(_numbers)
    every = {
        "email": f"osoba{number}@przyklad.example",
        "sms": f"+4851{number:07d}",
        "epuap": f"/osoba{number}/SkrytkaESP",
        "push": f"app-token-{number}",
    }
    return {kind: every[kind] for kind in kinds}


def person(**fields: Any) -> RegistrationData:
    """Particulars of somebody not yet registered; `fields` are those of RegistrationData."""
    number = next(_numbers)
    born = fields.get("birth_date") or date(1950, 5, 17)
    sex = fields.get("sex") or "F"
    every: dict[str, Any] = {
        "first_name": "Żaneta",
        "last_name": "Gżegżółka",
        "birth_date": born,
        "sex": sex,
        "pesel": pesel(born, sex=sex, serial=number),
        "contacts": {},
        "language": "pl",
    }
    return RegistrationData(**(every | {"address": fields.get("address") or address()} | fields))


def recipient(
    *,
    kinds: tuple[str, ...] = ("email", "sms"),
    topics: tuple[Topic, ...] = (),
    active: bool = True,
    by: User | None = None,
    **fields: Any,
) -> Recipient:
    """A person registered by hand; active ones brought the signed form back.

    They have a contact point of each of `kinds` and agree to `topics` by all of them; by "push" they
    hold a paired device that Firebase knows by a token.
    """
    given: Mapping[str, str] = fields.pop("contacts", None) or contacts(*kinds)
    clerk_ = by or clerk()
    row = registration.by_hand(
        person(contacts=given, **fields), by=clerk_, wish_how="desk", form_key=uuid.uuid4()
    )
    if active:
        wanted = sum(bit(topic.bit, kind) for topic in topics for kind in given)
        consent_text()
        paper = numbering.new_form(row, wanted, by=clerk_)
        row = granting.receive_form(paper, by=clerk_, paper=NoScan.LATER)
    if "push" in given:
        paired_device(row, given["push"])
    row.refresh_from_db()
    return row


def paired_device(person: Recipient, token: str = "", *, platform: str = "android") -> Device:
    """A device of the person; with a `token` of Firebase it is hinted at, else it looks by itself.

    As after a code was entered on it, without the letters that tell the person so.
    """
    device = devices.enroll(platform=platform)[0]
    if token:
        devices.register_push(device, targets.fcm(token))
    device.recipient, device.paired_at = person, timezone.now()
    device.save(update_fields=["recipient", "paired_at"])
    devices.keep_address(person)
    return device


def form(person: Recipient, wanted: int = 0) -> ConsentForm:
    """A printed form that waits for a signature."""
    consent_text()
    return numbering.new_form(person, wanted, by=clerk())


def topic(name: str = "Odpady komunalne", *, mandatory: bool = False) -> Topic:
    found = Topic.objects.filter(name=name).first()
    taken = set(Topic.objects.values_list("bit", flat=True))
    free = next(place for place in range(15) if place not in taken)
    return found or Topic.objects.create(
        name=name,
        bit=free,
        place=free,
        mandatory=mandatory,
        legal_basis="ustawa o zarządzaniu kryzysowym" if mandatory else "",
    )


def consent_text() -> ConsentText:
    """The words in force; a migration brings the first ones."""
    return ConsentText.objects.first() or ConsentText.objects.create(
        version=1,
        statement="Wyrażam zgodę na otrzymywanie komunikatów.",
        privacy_notice="Administrator: {controller}.",
        valid_from=date(2020, 1, 1),
    )


def group(name: str = "Rada Seniorów", *members: Recipient) -> RecipientGroup:
    made = RecipientGroup.objects.get_or_create(name=name)[0]
    made.members.add(*members)
    return made


EVERYONE: dict[str, object] = {"everyone": True}


def message(
    *,
    author: User | None = None,
    about: Topic | None = None,
    channels: tuple[str, ...] = ("email",),
    audience: dict[str, object] | None = None,
    **fields: Any,
) -> Message:
    """A draft that could be sent: texts for every channel, all recipients."""
    text = MessageText(
        title="Przerwa w dostawie wody",
        short="Jutro od 8 do 12 nie będzie wody.",
        long="Jutro **od 8 do 12** nie będzie wody na Osiedlu Słonecznym.",
    )
    author = author or clerk()
    if about is None and fields.get("klass") != Message.Klass.ALARM:  # which needs none
        about = topic()
    return Message.objects.create(
        topic=about,
        channels=[kind for kind in CONTACT_KINDS if kind in channels],
        audience=Audience(audience or EVERYONE, "wszyscy odbiorcy"),
        author=author,
        unit=author.unit,
        **({"text": text} | fields),
    )
