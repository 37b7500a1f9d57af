"""From the number of a form that came back signed to an active account, and on to the next one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from consents import desk, granting
from consents.models import ConsentForm, Scan
from consents.scan_forms import ReceivedForm
from icp.rate_limits import limited
from icp.web_security import PERMISSIONS
from recipients.forms import ticking
from recipients.models import Recipient, living
from recipients.people.moves import CannotMove

# The camera reads QR codes here, and nowhere else in the panel.
WITH_CAMERA = PERMISSIONS.replace("camera=()", "camera=(self)")


@staff_may("consents.change_consentform")
@require_http_methods(["GET", "POST"])
def form_desk(request: StaffRequest) -> HttpResponse:
    """A field for the number; a reader of QR codes types it and presses Enter by itself."""
    typed, problem = request.POST.get("number", "").strip(), ""
    if request.method == "POST":
        form = desk.find(typed, by=request.user)
        if form is not None:
            return redirect("form-receive", form.number)
        problem = _unknown(typed)
    context = {
        "typed": typed,
        "problem": problem,
        "latest": desk.latest(request.user),
        "missing": desk.without_scan(request.user)[: desk.LATEST],
        "missing_count": desk.without_scan(request.user).count(),
    }
    answer = render(request, "consents/form_desk.html", context, status=422 if problem else 200)
    answer["Permissions-Policy"] = WITH_CAMERA
    return answer


def _unknown(typed: str) -> str:
    number = desk.number_in(typed)
    if not number:
        return _("This is not the number of a form. It looks like ZG-2026-000418.")
    return _("There is no form %(number)s. Compare it with the number under the QR code.") % {
        "number": number
    }


@staff_may("consents.change_consentform")
@require_http_methods(["GET", "POST"])
@limited("upload")
def form_receive(request: StaffRequest, number: str) -> HttpResponse:
    """One form: its scan, the ticks as they are on the paper, and the account is active."""
    paper = _paper(request, number)
    posted = request.method == "POST"
    form = ReceivedForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        initial={"granted": paper.wanted},
        by=request.user,
    )
    if posted and form.is_valid() and _receive(request, paper, form):
        return redirect("form-desk")
    audit.record("recipient.opened", paper.recipient, by=request.user)
    context = {
        "paper": paper,
        "recipient": paper.recipient,
        "scan": Scan.objects.current().filter(form=paper).first(),
        "form": form,
        "rows": ticking.rows(ticking.ticks_in(form, "granted"), request.user),
    }
    return render(request, "consents/form_receive.html", context, status=422 if posted else 200)


def _paper(request: StaffRequest, number: str) -> ConsentForm:
    forms = ConsentForm.objects.visible_to(request.user).filter(recipient__in=living(request.user))
    return get_object_or_404(forms.select_related("recipient", "received_by"), number=number)


def _receive(request: StaffRequest, paper: ConsentForm, form: ReceivedForm) -> bool:
    """Whether it is received now, by this clerk or by another who was first."""
    try:
        ticks = ticking.beside(paper.wanted, form.cleaned_data["granted"], request.user)
        person = granting.receive_form(paper, by=request.user, paper=form.paper, granted=ticks)
    except (granting.CannotConsent, CannotMove) as refusal:
        form.add_error(None, str(refusal))
        return False
    now = ConsentForm.objects.select_related("received_by").get(pk=paper.pk)
    if now.received_by != request.user:
        messages.warning(
            request,
            _("%(person)s received form %(number)s first; your ticks and scan were not taken.")
            % {"person": now.received_by, "number": paper.number},
        )
    else:
        messages.success(request, _said(person, paper))
    return True


def _said(person: Recipient, paper: ConsentForm) -> str:
    number = {"number": paper.number}
    if person.state == Recipient.State.ACTIVE:
        return _("Form %(number)s is received, the account is active. Next, please.") % number
    return _("Form %(number)s is received.") % number
