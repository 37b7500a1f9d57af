"""From people who share an address to those of them who read one language: each language comes once."""

from collections import defaultdict
from collections.abc import Collection

from messaging.ledger import counting
from messaging.models import Delivery, Message
from messaging.texts.variants import language_for, languages_of
from recipients.models import ContactPoint

SUPPRESSED, QUEUED = Delivery.State.SUPPRESSED, Delivery.State.QUEUED


def part_by_language(message: Message, channel: str, left_out: Collection[int]) -> None:
    """Of deliveries left out because somebody at the address gets the message, let those go out after
    all that are the first in another language; in the transaction that left them out."""
    if len(message.languages) == 1 or not left_out:
        return
    to_queue: list[int] = []
    for alike in _by_address_and_language(message, channel, left_out):
        heads = [row for row in alike if row.state != SUPPRESSED] or alike[:1]
        head = heads[0].pk
        if head in left_out:
            to_queue.append(head)
        others = [row.pk for row in alike if row.pk in left_out and row.pk != head]
        wrong = Delivery.objects.filter(pk__in=others).exclude(same_as=head)
        wrong.update(same_as=head)
    Delivery.objects.filter(pk__in=to_queue).update(state=QUEUED, reason="", same_as=None)
    counting.moved((message.pk, channel, SUPPRESSED, QUEUED) for _pk in to_queue)


def _by_address_and_language(
    message: Message, channel: str, left_out: Collection[int]
) -> list[list[Delivery]]:
    """Deliveries to the addresses of `left_out` that go out, or are of `left_out`; oldest first."""
    people = Delivery.objects.filter(pk__in=left_out).values("recipient")
    points = ContactPoint.objects.filter(kind=channel)
    tokens = list(points.filter(recipient__in=people).values_list("value_token", flat=True))
    living_at = dict(
        points.filter(value_token__in=tokens).values_list("recipient_id", "value_token")
    )
    reads = languages_of(living_at)
    mine = Delivery.objects.filter(message=message, channel=channel, recipient__in=living_at)
    found: dict[tuple[bytes, str], list[Delivery]] = defaultdict(list)
    for row in mine.order_by("pk"):
        if row.state != SUPPRESSED or row.pk in left_out:
            person = row.recipient_id or 0
            language = language_for(message, reads.get(person, ""))
            found[bytes(living_at[person] or b""), language].append(row)
    return list(found.values())
