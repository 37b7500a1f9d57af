"""From the deliveries of a message to its account: figures of districts and the price of that night.

A night counts, so that no page does: a message of a million deliveries is read once, for some days after
it went out, and then never again. Where people live now counts; of those who were erased nobody knows.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from icp.encryption import pages
from messaging.ledger import counting
from messaging.ledger.progress import GROUP_OF_STATE
from messaging.models import Delivery, DistrictFigure, Message, MessageAccount
from messaging.texts.pricing import part_price
from recipients.lookup.facets import FACETS
from recipients.models import CONTACT_KINDS, District

from .budgeting import NOT_PAID

log = logging.getLogger(__name__)
SETTLED = timedelta(
    days=5
)  # the last confirmation counts after 72 hours; unknown ones are decided on
BATCH = 50_000  # deliveries in memory at once
COLUMNS = {
    "delivered": ("handed_over", "delivered"),
    "accepted": ("handed_over",),
    "no_receipt": ("handed_over",),
    "unknown": ("unknown",),
    "failed": ("failed",),
    "waiting": ("waiting",),
    "spared": ("spared",),
    "left_out": ("left_out",),
}
_M = Message.Status
Ints = np.ndarray[Any, np.dtype[Any]]
Figures = dict[tuple[str, int], dict[str, int]]  # (channel, district or 0) → column → number


def count_due() -> int:
    """Nightly: the messages that moved since they were last counted; returns how many."""
    ordered = Message.objects.real().filter(sent_at__isnull=False)
    ordered = ordered.exclude(status__in=(_M.DRAFT, _M.WAITING, _M.SCHEDULED, _M.EXPANDING))
    # Counted within some days of its sending, it may have changed since.
    moving = Q(account__counted_at__lt=F("due_at") + SETTLED)
    due = ordered.filter(Q(account=None) | moving)
    keys = list(due.order_by("pk").values_list("pk", flat=True))
    for pk in keys:
        count(pk)
    return len(keys)


def count(message_id: int) -> None:
    """Count one message afresh; the account and all its figures change together."""
    message = Message.objects.only("pk", "uid", "sms_parts").get(pk=message_id)
    figures = _figures(message)
    known = set(District.objects.values_list("pk", flat=True))
    rows = [
        DistrictFigure(
            message=message,
            channel=channel,
            district_id=district if district in known else None,
            **numbers,
        )
        for (channel, district), numbers in _merged(figures, known).items()
    ]
    with transaction.atomic():
        # The price of the first count stays: what was paid does not change with a new contract.
        MessageAccount.objects.get_or_create(
            message=message, defaults={"counted_at": timezone.now(), "part_price": part_price()}
        )
        MessageAccount.objects.filter(message=message).update(counted_at=timezone.now())
        DistrictFigure.objects.filter(message=message).delete()
        DistrictFigure.objects.bulk_create(rows)


def _figures(message: Message) -> Figures:
    shot = pages.snapshot(FACETS)
    ids, districts = shot.ids, shot.column("district")
    found: Figures = defaultdict(lambda: defaultdict(int))
    for channel in CONTACT_KINDS:
        for state, reason, people in _parts(message, channel):
            counted = counting.counted_as(state, reason)
            spent = counted not in NOT_PAID and counted != counting.WAITING
            parts = message.sms_parts if channel == "sms" and spent else 0
            for district, number in _by_district(people, ids, districts):
                figure = found[channel, district]
                for column in COLUMNS[GROUP_OF_STATE[counted]]:
                    figure[column] += number
                figure["sms_parts"] += parts * number
    return found


def _parts(message: Message, channel: str) -> Iterable[tuple[str, str, Ints]]:
    """States, reasons and the people in them, some ten thousand at a time, in the order of the index."""
    rows = Delivery.objects.filter(message=message, channel=channel).order_by("recipient_id")
    last = 0
    while True:
        part = rows.filter(recipient_id__gt=last).values_list("recipient_id", "state", "reason")
        batch = list(part[:BATCH])
        grouped: dict[tuple[str, str], list[int]] = defaultdict(list)
        for person, state, reason in batch:
            grouped[state, reason].append(person)
        for (state, reason), people in grouped.items():
            yield state, reason, np.fromiter(people, np.int64, len(people))
        if len(batch) < BATCH:
            return
        last = batch[-1][0]


def _by_district(people: Ints, ids: Ints, districts: Ints) -> Iterable[tuple[int, int]]:
    """How many of these people live in each district; 0 where none is known."""
    if not len(ids):
        return [(0, len(people))]
    places = np.minimum(np.searchsorted(ids, people), len(ids) - 1)
    lived = np.where(ids[places] == people, districts[places], 0)
    numbers = np.bincount(lived)
    return [(int(place), int(numbers[place])) for place in np.flatnonzero(numbers)]


def _merged(figures: Figures, known: set[int]) -> Figures:
    """Districts that are no more are none."""
    merged: Figures = defaultdict(lambda: defaultdict(int))
    for (channel, district), numbers in figures.items():
        for column, number in numbers.items():
            merged[channel, district if district in known else 0][column] += number
    return merged
