"""From the addresses of the chat's settings to inboxes and to the pages of the city that show the chat."""

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module.http import StaffRequest, conflict, staff_may
from conversations.models import AllowedOrigin, ChatInbox

from . import hours, keeping, queue, week
from .settings_forms import InboxForm, OriginForm


@staff_may("conversations.manage_chat")
@require_GET
def chat_settings(request: StaffRequest) -> HttpResponse:
    inboxes = ChatInbox.objects.select_related("unit").order_by("closed_at", "name")
    waiting = queue.waiting_by_inbox()
    rows = [
        {
            "inbox": inbox,
            "open": hours.is_open(inbox),
            "week": [(week.label(row), week.write(inbox.hours.get(row, []))) for row in week.ROWS],
            "waiting": waiting.get(inbox.pk, 0),
        }
        for inbox in inboxes
    ]
    context = {"rows": rows, "loader": request.build_absolute_uri(reverse("chat-loader"))}
    return render(request, "conversations/chat/settings.html", context)


@staff_may("conversations.manage_chat")
@require_http_methods(["GET", "POST"])
def chat_inbox_edit(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    row = ChatInbox() if pk is None else get_object_or_404(ChatInbox, pk=pk)
    # The form writes into a row of its own, so that `row` stays what is in the database.
    shown = ChatInbox() if pk is None else get_object_or_404(ChatInbox, pk=pk)
    form = InboxForm(request.POST if request.method == "POST" else None, instance=shown)
    if form.is_bound and form.is_valid():
        done = _inbox_saved(request, row, form)
        if done is not None:
            return done
    context = {"form": form, "row": row, "days": [form[f"hours_{day}"] for day in week.ROWS]}
    status = 422 if form.is_bound else 200
    return render(request, "conversations/chat/inbox_edit.html", context, status=status)


@staff_may("conversations.manage_chat")
@require_http_methods(["GET", "POST"])
def chat_inbox_close(request: StaffRequest, pk: int) -> HttpResponse:
    """Offer an inbox no more after a question, or (with "open") again at once."""
    inbox = get_object_or_404(ChatInbox, pk=pk)
    if request.method != "POST":
        context = {"inbox": inbox, "waiting": queue.waiting(inbox)}
        return render(request, "conversations/chat/inbox_close.html", context)
    closed = "open" not in request.POST
    if keeping.close_inbox(inbox, closed, by=request.user):
        said = _("Closed: “%(name)s” is not offered any more. You can open it again.")
        if not closed:
            said = _("“%(name)s” is offered again.")
        messages.success(request, said % {"name": inbox})
    return redirect("chat-settings")


@staff_may("conversations.manage_chat")
@require_http_methods(["GET", "POST"])
def chat_origin_list(request: StaffRequest) -> HttpResponse:
    form = OriginForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        origin = form.cleaned_data["origin"]
        keeping.allow_origin(origin, by=request.user)
        messages.success(request, _("%(origin)s may show the chat.") % {"origin": origin})
        return redirect("chat-origin-list")
    rows = AllowedOrigin.objects.select_related("added_by").order_by("origin")
    context = {"form": form, "rows": rows}
    status = 422 if form.is_bound else 200
    return render(request, "conversations/chat/origin_list.html", context, status=status)


@staff_may("conversations.manage_chat")
@require_POST
def chat_origin_remove(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(AllowedOrigin, pk=pk)
    keeping.remove_origin(row, by=request.user)
    said = _("%(origin)s does not show the chat any more. You can add it again.")
    messages.success(request, said % {"origin": row.origin})
    return redirect("chat-origin-list")


def _inbox_saved(request: StaffRequest, row: ChatInbox, form: InboxForm) -> HttpResponse | None:
    """Where to go after saving; None where the form says what is wrong."""
    try:
        revision = form.cleaned_data["revision"]
        keeping.save(row, form.columns(), by=request.user, revision=revision)
    except keeping.StaleRow as stale:
        theirs = stale.theirs
        mine = form.words()
        return conflict(request, mine, form.words(theirs), form, revision=theirs.revision)
    except IntegrityError:
        form.add_error("code", _("Another inbox has this code. Choose a different one."))
        return None
    messages.success(request, _("The inbox is saved."))
    return redirect("chat-settings")
