"""From what was to be sent to two cards that are merged to what one person gets: everything once.

Deliveries of messages stay with the card that they were made for, as the truth about what was done;
what is still open goes to the card that stays. Letters move: they are the person's post.
"""

from collections.abc import Mapping

from django.db.models import Q
from django.utils import timezone

from messaging import sql
from messaging.models import OPEN, Delivery, Letter
from recipients.models import ContactPoint, Recipient

from . import counting

State, Reason = Delivery.State, Delivery.Reason
WAITING = (State.QUEUED, State.RETRY_WAIT)
# Nothing was brought by these, so that the other card's may go out.
NOT_BROUGHT = (State.SUPPRESSED, State.FAILED, State.UNDELIVERED)
Key = tuple[int, str]  # message id, channel


def join_deliveries(stays: Recipient, goes: Recipient) -> None:
    """Let nobody get a message twice, or not at all, because two cards became one.

    Workers that wait for one of these rows look again afterwards: a card that was merged is not
    active, so its deliveries fail the intent.
    """
    held = _held(stays, goes)
    Letter.objects.filter(recipient=goes).update(recipient=stays)
    Delivery.objects.filter(letter__isnull=False, recipient=goes).update(recipient=stays)
    of_stays, of_goes = _by_message(held, stays), _by_message(held, goes)
    moved: list[counting.Moved] = []
    # Where a list is still being written, the row that lacks is made from the cards as they are then.
    for key in sorted(of_stays.keys() & of_goes.keys()):
        moved += _join(of_stays[key], of_goes[key])
    counting.moved(moved)


def _held(stays: Recipient, goes: Recipient) -> list[Delivery]:
    """What may still go out on either card, and its counterpart on the other; locked in id order."""
    people = (stays.pk, goes.pk)
    open_ones = Delivery.objects.filter(recipient__in=people, state__in=OPEN)
    messages = open_ones.filter(message__isnull=False).values_list("message_id", flat=True)
    wanted = Q(message__in=list(messages)) | Q(letter__isnull=False)
    rows = Delivery.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(wanted, recipient__in=people).order_by("pk"))


def _by_message(held: list[Delivery], person: Recipient) -> Mapping[Key, Delivery]:
    return {
        (row.message_id, row.channel): row
        for row in held
        if row.message_id is not None and row.recipient_id == person.pk
    }


def _join(stays: Delivery, goes: Delivery) -> list[counting.Moved]:
    """One message on one channel, as it stands on the two cards."""
    brought = goes.state not in (*WAITING, *NOT_BROUGHT) or goes.reason == Reason.OPENED_BEFORE
    if stays.state in WAITING and brought:
        return _leave_out(stays, for_=goes, address_stays=False)
    if goes.state not in WAITING:
        return []
    lacked = stays.state == State.SUPPRESSED and stays.reason != Reason.OPENED_BEFORE
    queued = _queue(stays, like=goes) if lacked else []
    return queued + _leave_out(goes, for_=stays, address_stays=_shared(goes, stays))


def _leave_out(row: Delivery, *, for_: Delivery, address_stays: bool) -> list[counting.Moved]:
    """This one brings nothing. Should the other be left out in the end, this one is its heir.

    Others who were left out for the sake of this one wait for the other card's where the address is
    the same, else one of them gets it.
    """
    moved: list[counting.Moved] = []
    if address_stays:
        Delivery.objects.filter(same_as=row, state=State.SUPPRESSED).update(same_as=for_)
    else:
        heirs = sql.run("next_at_address", {"ids": [row.pk]})
        moved = [(message, kind, State.SUPPRESSED, state) for message, kind, state in heirs]
    moved.append((row.message_id, row.channel, row.state, State.SUPPRESSED))
    row.state, row.reason, row.same_as = State.SUPPRESSED, Reason.SAME_ADDRESS, for_
    row.changed_at = timezone.now()
    row.save(update_fields=["state", "reason", "changed_at", "same_as"])
    return moved


def _shared(goes: Delivery, stays: Delivery) -> bool:
    """Whether those left out for the sake of the one live at the address that the other has now."""
    points = ContactPoint.objects.filter(kind=goes.channel)
    token = points.filter(recipient=stays.recipient_id).values_list("value_token", flat=True)
    waiting = Delivery.objects.filter(same_as=goes, state=State.SUPPRESSED).values("recipient")
    return points.filter(recipient__in=waiting, value_token__in=list(token)).exists()


def _queue(row: Delivery, *, like: Delivery) -> list[counting.Moved]:
    """The card that stays had no address or no consent for it; with the other's it may go out."""
    before, row.state = row.state, State.QUEUED
    row.reason = row.code = ""
    row.same_as, row.due_at, row.changed_at = None, like.due_at, timezone.now()
    row.save(update_fields=["state", "reason", "code", "due_at", "changed_at", "same_as"])
    return [(row.message_id, row.channel, before, State.QUEUED)]
