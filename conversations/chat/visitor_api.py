"""From a visitor's script to its chat: what is new, a message, a stroke of a key, the end, a rating."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from conversations.chat import board, hub, news, rating, steps, streaming, tokens, waking
from conversations.chat.visiting import be_seen, fields, refused, visitor
from conversations.models import ChatSession

LASTS = 3600.0  # seconds of a stream; then the token is looked at anew
RETRY = "30"


@require_safe
@visitor
def chat_events(request: HttpRequest, session: ChatSession) -> HttpResponseBase:
    """Lines after `after`: as a stream, after a wait, or at once, by what the asker and the server can."""
    after = _after(request)
    streams, seconds = streaming.may_stream(request), streaming.wait_of(request)
    if (streams or seconds) and hub.is_full():
        return refused("busy", 503, **{"Retry-After": RETRY})
    be_seen(session)
    reader = hub.Reader(session.conversation_id, after, session.token_round)
    if streams:
        return streaming.stream(reader, LASTS)
    answer = news.since(session, after)
    if seconds and not answer["lines"] and request.GET.get("known") == news.mark(answer):
        reader.status = {"status": answer["status"]}
        streaming.wait(reader, seconds)
        answer = news.since(news.again(session), after)
    return JsonResponse(answer | {"mark": news.mark(answer)})


@require_POST
@visitor
def chat_say(request: HttpRequest, session: ChatSession) -> HttpResponse:
    """One message; sent again with the same `client_id` it is the same line."""
    posted = fields(request)
    try:
        client_id = uuid.UUID(str(posted.get("client_id", "")))
    except ValueError:
        return refused("unknown", 422)
    try:
        event = news.say(session, str(posted.get("text", "")), client_id)
    except news.Refused as refusal:
        return refused(refusal.code, refusal.status)
    return JsonResponse({"line": board.told(event)}, status=201)


@require_POST
@visitor
def chat_typing(request: HttpRequest, session: ChatSession) -> HttpResponse:
    """Somebody types; nothing of what."""
    ChatSession.objects.filter(pk=session.pk).update(visitor_typed_at=timezone.now())
    waking.wake(session.conversation_id)
    return HttpResponse(status=204)


@require_POST
@visitor
def chat_end(request: HttpRequest, session: ChatSession) -> HttpResponse:
    """The visitor ends the chat; ended twice, it is ended."""
    steps.close(session.conversation, steps.VISITOR)
    return JsonResponse({"status": news.status(news.again(session))})


@require_POST
@visitor
def chat_rate(request: HttpRequest, session: ChatSession) -> HttpResponse:
    """Stars and a comment, once the chat is over; a second time changes nothing."""
    posted: Any = fields(request)
    try:
        stars = rating.read(posted.get("stars"))
    except ValueError:
        return refused("stars", 422)
    rating.rate(session.conversation, stars, str(posted.get("comment", "")))
    return HttpResponse(status=204)


@require_POST
@visitor
def chat_renew(request: HttpRequest, session: ChatSession) -> HttpResponse:
    """A token of a new round; from then on the older ones are void, but for the last."""
    return JsonResponse({"token": tokens.renew(session)})


def _after(request: HttpRequest) -> int:
    given = request.GET.get("after", "0")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 9 else 0  # noqa: PLR2004
