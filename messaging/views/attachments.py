"""From a draft to what is attached to it, and from the address in a message to its files."""

from typing import TypeVar

from django.contrib import messages as notices
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from admin_module.http import StaffRequest, staff_may
from icp.rate_limits import limited
from icp.uploads import UploadRefused
from messaging.forms.attachment import AttachmentForm
from messaging.models import Message, MessageAttachment
from messaging.texts import attachments
from messaging.texts.file_answers import attachment_response

Answer = TypeVar("Answer", bound=HttpResponseBase)


@staff_may("messaging.add_message")
@require_http_methods(["GET", "POST"])
@limited("upload")
def message_attachments(request: StaffRequest, pk: int) -> HttpResponse:
    """What is attached to a draft; another file is added here."""
    message = _mine(request, pk)
    if message.status != Message.Status.DRAFT:
        return redirect("message-progress", pk=pk)
    form = AttachmentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _attach(request, message, form):
        return redirect("message-attachments", pk)
    context = {
        "message": message,
        "form": form,
        "files": attachments.files_of(message),
        "most": attachments.MOST,
        "ends_at": attachments.ends_at(message),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "messaging/attachments/edit.html", context, status=status)


def _attach(request: StaffRequest, message: Message, form: AttachmentForm) -> bool:
    try:
        row = attachments.attach(message, form.cleaned_data["file"], by=request.user)
    except (attachments.CannotAttach, UploadRefused) as refusal:
        form.add_error("file", str(refusal))
        return False
    notices.success(request, _("Attached: %(name)s.") % {"name": row.name})
    return True


@staff_may("messaging.add_message")
@require_POST
def attachment_remove(request: StaffRequest, pk: int, place: int) -> HttpResponse:
    """Take one file off a draft."""
    message = _mine(request, pk)
    try:
        if attachments.detach(message, place, by=request.user):
            notices.success(request, _("The file is removed."))
    except attachments.CannotAttach as refusal:
        notices.warning(request, str(refusal))
    return redirect("message-attachments", pk)


def tell_taken(request: StaffRequest, taken: attachments.Taken) -> None:
    """Say which files of another message went along into a draft, and which could not."""
    if taken.files:
        notices.success(
            request,
            _("Files that went along: %(names)s. In this draft they have a link of their own.")
            % {"names": ", ".join(taken.files)},
        )
    if taken.lost:
        notices.warning(
            request,
            _(
                "Files that could not go along, for ICP has them no more or cannot open them: %(names)s. Attach them again, and look whether the text speaks of them."
            )
            % {"names": ", ".join(taken.lost)},
        )


@staff_may("messaging.view_message")
@require_GET
def attachment_open(request: StaffRequest, pk: int, place: int) -> StreamingHttpResponse:
    """The file as readers get it; staff are not counted."""
    return attachment_response(
        get_object_or_404(MessageAttachment, message=_mine(request, pk), place=place)
    )


def _mine(request: StaffRequest, pk: int) -> Message:
    return get_object_or_404(Message.objects.visible_to(request.user), pk=pk)


@login_not_required
@require_safe
@limited("attachment")
def attachment_page(request: HttpRequest, token: str) -> HttpResponse:
    """What is attached to a message, for whoever has its address; afterwards a page that says it ended."""
    message = attachments.message_at(token)
    files = attachments.files_of(message) if message is not None else ()
    if message is None or not files:
        return _quiet(render(request, "messaging/attachments/ended.html", status=410))
    context = {
        "message": message,
        "files": files,
        "token": token,
        "ends_at": attachments.ends_at(message),
    }
    return _quiet(render(request, "messaging/attachments/page.html", context))


@login_not_required
@require_safe
@limited("attachment")
def attachment_file(request: HttpRequest, token: str, place: int) -> HttpResponseBase:
    """One file of it, to be saved; counted, by whom is not."""
    message = attachments.message_at(token)
    row = message.attachments.filter(place=place).first() if message is not None else None
    if row is None:
        return _quiet(render(request, "messaging/attachments/ended.html", status=410))
    if request.method == "GET":
        attachments.count_download(row)
    return _quiet(attachment_response(row))


def _quiet(response: Answer) -> Answer:
    """In no search engine and in no cache."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response
