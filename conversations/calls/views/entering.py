"""From a call that somebody notes to its card."""

from django.conf import settings
from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from admin_module.http import StaffRequest, staff_may
from conversations.calls import entering
from conversations.calls.call_form import CallForm
from conversations.models import Conversation, Direction
from conversations.register.audio import AudioRefused, sniff
from conversations.register.registering import AlreadyExpired
from conversations.register.spooling import TooLarge, spooled
from icp.rate_limits import limited


@staff_may("conversations.register_call")
@require_http_methods(["GET", "POST"])
@limited("upload")
def call_new(request: StaffRequest) -> HttpResponse:
    form = CallForm(request.POST or None, request.FILES or None, by=request.user)
    if form.is_bound and form.is_valid():
        conversation = _entered(request, form)
        if conversation is not None:
            notices.success(request, _("The call was registered."))
            return redirect("conversation-card", conversation.pk)
    context = {
        "form": form,
        "outgoing": entering.words_of(None, Direction.OUTGOING),
    }
    status = 422 if form.is_bound else 200
    return render(request, "conversations/calls/call_new.html", context, status=status)


def _entered(request: StaffRequest, form: CallForm) -> Conversation | None:
    """None where something was refused; the form says what."""
    file = form.cleaned_data["recording"]
    try:
        if not file:
            return entering.enter(form.noted, by=request.user)
        with spooled(file, most=settings.RECORDING_BYTES) as sound:
            found = sniff(sound.file)
            return entering.enter(form.noted, by=request.user, sound=sound, found=found)
    except AlreadyExpired:
        form.add_error("day", _("A call so long ago is not taken into the register any more."))
    except TooLarge:
        form.add_error("recording", _("The recording is larger than recordings may be."))
    except AudioRefused as refused:
        form.add_error("recording", str(refused.sentence))
    return None
