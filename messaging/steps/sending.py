"""From a person's order about a message to its new status: one transaction with its audit entry.

Each step moves the status by a conditional UPDATE: of two clerks who press at once, or of a double
click, one gives the order and the other is told that it was given.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module import audit
from admin_module.models import User
from consents.models import Topic
from messaging.budget import budgeting
from messaging.correspondence import staff_letters
from messaging.hours.quieting import quiet_until
from messaging.ledger import epoch, escalating
from messaging.ledger.waking import wake
from messaging.models import ApprovalStep, Message
from messaging.texts.variants import texts_of

from . import alone, approving, cooling, publishing
from .approving import needs_approval, wrote

Status = Message.Status
Kind = ApprovalStep.Kind
APPROVE = "messaging.approve_message"
OVER_BUDGET = gettext_lazy(
    "The SMS budget of this month does not hold it. Take the SMS off or ask for more."
)


class CannotSend(Exception):
    """Why the step is not possible; `str` is a sentence for staff."""


class AlreadyDone(CannotSend):
    """Somebody else was first, or the button was pressed twice."""


class Changed(CannotSend):
    """What stands in the message is not what the person read."""


def send(message: Message, *, by: User) -> Message:
    """Give the order to send a draft: at its time, or to a second person where the class asks."""
    check(message)
    if needs_approval(message):
        with transaction.atomic():
            moved = move(message, Status.DRAFT, Status.WAITING, "message.submitted", by)
            approving.note(moved, Kind.SUBMITTED, by=by)
        return moved
    return _schedule(message, Status.DRAFT, "message.sent", by)


def approve(message: Message, *, by: User, break_glass: str = "", seen: str = "") -> Message:
    """Let a waiting message go. The author may not, except an alarm with a recorded reason.

    `seen`: the digest of what the person read; raises Changed where something else stands there now.
    """
    check(message)
    if seen and seen != approving.digest(message):
        raise Changed(
            _("The message was changed since you opened this page. See what is different below.")
        )
    if (break_glass or wrote(by, message)) and not message.drill:
        if message.klass != Message.Klass.ALARM or not break_glass.strip():
            raise CannotSend(
                _("A message must be approved by somebody who neither wrote nor changed it.")
            )
        with transaction.atomic():
            moved = _schedule(message, Status.WAITING, "message.sent_alone", by, break_glass)
            alone.keep(moved, by=by, reason=break_glass.strip())
        return moved
    with transaction.atomic():
        moved = _schedule(message, Status.WAITING, "message.approved", by)
        approving.note(moved, Kind.APPROVED, by=by)
    return moved


def return_(message: Message, *, by: User, note: str = "") -> Message:
    """Give a waiting message back to its author, who is told by letter and reads why in the editor."""
    with transaction.atomic():
        moved = move(
            message, Status.WAITING, Status.DRAFT, "message.returned", by, note, problem=""
        )
        approving.note(moved, Kind.RETURNED, by=by, words=note)
        staff_letters.post(
            [message.author],
            _("ICP: your message came back"),
            _("%(who)s read your message and asks for changes. The reasons stand above the draft.")
            % {"who": by},
            message,
            "message-edit",
        )
    return moved


def reject(message: Message, *, by: User, note: str = "") -> Message:
    """Refuse a waiting message for good; its author is told by letter."""
    with transaction.atomic():
        moved = move(message, Status.WAITING, Status.REJECTED, "message.rejected", by, note)
        approving.note(moved, Kind.REJECTED, by=by, words=note)
        staff_letters.post(
            [message.author],
            _("ICP: your message was rejected"),
            _("%(who)s rejected your message. The reasons stand on its page.") % {"who": by},
            message,
            "message-progress",
        )
    return moved


def send_late(message: Message, *, by: User) -> Message:
    """Send after all a message that came due while nothing ran, and therefore expired.

    What was approved was its hour, too: it asks for a second person again, unless `by` is one.
    """
    if message.problem != "late":
        raise CannotSend(_("This message did not come due too late."))
    check(message)
    if needs_approval(message) and (wrote(by, message) or not by.has_perm(APPROVE)):
        with transaction.atomic():
            moved = move(
                message, Status.EXPIRED, Status.WAITING, "message.submitted", by,
                due_at=None, sent_at=None, approved_by=None, approved_digest="", problem="",
                finished_at=None,
            )  # fmt: skip
            approving.note(moved, Kind.SUBMITTED, by=by)
        return moved
    return _schedule(message, Status.EXPIRED, "message.sent_late", by)


def check(message: Message) -> None:
    """Refuse what could only go wrong later; raises CannotSend."""
    alarm = message.klass == Message.Klass.ALARM
    text = message.text
    short = text.short.strip()
    bodies = {"sms": short, "push": short}
    empty = [kind for kind in message.chosen_channels if not bodies.get(kind, text.long.strip())]
    complaints = (
        (not message.chosen_channels, _("Choose at least one channel.")),
        (
            not message.audience.filter and message.follows_id is None,
            _("Choose who is to get the message."),
        ),
        (message.topic_id is None and not alarm, _("Choose a topic.")),
        (_is_closed(message.topic), _("The topic was closed. Choose another one.")),
        (bool(empty), _("There is no text for a channel that was chosen.")),
        (
            message.public
            and not publishing.may_be_public(*(words for _l, words in texts_of(message))),
            _("What everybody may read must not be filled with a person’s particulars."),
        ),
        (_is_past(message.expires_at), _("The message is no longer valid: move its end.")),
        (_quiet_past_the_end(message), _("The quiet hours last longer than the message is valid.")),
        (
            escalating.ends_before_second(message),
            _("The message ends before its SMS would go out. Move its end, or shorten the wait."),
        ),
        (
            budgeting.over_own_limit(message),
            _("It needs more SMS parts than its own limit. Raise the limit or mean fewer people."),
        ),
        (budgeting.forbids(message), OVER_BUDGET),
        (epoch.locked(), _("Sending is locked, because the database came from a backup.")),
    )
    for wrong, sentence in complaints:
        if wrong:
            raise CannotSend(str(sentence))


def _is_closed(topic: Topic | None) -> bool:
    return topic is not None and topic.closed


def _is_past(moment: datetime | None) -> bool:
    return moment is not None and moment <= timezone.now()


def _quiet_past_the_end(message: Message) -> bool:
    waits = quiet_until(message.klass, message.due_at or timezone.now())
    return bool(waits and message.expires_at and message.expires_at <= waits)


def _release(message: Message, before: str, now: datetime) -> datetime:
    """When it may leave: at its hour, after the pause before a mass release, after the quiet hours.

    What is sent late leaves now, whatever was planned; so does what waited past its hour for a yes.
    """
    planned = None if before == Status.EXPIRED else message.due_at
    if planned and planned <= now and before == Status.DRAFT:
        return planned  # too late, perhaps: that is for `expanding` to say
    due = max(planned or now, cooling.earliest(message, now))
    return quiet_until(message.klass, due) or due


def _schedule(message: Message, before: str, action: str, by: User, reason: str = "") -> Message:
    now = timezone.now()
    due = _release(message, before, now)
    approver = None if before == Status.DRAFT else by
    with transaction.atomic():
        # Of two orders at once the second sees the first counted; it is not counted itself yet.
        budgeting.lock(message)
        over = budgeting.exceeded_by(message)
        if over is not None and budgeting.stops(message):
            raise CannotSend(str(OVER_BUDGET))
        moved = move(
            message, before, Status.SCHEDULED, action, by, reason,
            sent_at=now, due_at=due, approved_by=approver, problem="", finished_at=None,
            approved_digest=approving.digest(message, due=due) if approver else "",
        )  # fmt: skip
        if over is not None:
            detail: dict[str, object] = {"left": over.left, "needed": message.sms_planned}
            audit.record("budget.exceeded", message, by=by, detail=detail)
        if due <= now:
            wake("expand", message.pk, lane=message.lane)
    return moved


def move(
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
