"""From the notice to a chat, page by page: the same pages in a window of their own and in a frame.

Each works without a script; the script only saves the visitor from asking for news by a button.
"""

import uuid
from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_safe

from conversations.models import AllowedOrigin, ChatSession, NoticeVersion, State
from icp.rate_limits import limited

from . import board, hours, log, news, opening, rating, stamps, steps, tokens, wishes, wording
from .visiting import be_seen, public

View = Callable[..., HttpResponseBase]
OFFLINE = "offline"


def framed_by_the_city(view: View) -> View:
    """Pages under /czat/widget/ may stand inside of the sites that the office named, and of no other."""

    @wraps(view)
    def answered(request: HttpRequest, *, framed: bool = False) -> HttpResponseBase:
        response = view(request, framed)
        origins = list(AllowedOrigin.objects.values_list("origin", flat=True)) if framed else []
        if origins:
            response._csp_replace = {"frame-ancestors": origins}  # type: ignore[attr-defined]
            response.xframe_options_exempt = True  # type: ignore[attr-defined]
        return response

    return answered


@require_safe
@public
@framed_by_the_city
def chat(request: HttpRequest, framed: bool) -> HttpResponse:
    """What the office does with what is said, before anything is asked (§ 1.5)."""
    page = _page(request, framed)
    if not page["inboxes"]:
        return render(request, "conversations/chat/visitor/none.html", page)
    language = page["language"]
    words = {
        "notice": wishes.notice_of(language),
        "full": wishes.notice_of(language, NoticeVersion.Part.FULL),
    }
    return render(request, "conversations/chat/visitor/notice.html", page | words)


@require_safe
@public
@framed_by_the_city
def chat_left(request: HttpRequest, framed: bool) -> HttpResponse:
    """Somebody said no: nothing was stored."""
    return render(request, "conversations/chat/visitor/left.html", _page(request, framed))


@require_http_methods(["GET", "HEAD", "POST"])
@public
@limited("chat_open")
@framed_by_the_city
def chat_ask(request: HttpRequest, framed: bool) -> HttpResponse:
    """What it is about, and who asks, as far as they like; sent, it is a chat or a message for later."""
    page = _page(request, framed)
    if request.method != "POST":
        shut = not any(hours.is_open(inbox) for inbox in page["inboxes"])
        return _form(request, page, {}, {}, offline=shut)
    asked = wishes.Question(page["language"], wishes.device_of(request))
    offline = request.POST.get("mode") == OFFLINE
    try:
        wanted = wishes.read(request.POST.dict(), asked)
        opened = (opening.leave_message if offline else opening.open_chat)(wanted)
    except wishes.BadWish as bad:
        return _form(request, page, request.POST, bad.errors, offline=offline)
    except opening.CannotOpen as refusal:
        later = offline or refusal.code in {"closed", "queue-full"}
        return _form(request, page, request.POST, {"": refusal.code}, offline=later)
    if opened.state == State.OFFLINE:
        return render(request, "conversations/chat/visitor/done.html", page)
    return _room(request, page, opened.chat, tokens.issue(opened.chat))


@require_http_methods(["GET", "HEAD", "POST"])
@public
@limited("chat_token")
@framed_by_the_city
def chat_room(request: HttpRequest, framed: bool) -> HttpResponse:
    """The chat itself. A script shows the token by itself; a plain form carries it from page to page."""
    page = _page(request, framed)
    if request.method != "POST":
        return _room(request, page, None, "")
    token = request.POST.get("token", "")
    session = tokens.session_of(token)
    if session is None:
        return _room(request, page, None, "", error="elsewhere", status=403)
    be_seen(session)
    status, error = 200, ""
    try:
        _act(session, request.POST)
    except news.Refused as refusal:
        status, error = refusal.status, refusal.code
    return _room(request, page, news.again(session), token, error=error, status=status)


