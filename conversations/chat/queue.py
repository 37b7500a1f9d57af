"""From who waits to a place in the queue of an inbox, first come first served."""

from django.db.models import Count, Q, QuerySet

from conversations.models import ChatInbox, ChatSession, Conversation, State


def waiting(inbox: ChatInbox) -> int:
    """How many wait for this inbox now."""
    return _queue(inbox).count()


def has_room(inbox: ChatInbox) -> bool:
    return waiting(inbox) < inbox.queue_limit


def place(conversation: Conversation) -> int:
    """1 for whoever is next; 0 for a chat that does not wait."""
    session = ChatSession.objects.select_related("inbox").get(conversation=conversation)
    state = Conversation.objects.values_list("state", flat=True).get(pk=conversation.pk)
    if state != State.WAITING or session.queued_at is None:
        return 0
    earlier = Q(queued_at__lt=session.queued_at) | Q(queued_at=session.queued_at, pk__lt=session.pk)
    return _queue(session.inbox).filter(earlier).count() + 1


def waiting_by_inbox() -> dict[int, int]:
    """The ids of inboxes in which somebody waits, and how many do."""
    counted = (
        ChatSession.objects.filter(conversation__state=State.WAITING)
        .values_list("inbox")
        .annotate(n=Count("pk"))
    )
    return dict(counted)


def _queue(inbox: ChatInbox) -> QuerySet[ChatSession]:
    return ChatSession.objects.filter(inbox=inbox, conversation__state=State.WAITING)
