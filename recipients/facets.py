"""From a person to 24 sealed bytes that the filters read: the facet record and its loader."""

import struct
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np
from django.core.exceptions import ValidationError

from icp.encryption import pages

from . import checks
from .models import CONTACT_KINDS, Address, AddressPoint, ContactPoint, Identity, Recipient, Sex
from .names import NAMES, newest_person

RECORD = np.dtype(
    [
        ("state", "u1"),  # STATE_CODES; 0: nobody in this slot
        ("sex", "u1"),  # SEX_CODES
        ("birth", "<u2"),  # days since EPOCH
        ("district", "<u2"),
        ("street", "<u2"),
        ("house", "<u2"),  # 0: no number
        ("letter", "u1"),  # 1 is A
        ("kinds", "u1"),  # bit per kind of contact point, in the order of CONTACT_KINDS
        ("point", "<u4"),
        ("consents", "<u8"),
    ]
)
EPOCH = checks.EARLIEST_BIRTH
STATE_CODES = {
    Recipient.State.PENDING: 1,
    Recipient.State.ACTIVE: 2,
    Recipient.State.RESTRICTED: 3,
    Recipient.State.SUSPENDED: 4,
}
SEX_CODES = {Sex.FEMALE: 1, Sex.MALE: 2}
_ERASED = np.zeros(1, RECORD).tobytes()


def days(day: date) -> int:
    """A date as facets keep it, clamped to what two bytes hold."""
    return min(max((day - EPOCH).days, 0), 65_535)


def changed(pks: Iterable[int]) -> None:
    """Call in the transaction that changed people: their records must be read anew."""
    people = list(pks)
    pages.mark_dirty(FACETS, people)
    pages.mark_dirty(NAMES, people)


def load(pks: Sequence[int]) -> Mapping[int, bytes]:
    """The current records of people by primary key, read with the rows of this transaction."""
    kinds: dict[int, int] = {}
    points = ContactPoint.objects.filter(recipient__in=pks).values_list("recipient_id", "kind")
    for pk, kind in points:
        kinds[pk] = kinds.get(pk, 0) | 1 << CONTACT_KINDS.index(kind)
    living = Recipient.objects.filter(pk__in=pks, identity__isnull=False)
    people = list(living.opened("identity", "address", "state", "consents"))
    register = _register({person[2].point_id for person in people if person[2]})
    records = dict.fromkeys(pks, _ERASED)
    for pk, identity, address, state, consents in people:
        code = STATE_CODES.get(state, 0)
        if code:
            place = _place(address, register)
            records[pk] = _record(code, identity, place, kinds.get(pk, 0), consents)
    return records


def _register(point_ids: set[int]) -> dict[int, tuple[int, int]]:
    """Street and district of address points: the register moves on, a sealed address does not."""
    known = AddressPoint.objects.filter(pk__in=point_ids - {0})
    return {
        pk: (street, district)
        for pk, street, district in known.values_list("pk", "street_id", "district_id")
    }


def _place(
    address: Address | None, register: Mapping[int, tuple[int, int]]
) -> tuple[int, int, int, int, int]:
    """District, street, house, letter, point."""
    if address is None:
        return 0, 0, 0, 0, 0
    street, district = register.get(address.point_id, (address.street_id, address.district_id))
    number, letter = _house(address.house)
    return district, street, number, letter, address.point_id


def _house(text: str) -> tuple[int, int]:
    try:
        number, letters = checks.house(text)
    except ValidationError:
        return 0, 0
    plain = unicodedata.normalize("NFKD", letters[:1])[:1]
    return number, ord(plain) - 64 if "A" <= plain <= "Z" else 0


def _record(
    state: int, identity: Identity, place: tuple[int, int, int, int, int], kinds: int, consents: int
) -> bytes:
    district, street, house, letter, point = place
    sex = SEX_CODES.get(Sex(identity.sex), 0)
    birth = days(identity.birth_date)
    return _PACKED.pack(state, sex, birth, district, street, house, letter, kinds, point, consents)


# RECORD's layout; packing is twice as fast as making an array of one row.
_PACKED = struct.Struct("<BBHHHHBBIQ")


FACETS = pages.PageKind("facets", RECORD, load, newest_person)