def _act(session: ChatSession, posted: Any) -> None:
    """What a button of the plain form asks for. Raises news.Refused."""
    action = posted.get("action", "")
    if action == "say":
        news.say(session, posted.get("text", ""), _uuid(posted.get("client_id", "")))
    elif action == "end":
        steps.close(session.conversation, steps.VISITOR)
    elif action == "rate":
        try:
            stars = rating.read(posted.get("stars"))
        except ValueError:
            raise news.Refused("stars", 422) from None
        rating.rate(session.conversation, stars, posted.get("comment", ""))


def _uuid(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None


def _page(request: HttpRequest, framed: bool) -> dict[str, Any]:
    """What every page of the chat has: words, where the others are, which sites it talks with."""
    language = wording.known(request.GET.get("lang", "pl"))
    prefix = "chat-widget" if framed else "chat"
    addresses = {name: reverse(f"{prefix}{name}") for name in ("", "-ask", "-left", "-room")}
    origins = AllowedOrigin.objects.values_list("origin", flat=True) if framed else []
    return {
        "w": wording.WORDS[language],
        "language": language,
        "languages": wording.LANGUAGES,
        "framed": framed,
        "notice_url": addresses[""],
        "ask_url": addresses["-ask"],
        "left_url": addresses["-left"],
        "room_url": addresses["-room"],
        "inbox": request.GET.get("inbox", "")[:30],
        "inboxes": wishes.offered(),
        "origins": list(origins),
    }


def _form(
    request: HttpRequest,
    page: dict[str, Any],
    typed: Any,
    errors: dict[str, str],
    *,
    offline: bool,
) -> HttpResponse:
    sentences = page["w"]["errors"]
    context = page | {
        "typed": typed,
        "chosen": typed.get("inbox", page["inbox"]),
        "errors": {name: sentences[code] for name, code in errors.items()},
        "offline": offline,
        "opens": _opens(page) if offline else "",
        "notice": wishes.notice_of(page["language"]),
        "stamp": stamps.stamp(),
        "key": uuid.uuid4(),
    }
    status = 422 if errors else 200
    return render(request, "conversations/chat/visitor/ask.html", context, status=status)


def _opens(page: dict[str, Any]) -> str:
    """When the first of the inboxes opens again; empty where one is open, or none will be."""
    times = [at for inbox in page["inboxes"] if (at := hours.next_opening(inbox))]
    if not times or any(hours.is_open(inbox) for inbox in page["inboxes"]):
        return ""
    when = date_format(timezone.localtime(min(times)), "d.m.Y, H:i")
    return str(page["w"]["closed_opens"].format(when=when))


def _said(page: dict[str, Any], status: dict[str, Any]) -> str:
    """How the chat stands, in the visitor's words."""
    words = page["w"]
    if status["state"] not in board.OPEN:
        return str(words["over_title"])
    if status["state"] == State.ACTIVE:
        return str(words["active"])
    key = "waiting_next" if status["place"] == 1 else "waiting"
    return str(words[key].format(place=status["place"]))


def _room(
    request: HttpRequest,
    page: dict[str, Any],
    session: ChatSession | None,
    token: str,
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    context = page | {"token": token, "client_id": uuid.uuid4(), "lines": [], "status": None}
    words = page["w"]
    context["error"] = words["errors"].get(error, words.get(error, ""))
    if session is not None:
        lines = log.since(session.conversation, 0, internal=False)
        status_now = news.status(session)
        context |= {
            "lines": [
                board.told(line) | {"at": line.at, "words": words["codes"].get(line.code, "")}
                for line in lines
            ],
            "status": status_now,
            "said": _said(page, status_now),
            "over": session.conversation.state not in board.OPEN,
            "rated": hasattr(session.conversation, "rating"),
        }
    return render(request, "conversations/chat/visitor/room.html", context, status=status)


@require_safe
@public
def chat_loader(request: HttpRequest) -> HttpResponse:
    """The script that a site of the city puts into its pages; the same for everybody, without anybody's data."""
    response = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = "public, max-age=300"
    return response


@lru_cache(maxsize=1)
def _script() -> bytes:
    return Path(str(finders.find("embed/chat.js"))).read_bytes()
