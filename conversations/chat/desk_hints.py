"""From the board of open chats to a hint for an agent's desk: something there changed, fetch it.

No line of a chat travels here: the desk fetches its own fragments. Under WSGI the same address answers at once.
"""

from typing import Any
from zlib import crc32

from django.http import JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from admin_module.http import StaffRequest, staff_may

from . import board, hub, streaming

LASTS = 300.0  # seconds; then the session and the permission are looked at anew


@require_safe
@staff_may("conversations.handle_chat")
def desk_hints(request: StaffRequest) -> HttpResponseBase:
    """How far the queue and the agent's own chats are: as a stream, or once."""
    user = request.user.pk

    def view(seen: dict[int, board.Seen]) -> dict[str, Any]:
        return of_desk(seen, user)

    if streaming.may_stream(request) and not hub.is_full():
        return streaming.stream(hub.Reader(view=view), LASTS)
    return JsonResponse(view(board.look()))


def of_desk(seen: dict[int, board.Seen], user: int) -> dict[str, Any]:
    """A digest of who waits, and of the agent's own chats the last number and whether the visitor types."""
    waiting = [pk for pk, chat in seen.items() if chat.place]
    return {
        "queue": crc32(repr(waiting).encode()),
        "chats": {
            str(pk): [chat.last_seq, chat.visitor_types]
            for pk, chat in seen.items()
            if chat.agent == user
        },
    }
