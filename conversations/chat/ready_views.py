"""From the addresses of ready answers and blocks to their lists and forms."""

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module.http import StaffRequest, conflict, staff_may
from conversations.models import CannedResponse, ChatBlock, Conversation, Kind

from . import canned, keeping
from .settings_forms import LANGUAGES, BlockForm, ReadyForm


@staff_may("conversations.manage_chat")
@require_GET
def chat_ready_list(request: StaffRequest) -> HttpResponse:
    words = request.GET.get("szukaj", "").strip().lstrip("/")[:60]
    names = dict(LANGUAGES)
    rows = [(row, names.get(row.language, row.language)) for row in canned.found(words)]
    return render(request, "conversations/chat/ready_list.html", {"rows": rows, "words": words})


@staff_may("conversations.manage_chat")
@require_http_methods(["GET", "POST"])
def chat_ready_edit(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    row = CannedResponse() if pk is None else get_object_or_404(CannedResponse, pk=pk)
    shown = CannedResponse() if pk is None else get_object_or_404(CannedResponse, pk=pk)
    form = ReadyForm(request.POST if request.method == "POST" else None, instance=shown)
    if form.is_bound and form.is_valid():
        done = _ready_saved(request, row, form)
        if done is not None:
            return done
    status = 422 if form.is_bound else 200
    context = {"form": form, "row": row}
    return render(request, "conversations/chat/ready_edit.html", context, status=status)


@staff_may("conversations.manage_chat")
@require_http_methods(["GET", "POST"])
def chat_ready_delete(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(CannedResponse, pk=pk)
    if request.method == "POST":
        keeping.delete_ready(row, by=request.user)
        messages.success(request, _("The ready answer is deleted."))
        return redirect("chat-ready-list")
    return render(request, "conversations/chat/ready_delete.html", {"row": row})


@staff_may("conversations.manage_chat")
@require_GET
def chat_block_list(request: StaffRequest) -> HttpResponse:
    rows = ChatBlock.objects.select_related("by").order_by("-until")[:200]
    context = {"rows": rows, "now": timezone.now()}
    return render(request, "conversations/chat/block_list.html", context)


@staff_may("conversations.manage_chat")
@require_http_methods(["GET", "POST"])
def chat_block_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Block whoever is at the other end of this chat."""
    chats = Conversation.objects.kept().visible_to(request.user).filter(kind=Kind.CHAT)
    chat = get_object_or_404(chats, pk=pk)
    if not chat.party.device:
        raise Http404
    form = BlockForm(request.POST if request.method == "POST" else None, initial={"days": 1})
    if form.is_bound and form.is_valid():
        keeping.block(chat, form.until, form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("Blocked. The chat under way goes on until you end it."))
        return redirect("chat-block-list")
    context = {"form": form, "chat": chat}
    status = 422 if form.is_bound else 200
    return render(request, "conversations/chat/block_new.html", context, status=status)


@staff_may("conversations.manage_chat")
@require_POST
def chat_block_lift(request: StaffRequest, pk: int) -> HttpResponse:
    keeping.lift(get_object_or_404(ChatBlock, pk=pk), by=request.user)
    messages.success(request, _("The block is lifted: this visitor may chat again."))
    return redirect("chat-block-list")


def _ready_saved(
    request: StaffRequest, row: CannedResponse, form: ReadyForm
) -> HttpResponse | None:
    try:
        revision = form.cleaned_data["revision"]
        keeping.save(row, form.columns(), by=request.user, revision=revision)
    except keeping.StaleRow as stale:
        theirs = stale.theirs
        mine = form.words()
        return conflict(request, mine, form.words(theirs), form, revision=theirs.revision)
    except IntegrityError:
        form.add_error("shortcut", _("This shortcut means another answer already."))
        return None
    messages.success(request, _("The ready answer is saved."))
    return redirect("chat-ready-list")
