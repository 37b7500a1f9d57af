"""From the addresses of messages left out of hours, and of the chat's figures, to their pages."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from admin_module.http import StaffRequest, staff_may

from . import desk_rows, figures, left_messages

SHOWN = 200


@staff_may("conversations.handle_chat")
@require_GET
def chat_message_list(request: StaffRequest) -> HttpResponse:
    rows = list(left_messages.unanswered(request.user)[:SHOWN])
    return render(request, "conversations/chat/message_list.html", {"rows": rows})


@staff_may("conversations.handle_chat")
@require_http_methods(["GET", "POST"])
def chat_message(request: StaffRequest, pk: int) -> HttpResponse:
    """Read a message, and say how it was answered."""
    chat = get_object_or_404(left_messages.unanswered(request.user), pk=pk)
    if request.method == "POST" and request.POST.get("how") in left_messages.HOW:
        if left_messages.handle(chat, request.POST["how"], by=request.user):
            messages.success(request, _("The message is marked as answered."))
        else:
            messages.warning(request, _("A colleague has just marked it as answered."))
        return redirect("chat-message-list")
    context = {"chat": chat, "texts": left_messages.open_message(chat, by=request.user)}
    status = 422 if request.method == "POST" else 200
    return render(request, "conversations/chat/message.html", context, status=status)


@staff_may("conversations.handle_chat")
@require_GET
def chat_figures(request: StaffRequest) -> HttpResponse:
    inboxes = list(desk_rows.inboxes_of(request.user))
    chosen = next((one for one in inboxes if one.code == request.GET.get("skrzynka")), None)
    if chosen is None and request.user.scope is not None:
        chosen = inboxes[0] if inboxes else None
    months = figures.by_month(chosen) if inboxes else []
    context = {
        "inboxes": inboxes,
        "chosen": chosen,
        "months": months,
        "total": figures.total(months),
        "all": request.user.scope is None,
    }
    return render(request, "conversations/chat/figures.html", context)
