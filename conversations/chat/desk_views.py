"""From the addresses of the desk to its queue, its seat and the chats that are taken from it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from admin_module.models import User
from conversations.models import Conversation, State
from conversations.register import acknowledging

from . import desk_rows, seats, steps
from .desk_forms import SeatForm


@staff_may("conversations.handle_chat")
@require_GET
def chat_desk(request: StaffRequest) -> HttpResponse:
    desk = desk_rows.desk_of(request.user)
    context = {"desk": desk, **seat_parts(desk, request.user)}
    return render(request, "conversations/chat/desk.html", context)


@staff_may("conversations.handle_chat")
@require_GET
def desk_live(request: StaffRequest) -> HttpResponse:
    """The queue and the own chats, asked anew every few seconds."""
    context = {"desk": desk_rows.desk_of(request.user), "open_pk": request.GET.get("rozmowa", "")}
    return render(request, "conversations/chat/_desk_queue.html", context)


@staff_may("conversations.handle_chat")
@require_POST
def desk_available(request: StaffRequest) -> HttpResponse:
    available = "available" in request.POST
    seats.set_available(request.user, available)
    said = _("You are available: colleagues can hand chats over to you.")
    if not available:
        said = _("You are away: nobody hands a chat over to you. Chats that you have stay yours.")
    messages.success(request, said)
    return redirect("chat-desk")


@staff_may("conversations.handle_chat")
@require_POST
def desk_seat(request: StaffRequest) -> HttpResponse:
    form = SeatForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose how many chats at once from the list."))
        return redirect("chat-desk")
    capacity = form.cleaned_data["capacity"]
    seats.set_capacity(request.user, capacity)
    audit.record("chat_seat.changed", request.user, by=request.user, detail={"chats": capacity})
    messages.success(request, _("Saved: so many chats at once."))
    return redirect("chat-desk")


@staff_may("conversations.handle_chat")
@require_POST
def desk_take(request: StaffRequest, pk: int) -> HttpResponse:
    """Whoever presses first has it; the other is told who that was."""
    chats = Conversation.objects.kept().visible_to(request.user)
    chat = get_object_or_404(chats.filter(kind="chat"), pk=pk)
    step = steps.take if chat.state == State.WAITING else steps.take_over
    try:
        if step(chat, request.user):
            return redirect("desk-talk", chat.pk)
    except steps.NoRoom:
        messages.warning(request, _("You have as many chats as your seat takes. End one first."))
        return redirect("chat-desk")
    messages.warning(request, _lost(chat))
    return redirect("chat-desk")


def seat_parts(desk: desk_rows.Desk, user: User) -> dict[str, object]:
    """What the form of the seat shows, and whether the agent was told that chats are kept."""
    told = acknowledging.given(user, acknowledging.words()) is not None
    return {"seat_form": SeatForm(initial={"capacity": desk.seat.capacity}), "told": told}


def _lost(chat: Conversation) -> str:
    chat.refresh_from_db()
    if chat.state == State.ACTIVE and chat.agent is not None:
        return _("%(name)s was quicker: this chat is theirs now.") % {"name": chat.agent}
    if chat.state == State.ABANDONED:
        return _("The visitor has just left the queue.")
    return _("This chat does not wait any more.")
