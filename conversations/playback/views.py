"""From an address under /rozmowy/odsluch/ to a player, a transcript, and what the two are told meanwhile."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module.http import StaffRequest, staff_may
from conversations.models import Conversation, PlaybackSession

from . import page, player, rights, serving, sessions, tracing
from .forms import BeginForm, TraceForm
from .rights import Refused

# A session is its own right: whoever has one had it asked for, and is asked again each time.
EVERYBODY = "admin_module.open_dashboard"


def _own(request: StaffRequest, uid: uuid.UUID) -> PlaybackSession:
    mine = PlaybackSession.objects.filter(user=request.user)
    along = ("conversation", "user", "appointment__request")
    return get_object_or_404(mine.select_related(*along), uid=uid)


@staff_may("conversations.view_conversation")
@require_http_methods(["GET", "POST"])
def playback_begin(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask what for and why; without a right, say what is missing."""
    row = get_object_or_404(Conversation.objects.visible_to(request.user), pk=pk)
    offered = rights.may_open(request.user, row)
    data = request.POST if request.method == "POST" else None
    form = BeginForm(data, offered=offered, case=row.case_number)
    if form.is_bound and form.is_valid():
        begun = page.begun(request, row, form)
        if begun is not None:
            return redirect("playback", begun.uid)
    why_not = "" if offered else rights.why_not(request.user, row)
    context = {"conversation": row, "form": form, "offered": offered, "why_not": why_not}
    status = 422 if form.is_bound else 200
    return render(request, "conversations/playback/playback_begin.html", context, status=status)


@staff_may(EVERYBODY)
@require_GET
def playback(request: StaffRequest, uid: uuid.UUID) -> HttpResponse:
    """The player of a call or the transcript of a chat, as long as the session and its right stand."""
    session = _own(request, uid)
    try:
        sessions.check(session, request.user, request.session.session_key or "")
    except Refused as refused:
        context = {"session": session, "refused": refused}
        return render(request, "conversations/playback/playback_over.html", context, status=403)
    return page.opened(request, session)


@staff_may(EVERYBODY)
@require_GET
def playback_sound(request: StaffRequest, uid: uuid.UUID, token: str) -> HttpResponse:
    session = _own(request, uid)
    return serving.sound(request, session, token, request.session.session_key or "")


@staff_may(EVERYBODY)
@require_POST
def playback_alive(request: StaffRequest, uid: uuid.UUID) -> HttpResponse:
    """A sign of life of a tab, answered with new addresses; with `leaving`, it gives the player back."""
    session = _own(request, uid)
    try:
        sessions.check(session, request.user, request.session.session_key or "")
        tab = uuid.UUID(request.POST.get("player", ""))
    except (Refused, ValueError) as refused:
        return JsonResponse({"said": str(refused)}, status=410)
    if "leaving" in request.POST:
        player.release(session, tab)
        return HttpResponse(status=204)
    if not player.beat(session, tab):
        return JsonResponse({"said": _("Another tab plays this conversation.")}, status=409)
    return JsonResponse({"sounds": page.addresses(session, tab)})


@staff_may(EVERYBODY)
@require_POST
def playback_trace(request: StaffRequest, uid: uuid.UUID) -> HttpResponse:
    """What was pressed: play, pause, seek; told by the browser, beside the ranges that the server saw."""
    session, form = _own(request, uid), TraceForm(request.POST)
    if not form.is_valid() or session.ended_at is not None:
        return HttpResponse(status=422)
    told = form.cleaned_data
    piece = page.piece_named(session, told["recording"], told["part"])
    if piece is None:
        return HttpResponse(status=422)
    begin, end = (piece.begin_ms + told[name] for name in ("begin", "end"))
    fine = tracing.note_player(session, piece.recording, told["action"], begin, end)
    return HttpResponse(status=204 if fine else 422)


@staff_may(EVERYBODY)
@require_POST
def playback_end(request: StaffRequest, uid: uuid.UUID) -> HttpResponse:
    session = _own(request, uid)
    if sessions.end(session, by=request.user):
        messages.success(request, _("Ended. Nothing of this session can be opened any more."))
    if session.appointment_id is not None:
        return redirect("listening", session.appointment_id)
    return redirect("playback-begin", session.conversation_id)
