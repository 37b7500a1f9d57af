"""From a person to 24 sealed bytes that the filters read: the facet record and its loader."""

import struct
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import numpy as np
from django.core.exceptions import ValidationError
from django.db import connection

from icp.encryption import pages
from icp.encryption.opening import RowOpener
from icp.encryption.page_kinds import among_these, fetch_binary
from recipients.models import CONTACT_KINDS, Address, Identity, Recipient, Sex
from recipients.values import checks

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
        ("kinds", "u1"),  # bit per kind of address that works, in the order of CONTACT_KINDS
        ("point", "<u4"),
        ("consents", "<u8"),
    ]
)
EPOCH = checks.EARLIEST_BIRTH
STATE_CODES: dict[str, int] = {
    Recipient.State.PENDING: 1,
    Recipient.State.ACTIVE: 2,
    Recipient.State.RESTRICTED: 3,
    Recipient.State.SUSPENDED: 4,
}
SEX_CODES: dict[str, int] = {Sex.FEMALE: 1, Sex.MALE: 2}
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
    people = list(_people(pks))
    register = _register({address.point_id for *_rest, address in people if address})
    records = dict.fromkeys(pks, _ERASED)
    for pk, state, consents, kinds, identity, address in people:
        code = STATE_CODES.get(state, 0)
        if code:
            bits = sum(1 << CONTACT_KINDS.index(kind) for kind in kinds)
            records[pk] = _record(code, identity, _place(address, register), bits, consents)
    return records


# One query for all that a record needs: readers wait for it when people were marked dirty. Keys are
# looked up one by one: joined, the planner reads the keys of the whole town for 500 people.
_SQL = """
    SELECT r.id, r.state, r.consents,
           (SELECT {joined}(c.kind, ',') FROM recipients_contactpoint c
            WHERE c.recipient_id = r.id AND NOT EXISTS (
                SELECT 1 FROM recipients_suppressedaddress s
                WHERE s.held AND s.kind = c.kind AND s.value_token = c.value_token)),
           r.uid, (SELECT k.wrapped FROM encryption_datakey k WHERE k.uid = r.uid),
           r.identity, r.address
    FROM recipients_recipient r
    WHERE r.identity IS NOT NULL AND r.id {among}
"""


def _people(
    pks: Sequence[int],
) -> Iterator[tuple[int, str, int, list[str], Identity, Address | None]]:
    opener = RowOpener(Recipient, "identity", "address")
    joined = "string_agg" if connection.vendor == "postgresql" else "group_concat"
    among, parameters = among_these(pks)
    for pk, state, consents, kinds, uid, key, sealed_identity, sealed_address in fetch_binary(
        _SQL.format(joined=joined, among=among), parameters
    ):
        identity, address = opener.open(uid, key, sealed_identity, sealed_address)
        yield pk, state, consents, kinds.split(",") if kinds else [], identity, address


def _register(point_ids: set[int]) -> dict[int, tuple[int, int]]:
    """Street and district of address points: the register moves on, a sealed address does not."""
    among, parameters = among_these(list(point_ids - {0}))
    with connection.cursor() as cursor:
        cursor.execute(_POINTS.format(among=among), parameters)
        return {pk: (street, district) for pk, street, district in cursor.fetchall()}


_POINTS = "SELECT id, street_id, district_id FROM recipients_addresspoint WHERE id {among}"


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


FACETS = pages.PageKind("facets", RECORD, load, newest_person, noted=True, often=12)
