"""From the pages about calls through Twilio to their steps: lines and phones, what went wrong, calling somebody."""

from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module.http import StaffRequest, conflict, staff_may
from conversations.models import Line, VoiceCall, VoiceLine, VoicePhone, VoiceRecording
from conversations.register.seeing import masked
from icp.rate_limits import limited

from . import calling, calls, overview, serving, work
from .forms import VoiceCallForm, VoiceLineForm, VoicePhoneForm
from .provider import WORDS, SourceFault

MANAGE, CALL = "conversations.manage_exchange", "conversations.register_call"


@staff_may(MANAGE)
@require_GET
def voice_list(request: StaffRequest) -> HttpResponse:
    return render(request, "conversations/voice/voice_list.html", overview.page(request.user))


@staff_may(MANAGE)
@require_http_methods(["GET", "POST"])
def voice_line(request: StaffRequest, pk: int) -> HttpResponse:
    """How a line is answered, and the phones that ring; two who save at once lose nothing."""
    line = line_seen(request, pk)
    served = VoiceLine.objects.filter(line=line).first() or VoiceLine(line=line, revision=0)
    form = VoiceLineForm(request.POST or None, instance=served)
    if form.is_bound and form.is_valid():
        return save_line(request, line, form)
    phones = served.phones.select_related("user").order_by("pk") if served.pk else []
    context = {"form": form, "line": line, "served": served, "phones": phones}
    status = 422 if form.is_bound else 200
    return render(request, "conversations/voice/voice_line.html", context, status=status)


def save_line(request: StaffRequest, line: Line, form: VoiceLineForm) -> HttpResponse:
    values = {name: form.cleaned_data[name] for name in serving.FIELDS}
    try:
        serving.save(line, values, revision=form.cleaned_data["revision"], by=request.user)
    except serving.StaleLine as stale:
        theirs = form.words(serving.values_of(stale.current))
        revision = stale.current.revision
        return conflict(request, form.words(values), theirs, form, revision=revision)
    notices.success(request, _("The line is saved. The next call is answered this way."))
    return redirect("voice-line", line.pk)


def line_seen(request: StaffRequest, pk: int) -> Line:
    found: Line = get_object_or_404(overview.lines_of(request.user), pk=pk)
    return found


@staff_may(MANAGE)
@require_http_methods(["GET", "POST"])
def voice_phone_new(request: StaffRequest, pk: int) -> HttpResponse:
    line = line_seen(request, pk)
    served: VoiceLine = get_object_or_404(VoiceLine, line=line)
    form = VoicePhoneForm(request.POST or None, served=served)
    if form.is_bound and form.is_valid():
        serving.add_phone(served, form.cleaned_data, by=request.user)
        notices.success(request, _("The phone rings for the line from now on."))
        return redirect("voice-line", line.pk)
    context = {"form": form, "line": line}
    status = 422 if form.is_bound else 200
    return render(request, "conversations/voice/voice_phone_new.html", context, status=status)


@staff_may(MANAGE)
@require_http_methods(["GET", "POST"])
def voice_phone_remove(request: StaffRequest, pk: int, phone: int) -> HttpResponse:
    line = line_seen(request, pk)
    row: VoicePhone = get_object_or_404(VoicePhone, pk=phone, voice_line__line=line)
    if request.method == "POST":
        serving.remove_phone(row, by=request.user)
        notices.success(request, _("The phone does not ring for the line any more."))
        return redirect("voice-line", line.pk)
    return render(
        request, "conversations/voice/voice_phone_remove.html", {"phone": row, "line": line}
    )


@staff_may(MANAGE)
@require_POST
def voice_recording_again(request: StaffRequest, pk: int) -> HttpResponse:
    lines = overview.lines_of(request.user)
    rows = VoiceRecording.objects.filter(call__conversation__call__line__in=lines)
    if serving.fetch_again(get_object_or_404(rows, pk=pk), by=request.user):
        work.order_when_due()
        notices.success(request, _("ICP fetches the recording once more."))
    else:
        notices.info(
            request, _("Nothing was to be done: this recording does not wait for anybody.")
        )
    return redirect("voice-list")


@staff_may(CALL)
@limited("call")
@require_http_methods(["GET", "POST"])
def voice_call(request: StaffRequest) -> HttpResponse:
    """Call somebody: the agent's own phone rings, then the other side hears the notice."""
    phones = calling.phones_of(request.user)
    form = VoiceCallForm(request.POST or None, phones=phones)
    if form.is_bound and form.is_valid():
        call = place(request, form)
        if call is not None:
            return redirect("voice-call-state", call.pk)
    context = {"form": form, "phones": phones}
    status = 422 if form.errors else 200
    return render(request, "conversations/voice/voice_call.html", context, status=status)


def place(request: StaffRequest, form: VoiceCallForm) -> VoiceCall | None:
    """Order the call; None where Twilio refused, with the reason at the form."""
    values = form.cleaned_data
    phone: VoicePhone = values["phone"]
    line = phone.voice_line.line
    try:
        return calling.call(
            line, phone, values["number"], by=request.user, case_number=values["case_number"]
        )
    except SourceFault as fault:
        form.add_error(None, str(WORDS[fault.code]))
    return None


@staff_may(CALL)
@require_GET
def voice_call_state(request: StaffRequest, pk: int) -> HttpResponse:
    """How far one's own call is; the page looks again by itself."""
    name = "_call_state" if request.htmx else "voice_call_state"
    context = context_of(own_call(request, pk))
    return render(request, f"conversations/voice/{name}.html", context)


def context_of(call: VoiceCall) -> dict[str, Any]:
    conversation = call.conversation
    return {
        "call": call,
        "conversation": conversation,
        "over": call.state == VoiceCall.State.ENDED,
        "recorded": conversation.call.choice == "recorded",
        "number": masked(conversation.party.phone if conversation.party else ""),
        "why": overview.words_of(call.error) if call.error in WORDS else "",
    }


@staff_may(CALL)
@require_POST
def voice_decline(request: StaffRequest, pk: int) -> HttpResponse:
    """The other side said that they want no recording."""
    call = own_call(request, pk)
    if calls.stop_recording(call, by=request.user):
        notices.success(request, _("Nothing of this call is kept as a recording."))
    else:
        notices.info(request, _("This call is not recorded anyway."))
    return redirect("voice-call-state", call.pk)


def own_call(request: StaffRequest, pk: int) -> VoiceCall:
    rows = VoiceCall.objects.select_related("conversation__call__line")
    found: VoiceCall = get_object_or_404(rows.filter(conversation__agent=request.user), pk=pk)
    return found
