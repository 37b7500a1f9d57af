"""From a visitor's stars and words to the rating of a chat that is over; the first one stands."""

from django.db import transaction

from conversations.models import ChatRating, Conversation, State

from .plain import plain

MOST, COMMENT_LETTERS = 5, 1000


def read(given: object) -> int:
    """One to five stars. Raises ValueError."""
    stars = int(str(given)[:2])
    if not 1 <= stars <= MOST:
        raise ValueError("stars")
    return stars


@transaction.atomic
def rate(chat: Conversation, stars: int, comment: str = "") -> bool:
    """Keep a rating; False where the chat goes on or has one already."""
    row = Conversation.objects.select_for_update(no_key=True).get(pk=chat.pk)
    if row.state != State.CLOSED or ChatRating.objects.filter(conversation=row).exists():
        return False
    words = plain(comment)[:COMMENT_LETTERS] or None
    ChatRating.objects.create(conversation=row, stars=stars, comment=words)
    return True
