"""From a message that waits for its hour to another hour, back to a draft, or back to a second person."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import User
from messaging.correspondence import staff_letters
from messaging.hours.quieting import quiet_until
from messaging.models import ApprovalStep, Message, SentAlone

from . import approving, cooling
from .sending import AlreadyDone, CannotSend, check

Status, Kind = Message.Status, ApprovalStep.Kind
VOID = "approval_void"  # Message.problem of one that waits once more for its yes
NOT_ORDERED: dict[str, object] = {
    "approved_by": None, "approved_digest": "", "sent_at": None, "finished_at": None,
}  # fmt: skip
MOVABLE = (Status.WAITING, Status.SCHEDULED, Status.EXPIRED)


def may_be_moved(message: Message) -> bool:
    """Whether it can get another hour: it waits for one, or missed one while nothing ran."""
    return message.status in MOVABLE and (
        message.status != Status.EXPIRED or message.problem == "late"
    )


@transaction.atomic
def take_back(message: Message, *, by: User) -> Message:
    """Make a draft again of what waits, or stop it in its last seconds; nothing has gone out."""
    before = message.status
    if before not in {Status.WAITING, Status.SCHEDULED}:
        raise CannotSend(_("Only what has not begun to go out can be taken back."))
    columns: dict[str, object] = {"problem": "", **NOT_ORDERED}
    if before == Status.SCHEDULED and cooling.was_at_once(message):
        columns["due_at"] = None
    _set(message, before, status=Status.DRAFT, **columns)
    # An alarm that was stopped before anybody got it did not go without a second person.
    SentAlone.objects.filter(message=message, verdict="").delete()
    approving.note(message, Kind.TAKEN_BACK, by=by)
    audit.record("message.taken_back", message, by=by, detail={"was": str(before)})
    return message


@transaction.atomic
def move(message: Message, due: datetime, *, by: User) -> Message:
    """Give it another hour. What needs a second person waits for one again."""
    before, was = message.status, message.due_at
    if not may_be_moved(message):
        raise CannotSend(_("This message cannot get another hour any more."))
    now = timezone.now()
    message.due_at = due
    try:
        _check_hour(message, due, now)
        check(message)
    except CannotSend:
        message.due_at = was
        raise
    columns: dict[str, object] = {"due_at": due, "problem": "", "revision": message.revision + 1}
    if approving.needs_approval(message):
        columns |= NOT_ORDERED | {"status": Status.WAITING}
    else:
        columns |= {"status": Status.SCHEDULED, "sent_at": message.sent_at or now}
        columns |= {"due_at": quiet_until(message.klass, due) or due, "finished_at": None}
    had_a_yes = bool(message.approved_digest)
    _set(message, before, **columns)
    audit.record("message.rescheduled", message, by=by, detail={"was": str(before), "due": due})
    if had_a_yes:
        approving.note(message, Kind.VOIDED, by=by)
    return message


def _check_hour(message: Message, due: datetime, now: datetime) -> None:
    if due <= now:
        raise CannotSend(_("This time has passed. Choose a later one."))
    if message.expires_at and message.expires_at <= due:
        raise CannotSend(_("The message is not valid any more at that time. Move its end first."))


def void(message: Message, *, by: User | None = None) -> bool:
    """What stands there is not what was approved: it waits for a second person again.

    In the transaction of whoever found it; false where the message has moved on meanwhile.
    """
    try:
        _set(message, Status.SCHEDULED, status=Status.WAITING, problem=VOID, **NOT_ORDERED)
    except AlreadyDone:
        return False
    approving.note(message, Kind.VOIDED, by=by)
    audit.record("message.approval_void", message, by=by)
    staff_letters.post(
        [message.author, *staff_letters.approvers_of(message)],
        _("ICP: an approval is void"),
        _(
            "The message, or the template it was begun from, was changed after its approval. It does "
            "not go out until a second person approves it once more."
        ),
        message,
        "message-progress",
    )
    return True


def void_changed() -> int:
    """Every half a minute: look through the approved ones that wait for their hour."""
    rows = Message.objects.filter(status=Status.SCHEDULED).exclude(approved_digest="")
    changed = 0
    for message in rows.select_related("author", "unit").defer("people"):
        if not approving.still_holds(message):
            with transaction.atomic():
                changed += void(message)
    return changed


def _set(message: Message, before: str, **columns: object) -> None:
    """Write, if it still stands where the caller saw it; raises AlreadyDone."""
    seen = Message.objects.filter(pk=message.pk, status=before, revision=message.revision)
    if not seen.update(**columns):
        raise AlreadyDone(_("Somebody was faster: the message has moved on. Look again."))
    for name, value in columns.items():
        setattr(message, name, value)
