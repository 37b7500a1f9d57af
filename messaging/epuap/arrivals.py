"""From a document that ePUAP handed over to its place: a receipt (UPP) to its delivery, a form to the intake.

Only what is committed when `receive` returns may be confirmed to ePUAP.
"""

from messaging.channels.base import News, StatusUpdate
from messaging.channels.epuap.arrivals import Arrived
from messaging.channels.epuap.certificates import loaded
from messaging.channels.epuap.refusals import SignatureRefused
from messaging.channels.epuap.signatures import verify_seal
from messaging.channels.epuap.signers import Trusted
from messaging.channels.epuap.upp import Upp, read_upp
from messaging.engine import receipts, upps
from messaging.ledger.waking import wake
from messaging.models import Delivery
from recipients.epuap import intake

from . import keys

LANE = 2


class NotYet(Exception):
    """A receipt for a letter that is being handed over just now: it must be brought again."""


def receive(arrived: Arrived, by: str) -> bool:
    """Keep what came `by` pull or push; whether it was new. Raises NotYet, and ValueError for a
    document that is empty or too large."""
    upp = read_upp(arrived.content)
    if upp is not None and _is_proof(arrived.content):
        return _prove(upp, arrived.content)
    taken = intake.take(
        intake.Incoming(
            content=arrived.content,
            file_name=arrived.file_name,
            box=arrived.box,
            sent_at=arrived.sent_at,
            sender_pesel=arrived.sender_pesel,
            sender_name=arrived.sender_name,
            reply_to=arrived.reply_to,
            trial=arrived.trial,
            arrived_by=by,
        )
    )
    if taken.new:
        wake("work_off_epuap", lane=LANE)
    return taken.new


def _is_proof(content: bytes) -> bool:
    """Anybody may send a document that looks like a receipt: ePUAP's own is sealed."""
    seals = [*keys.trusted_signers().seals, *loaded(keys.pinned_platform())]
    try:
        verify_seal(content, trusted=Trusted(seals=seals))
    except SignatureRefused:
        return False
    return True


def _prove(upp: Upp, content: bytes) -> bool:
    letters = Delivery.objects.filter(channel="epuap")
    known = letters.filter(provider_id=upp.document).exists()
    # The answer with the document's name may not be written down yet.
    if not known and letters.filter(state=Delivery.State.SUBMITTING).exists():
        raise NotYet
    news = StatusUpdate(
        reference="",
        provider_id=upp.document,
        news=News.DELIVERED,
        event_id=f"upp:{upp.number}",
        code=upp.number[:40],
    )
    upps.keep([(content, "")])
    receipts.store("epuap", [news])
    return True
