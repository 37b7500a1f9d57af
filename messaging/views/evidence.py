"""From a message to its evidence packs: made, downloaded, and looked up by a digest."""

import uuid

from django.contrib import messages as notices
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from icp.rate_limits import limited
from messaging.archive import evidence_files
from messaging.models import EvidenceFile, Message
from recipients import jobs


@staff_may("messaging.make_evidence")
@require_http_methods(["GET", "HEAD", "POST"])
@limited("export")
def message_evidence(request: StaffRequest, pk: int) -> HttpResponse:
    """The packs there are, the button that makes one, and the box that knows a digest."""
    visible = Message.objects.visible_to(request.user).defer("people")
    message = get_object_or_404(visible, pk=pk)
    if request.method == "POST":
        return _order(request, message)
    typed = request.GET.get("skrot", "")[:200]
    context = {
        "message": message,
        "files": evidence_files.of(message),
        "form_key": uuid.uuid4(),
        "typed": typed,
        "found": evidence_files.found(typed, request.user) if typed else None,
    }
    return render(request, "messaging/archive/message_evidence.html", context)


def _order(request: StaffRequest, message: Message) -> HttpResponse:
    try:
        key = uuid.UUID(request.POST.get("form_key", ""))
    except ValueError:
        key = uuid.uuid4()
    try:
        job = evidence_files.order(message, by=request.user, form_key=key)
    except evidence_files.NotOrdered:
        notices.warning(request, _("Nobody ordered this message to be sent: nothing to prove yet."))
    except jobs.AlreadyUnderWay:
        notices.info(request, _("A pack of this message is being made already."))
    else:
        return redirect("job", job.pk)
    return redirect("message-evidence", message.pk)


@staff_may("messaging.make_evidence")
@require_GET
@limited("export")
def evidence_file(request: StaffRequest, pk: int, file: int) -> StreamingHttpResponse:
    """One of the two files: sealed at rest, opened while it is sent."""
    visible = Message.objects.visible_to(request.user)
    found = get_object_or_404(EvidenceFile, pk=file, message=pk, message__in=visible.values("pk"))
    try:
        reader = found.open()
    except FileNotFoundError:
        raise Http404 from None
    detail: dict[str, object] = {"file": found.pk, "digest": found.digest}
    subject = f"messaging.message:{found.message_id}"
    audit.record("message.evidence_downloaded", subject, by=request.user, detail=detail)
    response = StreamingHttpResponse(reader, content_type=found.media_type)
    name = evidence_files.file_name(found)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
