"""From a person's order about a message to its new status: one transaction with its audit entry.

Each step moves the status by a conditional UPDATE: of two clerks who press at once, or of a double
click, one gives the order and the other is told that it was given.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.configuration import Approval, read
from admin_module.models import AuditEntry, User
from consents.models import Topic
from messaging import budgeting, epoch, publishing
from messaging.models import Message
from messaging.quieting import quiet_until
from messaging.waking import wake, wake_drains

Status = Message.Status


class CannotSend(Exception):
    """Why the step is not possible; `str` is a sentence for staff."""


class AlreadyDone(CannotSend):
    """Somebody else was first, or the button was pressed twice."""


def send(message: Message, *, by: User) -> Message:
    """Give the order to send a draft: at its time, or to a second person where the class asks."""
    check(message)
    if needs_approval(message):
        return _move(message, Status.DRAFT, Status.WAITING, "message.submitted", by)
    return _schedule(message, Status.DRAFT, "message.sent", by)


def approve(message: Message, *, by: User, break_glass: str = "") -> Message:
    """Let a waiting message go. The author may not, except an alarm with a recorded reason."""
    check(message)
    if wrote(by, message):
        if message.klass != Message.Klass.ALARM or not break_glass.strip():
            raise CannotSend(
                _("A message must be approved by somebody who neither wrote nor changed it.")
            )
        return _schedule(message, Status.WAITING, "message.sent_alone", by, break_glass)
    return _schedule(message, Status.WAITING, "message.approved", by)


def return_(message: Message, *, by: User, note: str = "") -> Message:
    """Give a waiting message back to its author."""
    return _move(message, Status.WAITING, Status.DRAFT, "message.returned", by, note)


def reject(message: Message, *, by: User, note: str = "") -> Message:
    return _move(message, Status.WAITING, Status.REJECTED, "message.rejected", by, note)


def cancel(message: Message, *, by: User) -> Message:
    """Call off whatever was not handed over yet; the rest is left out bit by bit afterwards."""
    with transaction.atomic():
        move = _move(message, message.status, Status.CANCELLED, "message.cancelled", by)
        publishing.called_off(message)
    wake("close_messages", lane=message.lane)
    return move


def pause(message: Message, *, by: User) -> Message:
    return _move(message, Status.SENDING, Status.PAUSED, "message.paused", by)


def resume(message: Message, *, by: User) -> Message:
    with transaction.atomic():
        moved = _move(message, Status.PAUSED, Status.SENDING, "message.resumed", by)
        wake_drains(message.chosen_channels, message.lane)
    return moved


def send_late(message: Message, *, by: User) -> Message:
    """Send after all a message that came due while nothing ran, and therefore expired."""
    if message.problem != "late":
        raise CannotSend(_("This message did not come due too late."))
    check(message)
    return _schedule(message, Status.EXPIRED, "message.sent_late", by)


def wrote(user: User, message: Message) -> bool:
    """Whether `user` is the author or ever saved the draft: what one wrote another approves."""
    return (
        user.pk == message.author_id
        or AuditEntry.objects.filter(
            subject=f"messaging.message:{message.pk}",
            action__in=("message.created", "message.changed"),
            actor=user,
        ).exists()
    )


def needs_approval(message: Message) -> bool:
    return message.klass == Message.Klass.ALARM or message.klass in read(Approval).classes


def check(message: Message) -> None:
    """Refuse what could only go wrong later; raises CannotSend."""
    alarm = message.klass == Message.Klass.ALARM
    text = message.text
    short = text.short.strip()
    bodies = {"sms": short, "push": short}
    empty = [kind for kind in message.chosen_channels if not bodies.get(kind, text.long.strip())]
    complaints = (
        (not message.chosen_channels, _("Choose at least one channel.")),
        (not message.audience.filter, _("Choose who is to get the message.")),
        (message.topic_id is None and not alarm, _("Choose a topic.")),
        (_is_closed(message.topic), _("The topic was closed. Choose another one.")),
        (bool(empty), _("There is no text for a channel that was chosen.")),
        (
            message.public and not publishing.may_be_public(text),
            _("What everybody may read must not be filled with a person’s particulars."),
        ),
        (_is_past(message.expires_at), _("The message is no longer valid: move its end.")),
        (_quiet_past_the_end(message), _("The quiet hours last longer than the message is valid.")),
        (
            message.klass == Message.Klass.INFORMATION and budgeting.exceeded_by(message),
            _("The SMS budget of this month does not hold it. Take the SMS off or ask for more."),
        ),
        (epoch.locked(), _("Sending is locked, because the database came from a backup.")),
    )
    for wrong, sentence in complaints:
        if wrong:
            raise CannotSend(sentence)


def _is_closed(topic: Topic | None) -> bool:
    return topic is not None and topic.closed


def _is_past(moment: datetime | None) -> bool:
    return moment is not None and moment <= timezone.now()


def _quiet_past_the_end(message: Message) -> bool:
    waits = quiet_until(message.klass, message.due_at or timezone.now())
    return bool(waits and message.expires_at and message.expires_at <= waits)


def _schedule(message: Message, before: str, action: str, by: User, reason: str = "") -> Message:
    now = timezone.now()
    # What is sent late is due now, whatever was planned.
    due = now if before == Status.EXPIRED else message.due_at or now
    due = quiet_until(message.klass, due) or due
    approver = None if before == Status.DRAFT else by
    over = budgeting.exceeded_by(message)  # before it is counted itself
    with transaction.atomic():
        moved = _move(
            message, before, Status.SCHEDULED, action, by, reason,
            sent_at=now, due_at=due, approved_by=approver, problem="", finished_at=None,
        )  # fmt: skip
        if over is not None:
            detail: dict[str, object] = {"left": over.left, "needed": message.sms_planned}
            audit.record("budget.exceeded", message, by=by, detail=detail)
        if due <= now:
            wake("expand", message.pk, lane=message.lane)
    return moved


def _move(
    message: Message,
    before: str,
    after: str,
    action: str,
    by: User,
    reason: str = "",
    **columns: object,
) -> Message:
    """Move the status if it still stands where the caller saw it, with an audit entry."""
    if after not in Message.MOVES.get(Status(before), set()):
        raise CannotSend(_("This cannot be done with a message in this state."))
    seen = Message.objects.filter(pk=message.pk, status=before, revision=message.revision)
    if after == Status.CANCELLED:
        columns["finished_at"] = timezone.now()
    with transaction.atomic():
        if not seen.update(status=after, **columns):
            raise AlreadyDone(_("Somebody was faster: the message has moved on. Look again."))
        audit.record(action, message, by=by, reason=reason, detail={"was": str(before)})
    for name, value in {"status": after, **columns}.items():
        setattr(message, name, value)
    return message
