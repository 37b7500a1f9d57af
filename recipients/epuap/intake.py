"""From a document that ePUAP brought to a sealed row that a worker finds; each document once."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from recipients.models import Arrival, EpuapDocument

LARGEST = 12 * 1024 * 1024  # bytes
_LONGEST = 300  # characters of a name


@dataclass(frozen=True, slots=True)
class Incoming:
    """A document and what ePUAP says about it, the same by pull and by push."""

    content: bytes = field(repr=False)
    file_name: str = field(default="", repr=False)
    box: str = field(default="", repr=False)  # ours, the one that it came into
    sent_at: datetime | None = None
    sender_pesel: str = field(default="", repr=False)
    sender_name: str = field(default="", repr=False)
    reply_to: str = field(default="", repr=False)  # the sender's box, /podmiot/skrytka
    trial: bool = False
    arrived_by: str = "pull"  # pull | push


@dataclass(frozen=True, slots=True)
class Taken:
    """The row that stands for the document, and whether it came for the first time."""

    pk: int
    new: bool


def take(incoming: Incoming) -> Taken:
    """Keep a document; the one that is known already gives its row and changes nothing.

    Committed when this returns, unless the caller holds a transaction: only then may the arrival
    be confirmed. Nothing is read here. Raises ValueError for a document that is empty or larger
    than LARGEST.
    """
    if not 0 < len(incoming.content) <= LARGEST:
        raise ValueError("An ePUAP document is empty or too large.")
    arrival = _arrival(incoming)
    known = _known(arrival)
    if known is not None:
        return Taken(known, new=False)
    moment = timezone.now()
    document = EpuapDocument(
        arrival=arrival,
        content=incoming.content,
        arrived_by=incoming.arrived_by,
        arrived_at=moment,
        due_at=moment,
        trial=incoming.trial,
    )
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError:
        known = _known(arrival)
        if known is None:
            raise
        return Taken(known, new=False)
    return Taken(document.pk, new=True)


def _arrival(incoming: Incoming) -> Arrival:
    content_digest = hashlib.sha256(incoming.content).hexdigest()
    sent = incoming.sent_at.astimezone(UTC).isoformat() if incoming.sent_at else ""
    told = "\n".join((content_digest, incoming.box, sent))
    return Arrival(
        digest=hashlib.sha256(told.encode()).hexdigest(),
        content_digest=content_digest,
        file_name=incoming.file_name[:_LONGEST],
        box=incoming.box[:_LONGEST],
        sent_at=incoming.sent_at,
        sender_pesel=incoming.sender_pesel[:_LONGEST],
        sender_name=incoming.sender_name[:_LONGEST],
        reply_to=incoming.reply_to[:_LONGEST],
    )


def _known(arrival: Arrival) -> int | None:
    pks = EpuapDocument.objects.filter(token=arrival.digest).values_list("pk", flat=True)
    return next(iter(pks), None)
