"""From an agent's open desk to a seat: who is here, and who has room for one chat more."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from admin_module.models import User
from conversations.models import ChatSeat, Conversation, Kind, State

HERE = timedelta(minutes=2)  # without a heartbeat for so long an agent is gone
BEAT = timedelta(seconds=20)  # the row is not written more often
CAPACITY = 4
MOST = 10


def seat_of(user: User) -> ChatSeat:
    return ChatSeat.objects.get_or_create(user=user, defaults={"capacity": CAPACITY})[0]


def beat(user: User) -> ChatSeat:
    """The agent's desk is open now."""
    seat, now = seat_of(user), timezone.now()
    if seat.seen_at is None or now - seat.seen_at > BEAT:
        ChatSeat.objects.filter(pk=seat.pk).update(seen_at=now)
        seat.seen_at = now
    return seat


def is_here(seat: ChatSeat) -> bool:
    return seat.seen_at is not None and timezone.now() - seat.seen_at < HERE


def set_available(user: User, available: bool) -> None:
    """Being away gives no chat back; nobody hands one over to whoever is away."""
    seat_of(user)
    ChatSeat.objects.filter(user=user).update(available=available, seen_at=timezone.now())


def set_capacity(user: User, capacity: int) -> None:
    """Between one and MOST chats at once."""
    seat_of(user)
    ChatSeat.objects.filter(user=user).update(capacity=max(1, min(MOST, capacity)))


def load(user: User) -> int:
    """How many chats the agent has under way."""
    return _under_way().filter(agent=user).count()


def present() -> QuerySet[ChatSeat]:
    """Seats of those who are here and not away, with `chats` under way."""
    here = ChatSeat.objects.filter(available=True, seen_at__gt=timezone.now() - HERE)
    return here.filter(user__is_active=True).select_related("user")


def with_room(seats: Iterable[ChatSeat]) -> list[ChatSeat]:
    """Those of the seats whose agents may take one more."""
    rows = list(seats)
    loads = dict(
        _under_way()
        .filter(agent__in=[seat.user_id for seat in rows])
        .values_list("agent")
        .annotate(n=Count("pk"))
    )
    return [seat for seat in rows if loads.get(seat.user_id, 0) < seat.capacity]


def orphans() -> QuerySet[Conversation]:
    """Chats under way whose agent is gone."""
    gone = Q(agent__chat_seat=None) | Q(agent__chat_seat__seen_at=None)
    gone |= Q(agent__chat_seat__seen_at__lte=timezone.now() - HERE)
    return _under_way().filter(gone)


def _under_way() -> QuerySet[Conversation]:
    return Conversation.objects.kept().filter(kind=Kind.CHAT, state=State.ACTIVE)
