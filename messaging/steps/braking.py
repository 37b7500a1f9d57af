"""From a hand on the brake to a message that stands still.

The intent asks for the message's status before each group, so that after the click only what a worker
had in its hands still goes out: at most the window of the channel for each worker. The status is read under the
row's lock: a page that is some seconds old must keep nobody from stopping a message.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from admin_module.models import User
from messaging.ledger import counting, escalating, finishing
from messaging.ledger.closing import close_batch
from messaging.ledger.waking import wake, wake_drains
from messaging.models import Delivery, Message

from . import publishing
from .sending import AlreadyDone, move

Status = Message.Status
STANDS_STILL = (Status.PAUSED, Status.CANCELLED)
_NOT_HANDED_OVER = frozenset({counting.WAITING, counting.SPARED, Delivery.State.SUPPRESSED})
_ENDED: dict[str, Promise] = {
    Status.SENT: gettext_lazy("It was too late: everything has been handed over."),
    Status.SENT_WITH_FAILURES: gettext_lazy("It was too late: everything has been handed over."),
    Status.CANCELLED: gettext_lazy(
        "The rest was cancelled already. Nothing more goes out, and that cannot be undone."
    ),
    Status.EXPIRED: gettext_lazy("The message expired meanwhile. Nothing more goes out."),
}
_PAUSED_ALREADY = gettext_lazy("It is paused already. Nothing more goes out.")
_GOES_ON_ALREADY = gettext_lazy("It goes on already.")


def pause(message: Message, *, by: User) -> Message:
    """Let nothing more go out until somebody resumes it; also while its list is being written."""
    with transaction.atomic():
        held = _held(message, instead={Status.PAUSED: _PAUSED_ALREADY, **_ENDED})
        return _halt(message, held, Status.PAUSED, "message.paused", by)


def resume(message: Message, *, by: User) -> Message:
    """Go on from where it stopped: with the list, if that was not written to its end."""
    on = {Status.SENDING: _GOES_ON_ALREADY, Status.EXPANDING: _GOES_ON_ALREADY}
    with transaction.atomic():
        held = _held(message, instead=on | _ENDED)
        listed = held.people_count > 0 and held.cursor >= held.people_count
        after = Status.SENDING if listed else Status.EXPANDING
        # Only what is paused: from `scheduled`, too, the table leads to a list that is written.
        move(held, Status.PAUSED, after, "message.resumed", by, halted_at=None, handed_at_halt=0)
        if escalating.resumed(held):
            held.save(update_fields=["escalates_at"])
        if not listed:
            wake("expand", message.pk, lane=message.lane)
        wake_drains(held.chosen_channels, held.lane)
    _take_over(message, held)
    return message


def cancel(message: Message, *, by: User) -> Message:
    """Call off whatever was not handed over yet: the first of it at once, the rest bit by bit."""
    with transaction.atomic():
        held = _held(message, instead=_ENDED)
        _halt(message, held, Status.CANCELLED, "message.cancelled", by)
        if publishing.called_off(held):
            message.withdrawn_at = held.withdrawn_at
    close_batch(message.pk, "cancelled")
    wake("close_messages", lane=message.lane)
    return message


def since_halt(message: Message) -> int | None:
    """How many deliveries still went out after the click; None where nothing stands still."""
    if message.status not in STANDS_STILL or message.halted_at is None:
        return None
    return max(0, handed_over(message.pk) - message.handed_at_halt)


def handed_over(message_id: int) -> int:
    """Deliveries out of our hands, whatever became of them."""
    numbers = finishing.counts(message_id)
    return sum(number for state, number in numbers.items() if state not in _NOT_HANDED_OVER)


def _held(message: Message, *, instead: dict[str, Promise]) -> Message:
    """The row, locked; raises AlreadyDone where its status has an answer of its own."""
    rows = Message.objects.select_for_update(no_key=True, of=("self",)).defer("people")
    held = rows.get(pk=message.pk)
    if held.status in instead:
        raise AlreadyDone(str(instead[held.status]))
    return held


def _halt(message: Message, held: Message, after: str, action: str, by: User) -> Message:
    """One that is paused already stood still from then on."""
    since, number = held.halted_at, held.handed_at_halt
    if held.status != Status.PAUSED:
        since, number = timezone.now(), handed_over(held.pk)
    move(held, held.status, after, action, by, halted_at=since, handed_at_halt=number)
    _take_over(message, held)
    return message


def _take_over(message: Message, held: Message) -> None:
    """Into the caller's object, which a page may show."""
    for name in ("status", "finished_at", "halted_at", "handed_at_halt", "cursor", "people_count"):
        setattr(message, name, getattr(held, name))
