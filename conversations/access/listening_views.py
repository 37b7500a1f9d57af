"""From an address under /rozmowy/wnioski/odsluch/ to a step of a supervised listening."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module import proving
from admin_module.http import StaffRequest, staff_may
from admin_module.signing_in import TooManyTries, WrongCredentials
from conversations.models import Appointment, Conversation, ListeningProtocol
from conversations.playback.rights import Refused

from . import listening_page, listening_steps
from .listening_forms import AdmitForm, BeginListeningForm, CheckInForm, FinishForm, SignedForm
from .refusing import NotAllowed

SEES, RUNS = "conversations.view_accessrequest", "conversations.run_listening"
REFUSALS = (Refused, NotAllowed)


def _back(request: StaffRequest, appointment: Appointment, said: str = "") -> HttpResponse:
    if said:
        messages.success(request, said)
    return redirect("listening", appointment.pk)


def _taken(
    request: StaffRequest, pk: int, step: Callable[[Appointment], object], said: str = ""
) -> HttpResponse:
    """Take a step; what forbids it is said on the page."""
    appointment = listening_page.appointment_of(request, pk)
    try:
        with transaction.atomic():
            step(appointment)
    except REFUSALS as refused:
        return _refused(request, appointment, forms.Form(request.POST), refused)
    return _back(request, appointment, said)


def _refused(
    request: StaffRequest, appointment: Appointment, form: forms.Form, refused: Exception
) -> HttpResponse:
    form.is_valid()
    form.add_error(None, str(refused))
    appointment.refresh_from_db()
    return listening_page.shown(request, appointment, form)


@staff_may(SEES)
@require_GET
def listening(request: StaffRequest, pk: int) -> HttpResponse:
    return listening_page.shown(request, listening_page.appointment_of(request, pk))


@sensitive_post_parameters("password")
@staff_may(SEES)
@require_POST
def listening_check_in(request: StaffRequest, pk: int) -> HttpResponse:
    """A designated person confirms by their own sign-in and password that they are here."""
    appointment, form = listening_page.appointment_of(request, pk), CheckInForm(request.POST)
    if not form.is_valid():
        return listening_page.shown(request, appointment, form)
    try:
        proving.prove(request, form.cleaned_data["password"])
        listening_steps.check_in(appointment, request.user)
    except WrongCredentials:
        form.add_error("password", _("This is not your password. Try again."))
    except TooManyTries:
        form.add_error("password", _("Too many tries. Wait, and sign in anew."))
    except Refused as refused:
        form.add_error(None, str(refused))
    else:
        return _back(request, appointment, _("Your presence is written down."))
    return listening_page.shown(request, appointment, form)


@staff_may(RUNS)
@require_POST
def listening_admit(request: StaffRequest, pk: int) -> HttpResponse:
    appointment, form = listening_page.appointment_of(request, pk), AdmitForm(request.POST)
    if not form.is_valid():
        return listening_page.shown(request, appointment, form)
    data = form.cleaned_data
    try:
        listening_steps.admit(
            appointment, data["role"], data["name"], data["document"], by=request.user
        )
    except Refused as refused:
        return _refused(request, appointment, form, refused)
    return _back(request, appointment, _("Written down."))


@staff_may(RUNS)
@require_POST
def listening_check_out(request: StaffRequest, pk: int, who: int) -> HttpResponse:
    appointment = listening_page.appointment_of(request, pk)
    row = get_object_or_404(appointment.attendances.all(), pk=who)
    listening_steps.check_out(row, by=request.user)
    return _back(request, appointment)


@staff_may(RUNS)
@require_POST
def listening_begin(request: StaffRequest, pk: int) -> HttpResponse:
    appointment, form = listening_page.appointment_of(request, pk), BeginListeningForm(request.POST)
    if not form.is_valid():
        return listening_page.shown(request, appointment, form)
    try:
        listening_steps.begin(appointment, by=request.user, device=form.cleaned_data["device"])
    except REFUSALS as refused:
        return _refused(request, appointment, form, refused)
    return _back(request, appointment, _("The listening has begun."))


@staff_may(RUNS)
@require_POST
def listening_pause(request: StaffRequest, pk: int) -> HttpResponse:
    def step(appointment: Appointment) -> None:
        listening_steps.pause(appointment, by=request.user)

    return _taken(request, pk, step, _("Interrupted. Nothing is played until you resume it."))


@staff_may(RUNS)
@require_POST
def listening_resume(request: StaffRequest, pk: int) -> HttpResponse:
    def step(appointment: Appointment) -> None:
        listening_steps.resume(appointment, by=request.user)

    return _taken(request, pk, step, _("Resumed."))


@staff_may(RUNS)
@require_POST
def listening_open(request: StaffRequest, pk: int, conversation: int) -> HttpResponse:
    """The player or the transcript of one conversation of the request."""
    appointment = listening_page.appointment_of(request, pk)
    named = Conversation.objects.filter(asked_for_by__request=appointment.request_id)
    row = get_object_or_404(named, pk=conversation)
    key = request.session.session_key or ""
    try:
        session = listening_steps.open_item(appointment, row, by=request.user, session_key=key)
    except Refused as refused:
        return _refused(request, appointment, forms.Form(request.POST), refused)
    return redirect("playback", session.uid)


@staff_may(RUNS)
@require_http_methods(["GET", "POST"])
def listening_finish(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask how it ended and what was remarked; end it, and write the protocol."""
    appointment = listening_page.appointment_of(request, pk)
    form = FinishForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            listening_steps.finish(appointment, by=request.user, **form.cleaned_data)
        except REFUSALS as refused:
            form.add_error(None, str(refused))
        else:
            return _back(request, appointment, _("Ended. Print the protocol and have it signed."))
    context = {"appointment": appointment, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "conversations/listening/listening_finish.html", context, status=status)


