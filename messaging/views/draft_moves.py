"""From a draft to its copy, to the bin, and back from there."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from admin_module.http import StaffRequest, staff_may
from messaging.models import Message
from messaging.steps import binning, drafting

from .attachments import tell_taken


@staff_may("messaging.add_message")
@require_POST
def message_copy(request: StaffRequest, pk: int) -> HttpResponse:
    """A new draft with the same words and files, for the same people; nothing of its times and its fate."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    made, taken = drafting.copy(message, by=request.user)
    notices.success(
        request, _("This is a new draft with the same text and audience. Check the dates in it.")
    )
    tell_taken(request, taken)
    return redirect("message-edit", pk=made.pk)


@staff_may("messaging.delete_message")
@require_POST
def message_delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a draft into the bin; the list offers to take it out again."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    if binning.bin_(message, by=request.user):
        request.session[binning.LAST] = pk
    else:
        notices.warning(request, _("Only a draft can be deleted. This message has been ordered."))
    return redirect("message-list")


@staff_may("messaging.delete_message")
@require_POST
def message_undelete(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a draft out of the bin."""
    message = get_object_or_404(Message.objects.binned(request.user), pk=pk)
    binning.take_out(message, by=request.user)
    request.session.pop(binning.LAST, None)
    notices.success(request, _("The draft is back."))
    return redirect("message-edit", pk=pk)
