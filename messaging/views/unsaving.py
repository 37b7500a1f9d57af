"""From the browser's word every few seconds to kept work, and from "not any more" to its end."""

from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from admin_module.http import StaffRequest, staff_may
from messaging.models import Message, UnsavedWork
from messaging.steps import unsaved


@staff_may("messaging.add_message")
@require_POST
def message_autosave(request: StaffRequest, pk: int | None = None) -> JsonResponse:
    """Keep the form as it stands, right or wrong; 409 says that the draft was saved by somebody else.

    {"at": "10:42", "revision": the draft's, "by": who saved it} – what was typed is kept either way.
    """
    mine = Message.objects.visible_to(request.user)
    message = get_object_or_404(mine, pk=pk) if pk else None
    try:
        revision = int(request.POST.get("revision") or 0)
        given = UUID(request.POST["form_key"]) if message is None else unsaved.key_of(message)
        work = unsaved.keep(
            request.POST, by=request.user, form_key=given, message=message, revision=revision
        )
    except (KeyError, ValueError):  # a forged form, or more than anybody types
        return JsonResponse({}, status=422)
    return _told(work)


def _told(work: UnsavedWork) -> JsonResponse:
    at = date_format(timezone.localtime(work.saved_at), "H:i")
    if work.message is None:
        return JsonResponse({"at": at})
    gone = work.message.status != Message.Status.DRAFT
    stale = gone or work.message.revision != work.revision
    return JsonResponse({"at": at, "gone": gone}, status=409 if stale else 200)


@staff_may("messaging.add_message")
@require_POST
def unsaved_drop(request: StaffRequest, pk: int) -> HttpResponse:
    """What was typed and not saved is not wanted any more."""
    work = get_object_or_404(UnsavedWork, pk=pk, author=request.user)
    unsaved.drop(request.user, [work.form_key])
    notices.success(request, _("The unsaved version is thrown away."))
    if work.message_id is None:
        return redirect("message-new")
    return redirect("message-edit", pk=work.message_id)
