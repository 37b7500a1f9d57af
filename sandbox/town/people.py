"""From a number to that many invented people of the town, the same on every machine."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from icp.encryption.canon import fold
from recipients.address_register.addresses import of_point
from recipients.contacts.permissions import bit
from recipients.models import CONTACT_KINDS, AddressPoint, Recipient, Sex
from recipients.people.registration import RegistrationData

from .names import FEMALE, MALE, SURNAMES

SEED = 1410
TODAY = date(2026, 1, 1)  # ages are drawn for this day, so that the people stay the same
TOWN = "Zażółcin"
# Ages: from, share of people. Children are registered by their parents in a later issue.
AGES = (
    (18, 0.10),
    (26, 0.16),
    (36, 0.18),
    (46, 0.16),
    (56, 0.14),
    (66, 0.15),
    (76, 0.08),
    (86, 0.03),
)
SHARE_OF_KIND = {"email": 0.62, "sms": 0.80, "epuap": 0.24, "push": 0.28}
STATES = (
    (Recipient.State.ACTIVE, 0.92),
    (Recipient.State.PENDING, 0.04),
    (Recipient.State.RESTRICTED, 0.02),
    (Recipient.State.SUSPENDED, 0.02),
)
WOMEN, HAS_PESEL, HAS_SECOND_NAME, SHARES_PHONE, TICKS_KIND = 0.53, 0.88, 0.3, 0.03, 0.9
# How willingly people agree to each topic (by its bit), and by each kind of contact.
WILLING = {0: 0.95, 1: 0.80, 2: 0.65, 3: 0.50, 4: 0.45, 5: 0.40}
# Streets of blocks of flats, where more people share a house number.
FLATS = {"Sportowa": 28, "Słoneczna": 8, "Tęczowa": 4, "Nadrzeczna": 4}
Throws = npt.NDArray[np.float64]
_PHONE_PREFIXES = ("50", "51", "53", "57", "60", "66", "69")
_CENTURIES = {1800: 80, 1900: 0, 2000: 20}


@dataclass(frozen=True, slots=True)
class Invented:
    """A person as the checks would leave them, the state of their account, their consents, their app."""

    data: RegistrationData
    state: str
    consents: int
    app: str = ""  # what Firebase knows their device with the app by


def invent(
    number: int, points: Sequence[AddressPoint], topics: Sequence[int]
) -> Iterator[Invented]:
    """The first `number` people; asking for more gives the same ones first."""
    dice = np.random.default_rng(SEED)
    weights = np.array([_flats(point) for point in points], float)
    homes = weights.cumsum() / weights.sum()
    births: Counter[date] = Counter()
    phone = ""
    for order in range(number):
        # Always as many throws a person, so that the order of people never depends on `number`.
        throws = dice.random(40)
        point = points[int(np.searchsorted(homes, throws[0]))]
        data = _person(order, throws, point, births)
        contacts = _contacts(order, throws, data)
        if "sms" in contacts and phone and throws[20] < SHARES_PHONE:
            contacts["sms"] = phone
        phone = contacts.get("sms", phone)
        consents = _consents(throws[22:], contacts, topics)
        app = contacts.pop("push", "")
        yield Invented(replace(data, contacts=contacts), _pick(STATES, throws[21]), consents, app)


def _flats(point: AddressPoint) -> int:
    return FLATS.get(point.street.name, 1)


def _pick(shares: Sequence[tuple[str, float]], throw: float) -> str:
    for value, share in shares:
        if throw < share:
            return value
        throw -= share
    return shares[0][0]


def _person(
    order: int, throws: Throws, point: AddressPoint, births: Counter[date]
) -> RegistrationData:
    sex = Sex.FEMALE if throws[1] < WOMEN else Sex.MALE
    born = _birth(throws[2], throws[3])
    births[born] += 1
    firsts = FEMALE if sex == Sex.FEMALE else MALE
    forms = SURNAMES[int(throws[4] * len(SURNAMES))].split("/")
    number = pesel(born, sex, births[born]) if throws[5] < HAS_PESEL else ""
    return RegistrationData(
        first_name=firsts[int(throws[6] * len(firsts))],
        last_name=forms[0 if sex == Sex.FEMALE else -1],
        second_name=firsts[int(throws[7] * len(firsts))] if throws[8] < HAS_SECOND_NAME else "",
        birth_date=born,
        sex=sex,
        pesel=number,
        address=of_point(point, flat=str(order % 48 + 1) if _flats(point) > 1 else "", town=TOWN),
    )


def _birth(which: float, where: float) -> date:
    shares = [(str(age), share) for age, share in AGES]
    age = int(_pick(shares, which))
    return TODAY - timedelta(days=int((age + where * 10) * 365.2425))


def pesel(born: date, sex: Sex, serial: int) -> str:
    """A number that is valid in form; `serial` (1…) tells people of one day apart."""
    month = born.month + _CENTURIES[born.year // 100 * 100]
    last = serial % 5 * 2 + (1 if sex == Sex.MALE else 0)
    digits = f"{born.year % 100:02d}{month:02d}{born.day:02d}{serial // 5:03d}{last}"
    total = sum(int(d) * w for d, w in zip(digits, (1, 3, 7, 9) * 3, strict=False))
    return f"{digits}{(10 - total % 10) % 10}"


def _contacts(order: int, throws: Throws, data: RegistrationData) -> dict[str, str]:
    plain = fold(f"{data.first_name}.{data.last_name}").replace("-", "")
    prefix = _PHONE_PREFIXES[order % len(_PHONE_PREFIXES)]
    all_kinds: Mapping[str, str] = {
        "email": f"{plain}{order + 1}@przyklad.example",
        "sms": f"+48{prefix}{(order * 7_654_321 + 1_234_567) % 10_000_000:07d}",
        "epuap": f"/{plain.replace('.', '')}{order + 1}/SkrytkaESP",
        "push": f"zazolcin-app-{order + 1:06d}",
    }
    has = {
        kind for place, kind in enumerate(CONTACT_KINDS) if throws[10 + place] < SHARE_OF_KIND[kind]
    }
    return {kind: all_kinds[kind] for kind in CONTACT_KINDS if kind in has}


def _consents(throws: Throws, contacts: Mapping[str, str], topics: Sequence[int]) -> int:
    bits = 0
    for place, topic in enumerate(topics):
        if throws[place] < WILLING.get(topic, 0.4):
            for kind in contacts:
                if throws[6 + CONTACT_KINDS.index(kind)] < TICKS_KIND:
                    bits |= bit(topic, kind)
    return bits
