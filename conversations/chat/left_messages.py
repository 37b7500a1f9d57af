"""From a message left out of hours to whoever answers it, once."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from conversations.models import ChatSession, Conversation, Kind, State

# How it was answered: codes of the audit log.
HOW = ("email", "phone", "none")


def left_for(user: User) -> QuerySet[Conversation]:
    """Messages of the units that the agent works for, the oldest first."""
    rows = Conversation.objects.kept().filter(kind=Kind.CHAT, state=State.OFFLINE)
    return rows.visible_to(user).select_related("chat", "chat__inbox").order_by("originated_at")


def unanswered(user: User) -> QuerySet[Conversation]:
    """`taken_at` is when somebody answered."""
    return left_for(user).filter(chat__taken_at=None)


def unanswered_count(user: User) -> int:
    """How many nobody answered yet."""
    return unanswered(user).count()


def open_message(chat: Conversation, *, by: User) -> list[str]:
    """What was written; who read it stands in the audit log."""
    audit.record("chat.message_opened", chat, by=by)
    events = chat.events.exclude(body__isnull=True).order_by("seq")
    return [event.body for event in events]


@transaction.atomic
def handle(chat: Conversation, how: str, *, by: User) -> bool:
    """Mark as answered; False where a colleague was quicker."""
    rows = ChatSession.objects.filter(conversation=chat, taken_at=None)
    if not rows.update(taken_at=timezone.now()):
        return False
    Conversation.objects.filter(pk=chat.pk).update(agent=by)
    audit.record("chat.message_handled", chat, by=by, detail={"how": how})
    return True
