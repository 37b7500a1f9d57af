"""From people whose house is not in the address register to the house that is meant, by a hand or surely."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import transaction

from admin_module import audit
from admin_module.models import User
from icp.encryption import pages
from recipients import jobs
from recipients.address_register import addresses
from recipients.address_register.matching import Match, Matcher
from recipients.lookup.facets import FACETS
from recipients.models import Address, AddressPoint, Recipient
from recipients.people import moves

CHUNK = 200  # people opened at once, and joined in one transaction


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A person, their address as it was typed, and houses of the register that may be meant."""

    recipient: Recipient
    words: str
    certain: bool
    proposals: Sequence[AddressPoint]


class Meanwhile(Exception):
    """Somebody else changed the card, or the house is not in the register any more."""


def ids(by: User | None = None) -> list[int]:
    """Primary keys of people without a house of the register whom `by` may see, the newest first."""
    shot = pages.snapshot(FACETS)
    found = shot.ids[(shot.column("point") == 0) & (shot.column("state") > 0)]
    if by is not None and by.scope is not None:
        seen = Recipient.objects.visible_to(by).values_list("pk", flat=True)
        found = np.intersect1d(found, np.fromiter(seen, np.int64))
    return list(found[::-1].tolist())


def proposed(people: Collection[Recipient]) -> list[Unmatched]:
    """What the register says to the addresses of these people."""
    matcher = Matcher()
    matches = {
        person.pk: matcher.match(person.address) if person.address else Match() for person in people
    }
    wanted = {point for match in matches.values() for point in match.proposals}
    points = AddressPoint.objects.select_related("street", "district").in_bulk(wanted)
    return [
        Unmatched(
            person,
            addresses.in_words(person.address) if person.address else "",
            matches[person.pk].is_certain,
            [points[pk] for pk in matches[person.pk].proposals if pk in points],
        )
        for person in people
    ]


def accept(recipient: Recipient, point_id: int, *, by: User, revision: int) -> Recipient:
    """Join a person to a house that somebody chose, over the card they saw; raises Meanwhile."""
    with transaction.atomic():
        row = moves.locked(recipient.pk)
        there = AddressPoint.objects.filter(pk=point_id, gone_since=None).exists()
        if row.revision != revision or row.address is None or not there:
            raise Meanwhile
        _join(row, row.address, point_id, by=by, sure=False)
    return row


def _join(row: Recipient, address: Address, point_id: int, *, by: User | None, sure: bool) -> None:
    row.address = addresses.joined(address, point_id)
    moves.save(row, "address")
    detail: dict[str, object] = {"point": point_id, "sure": sure}
    audit.record("recipient.address_matched", row, by=by, detail=detail)


def join_certain(work: jobs.Work) -> None:
    """Join everybody whose house is surely known; what is only similar waits for somebody."""
    pks, matcher = ids(), Matcher()
    counts = {"joined": 0, "proposed": 0, "left": 0}
    for start in range(0, len(pks), CHUNK):
        part = pks[start : start + CHUNK]
        with transaction.atomic():
            _join_part(part, matcher, counts, by=work.job.created_by)
            work.step(start + len(part), len(pks))
    work.job.counts = counts


def _join_part(
    pks: Sequence[int], matcher: Matcher, counts: dict[str, int], *, by: User | None
) -> None:
    people = Recipient.objects.filter(pk__in=pks, address__isnull=False)
    for pk, address in people.opened("address"):
        match = matcher.match(address)
        if match.is_certain:
            row = moves.locked(pk)
            if row.address == address:  # nobody corrected it meanwhile
                _join(row, address, match.point_id, by=by, sure=True)
                counts["joined"] += 1
        else:
            counts["proposed" if match.proposals else "left"] += 1
