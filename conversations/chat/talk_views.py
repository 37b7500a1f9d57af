"""From the addresses of one chat at the desk to what is said, noted, handed over and ended there."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from admin_module.http import StaffRequest, conflict, staff_may
from admin_module.models import User
from conversations.models import ChatInbox, Conversation, State
from conversations.register import case_numbers
from conversations.register.case_numbers import CaseNumberForm

from . import canned, desk_rows, log, steps, talking
from .desk_forms import AMONG_STAFF, SayForm, TransferForm
from .desk_views import seat_parts
from .lines import lines_of

GONE = 286  # htmx stops asking


@staff_may("conversations.handle_chat")
@require_GET
def desk_talk(request: StaffRequest, pk: int) -> HttpResponse:
    chat = _own(request, pk)
    ready = canned.for_chat(chat.chat)
    chosen = next((row.text for row in ready if str(row.pk) == request.GET.get("gotowa")), "")
    form = SayForm(body=chosen, only_notes=chat.state != State.ACTIVE)
    return _page(request, chat, form)


@staff_may("conversations.handle_chat")
@require_GET
def desk_stream(request: StaffRequest, pk: int) -> HttpResponse:
    """The log, where something in it is new; `widac` says that the agent sees the page."""
    chat = desk_rows.own(request.user).filter(pk=pk).first()
    if chat is None:
        return render(request, "conversations/chat/_desk_gone.html", status=GONE)
    parts = _stream(chat, request.user, seen="widac" in request.GET)
    if request.GET.get("stan") == parts["version"]:
        return HttpResponse(status=204)
    return render(request, "conversations/chat/_desk_stream.html", parts)


@staff_may("conversations.handle_chat")
@require_POST
def desk_say(request: StaffRequest, pk: int) -> HttpResponse:
    chat = _own(request, pk)
    form = SayForm(request.POST)
    if form.is_valid() and _said(request, chat, form):
        if not request.htmx:
            return redirect("desk-talk", pk)
        parts = {**_stream(chat, request.user, seen=True), "fresh": SayForm()}
        return render(request, "conversations/chat/_desk_stream.html", parts)
    if request.htmx:
        return _beside_the_form(request, form)
    return _page(request, chat, form, status=422)


@staff_may("conversations.handle_chat")
@require_POST
def desk_typing(request: StaffRequest, pk: int) -> HttpResponse:
    talking.typed(_own(request, pk))
    return HttpResponse(status=204)


@staff_may("conversations.handle_chat")
@require_http_methods(["GET", "POST"])
def desk_transfer(request: StaffRequest, pk: int) -> HttpResponse:
    chat = _own(request, pk, under_way=True)
    posted = request.POST if request.method == "POST" else None
    form = TransferForm(posted, chat=chat, by=request.user)
    if form.is_bound and form.is_valid() and _handed_over(request, chat, form):
        return redirect("chat-desk")
    context = {"chat": chat, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "conversations/chat/desk_transfer.html", context, status=status)


@staff_may("conversations.handle_chat")
@require_http_methods(["GET", "POST"])
def desk_close(request: StaffRequest, pk: int) -> HttpResponse:
    chat = _own(request, pk)
    if request.method == "POST":
        steps.close(chat, request.user)
        messages.success(request, _("The chat has ended. You can still add a note and a case."))
        return redirect("desk-talk", pk)
    return render(request, "conversations/chat/desk_close.html", {"chat": chat})


@staff_may("conversations.handle_chat")
@require_POST
def desk_case(request: StaffRequest, pk: int) -> HttpResponse:
    chat = _own(request, pk)
    form = CaseNumberForm(request.POST)
    if not form.is_valid():
        return _page(request, chat, SayForm(), case_form=form, status=422)
    number, revision = form.cleaned_data["case_number"], form.cleaned_data["revision"]
    try:
        case_numbers.write(chat, number, by=request.user, revision=revision)
    except case_numbers.Stale:
        chat.refresh_from_db(fields=["case_number", "revision"])
        mine, theirs = {"case_number": number}, {"case_number": chat.case_number}
        return conflict(request, mine, theirs, form, revision=chat.revision)
    messages.success(request, _("The number of the case is saved."))
    return redirect("desk-talk", pk)


def _beside_the_form(request: StaffRequest, form: SayForm) -> HttpResponse:
    """What is wrong, above the words; the log stays as it is."""
    answer = render(request, "components/error_summary.html", {"form": form}, status=422)
    return reswap(retarget(answer, "#desk-errors"), "innerHTML")


def _own(request: StaffRequest, pk: int, *, under_way: bool = False) -> Conversation:
    chat: Conversation = get_object_or_404(desk_rows.own(request.user), pk=pk)
    if under_way and chat.state != State.ACTIVE:
        raise Http404
    return chat


def _page(
    request: StaffRequest,
    chat: Conversation,
    form: SayForm,
    *,
    case_form: CaseNumberForm | None = None,
    status: int = 200,
) -> HttpResponse:
    case = {"case_number": chat.case_number, "revision": chat.revision}
    # Before the queue is counted: what is read here is not unread there.
    parts: dict[str, Any] = _stream(chat, request.user, seen=True)
    desk = desk_rows.desk_of(request.user)
    parts |= {"form": form, "case_form": case_form or CaseNumberForm(initial=case), "desk": desk}
    parts |= {"canned": canned.for_chat(chat.chat), "notice": chat.notices.order_by("pk").first()}
    parts |= {"open_pk": str(chat.pk), **seat_parts(desk, request.user)}
    return render(request, "conversations/chat/desk.html", parts, status=status)


def _stream(chat: Conversation, reader: User, *, seen: bool) -> dict[str, Any]:
    chat.refresh_from_db(fields=["state", "ended_at"])
    chat.chat.refresh_from_db()
    types = talking.visitor_types(chat.chat)
    if seen:
        talking.mark_read(chat.chat)
    return {
        "chat": chat,
        "lines": lines_of(log.since(chat, 0, internal=True), reader),
        "types": types,
        "version": f"{chat.chat.last_seq}.{chat.state}.{int(types)}",
        "notes_until": chat.ended_at and chat.ended_at + desk_rows.WRAP_UP,
    }


def _said(request: StaffRequest, chat: Conversation, form: SayForm) -> bool:
    data = form.cleaned_data
    write = talking.note if data["to"] == AMONG_STAFF else talking.say
    try:
        write(chat, request.user, data["body"], client_id=data["client_id"])
    except (steps.NotYours, log.ChatOver):
        form.add_error(None, _("The chat has ended, or is not yours any more. Copy your words."))
        return False
    return True


def _handed_over(request: StaffRequest, chat: Conversation, form: TransferForm) -> bool:
    target = form.target
    try:
        steps.transfer(chat, request.user, target, note=form.cleaned_data["note"])
    except steps.NoRoom:
        form.add_error("agent", _("This agent has just got as many chats as they can take."))
        return False
    except steps.NotYours:
        form.add_error(None, _("The chat has ended, or is not yours any more."))
        return False
    said = _("Handed over to %(name)s.")
    if isinstance(target, ChatInbox):
        said = _("Handed over: the chat waits in the inbox “%(name)s”.")
    messages.success(request, said % {"name": target})
    return True
