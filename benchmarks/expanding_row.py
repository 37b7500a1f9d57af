"""From a message's filter to 100 000 deliveries, against bulk_create of the same rows."""

import time
from collections.abc import Iterator

from benchmarks import orders
from benchmarks.measuring import Ratio, paired
from benchmarks.plan import Finding, Size

PEOPLE = 100_000
BATCH = 2_000


def measure(size: Size) -> Iterator[Finding]:
    people = size.of(PEOPLE)
    ratio = Ratio(
        f"creating {people:,} deliveries from the filter, consents weighed",
        "bulk_create of as many ready rows",
        4,
    )
    _empty()
    yield paired(ratio, lambda: _ours(people), lambda: _theirs(people), size.runs)


def _empty() -> None:
    """Every run begins with an empty table of deliveries."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE messaging_delivery CASCADE")


def _ours(people: int) -> float:
    """Without workers: this process takes the due message as a worker would."""
    from messaging.engine import expanding
    from messaging.models import Delivery

    message = orders.draft(people)
    orders.give(message)
    started = time.perf_counter()
    expanding.expand(message.pk)
    seconds = time.perf_counter() - started
    if Delivery.objects.filter(message=message, state="queued").count() != people:
        raise RuntimeError("some were left out")
    _empty()
    return people / seconds


def _theirs(people: int) -> float:
    from django.utils import timezone

    from messaging.models import Delivery

    message = orders.draft(people)
    ids = list(orders.first_people(people).members.order_by("pk").values_list("pk", flat=True))
    started = time.perf_counter()
    for start in range(0, people, BATCH):
        now = timezone.now()
        Delivery.objects.bulk_create(
            Delivery(
                message=message,
                recipient_id=pk,
                channel="email",
                lane=message.lane,
                state="queued",
                due_at=now,
                changed_at=now,
            )
            for pk in ids[start : start + BATCH]
        )
    seconds = time.perf_counter() - started
    _empty()
    return people / seconds