@staff_may(RUNS)
@require_http_methods(["GET", "POST"])
def listening_absent(request: StaffRequest, pk: int) -> HttpResponse:
    appointment = listening_page.appointment_of(request, pk)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_bound:
        try:
            listening_steps.mark_absent(appointment, by=request.user)
        except NotAllowed as refused:
            form.is_valid()
            form.add_error(None, str(refused))
        else:
            return _back(request, appointment, _("Written down: the applicant did not come."))
    context = {"appointment": appointment, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "conversations/listening/listening_absent.html", context, status=status)


@staff_may(SEES)
@require_GET
def listening_protocol(request: StaffRequest, pk: int) -> HttpResponse:
    """The protocol as PDF, to be printed and signed."""
    appointment = listening_page.appointment_of(request, pk)
    rows = ListeningProtocol.objects.filter(letter__isnull=False).select_related("letter")
    letter: Any = get_object_or_404(rows, appointment=appointment).letter
    response = HttpResponse(letter.read(), content_type=letter.media_type)
    day = f"{timezone.localdate(appointment.begins_at):%Y-%m-%d}"
    response["Content-Disposition"] = f'attachment; filename="protokol-{day}.pdf"'
    return response


@staff_may(RUNS)
@require_POST
def listening_signed(request: StaffRequest, pk: int) -> HttpResponse:
    appointment = listening_page.appointment_of(request, pk)
    form = SignedForm(request.POST, request.FILES)
    protocol = ListeningProtocol.objects.filter(appointment=appointment).first()
    if protocol is None or not form.is_valid():
        return listening_page.shown(request, appointment, form)
    scan = form.cleaned_data["scan"]
    try:
        listening_steps.attach_signed(protocol, scan.content, scan.media_type, by=request.user)
    except Refused as refused:
        return _refused(request, appointment, form, refused)
    return _back(request, appointment, _("The signed protocol is attached."))
