"""From a person at the desk to a registered recipient with a form to sign, and help while typing."""

import json
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from admin_module.models import User
from consents import numbering
from recipients.address_register import addresses
from recipients.forms import ticking
from recipients.forms.person import RegistrationForm, typed
from recipients.models import CONTACT_KINDS, Recipient, living
from recipients.people import duplicates, registration
from recipients.values import checks, guardians

AT_HAND = timedelta(hours=1)  # the address of the person before is offered so long
BITS = ticking.MOST_TOPICS * len(CONTACT_KINDS)


@staff_may("recipients.register_recipient")
@require_http_methods(["GET", "POST"])
def recipient_new(request: StaffRequest) -> HttpResponse:
    posted = request.method == "POST"
    before = None if posted else _before(request)
    form = RegistrationForm(
        request.POST if posted else None,
        initial={"wish_how": before.wish_how} if before else None,
        by=request.user,
    )
    if form.is_bound and form.is_valid():
        recipient = _register(form, by=request.user)
        if recipient is not None:
            return _after(request, recipient)
    context = {
        "form": form,
        "before": _at_hand(before),
        "rows": ticking.rows(ticking.ticks_in(form, "wanted"), request.user, commercial=False),
        "alike": _alike(form) if form.is_bound else [],
        "confirmed": "not_duplicate" in request.POST,
    }
    status = 422 if form.is_bound else 200
    return render(request, "recipients/particulars/recipient_new.html", context, status=status)


def _before(request: StaffRequest) -> Recipient | None:
    """Whom the same clerk registered a moment ago: of one family there often are several."""
    pk = request.GET.get("po", "")
    if not pk.isdecimal():
        return None
    since = timezone.now() - AT_HAND
    own = living(request.user).filter(registered_by=request.user, registered_at__gte=since)
    found: Recipient | None = own.filter(pk=int(pk)).first()
    return found


def _at_hand(before: Recipient | None) -> dict[str, str]:
    """The address and the ticks of the person before, for the buttons that take them over."""
    if before is None or before.address is None:
        return {}
    paper = before.consent_forms.order_by("pk").last()
    names = ("street_id", "street", "point_id", "house", "postal_code", "town", "flat")
    values = {name: getattr(before.address, name) or "" for name in names}
    ticks = [str(1 << place) for place in range(BITS) if paper and paper.wanted >> place & 1]
    return {
        "address": json.dumps(values),
        "words": addresses.in_words(before.address),
        "ticks": " ".join(ticks),
    }


def _after(request: StaffRequest, recipient: Recipient) -> HttpResponse:
    if "print" in request.POST:
        return redirect("recipient-done", recipient.pk)
    messages.success(request, _("Registered. Print the consent and have it signed."))
    return redirect("recipient-card", recipient.pk)


@staff_may("recipients.register_recipient")
@require_GET
def recipient_done(request: StaffRequest, pk: int) -> HttpResponse:
    """Whoever was registered a moment ago: print the consent, go on with the next person."""
    own = living(request.user).filter(registered_by=request.user)
    recipient = get_object_or_404(own, pk=pk)
    audit.record("recipient.opened", recipient, by=request.user)
    context = {
        "recipient": recipient,
        "paper": recipient.consent_forms.order_by("pk").last(),
        "printed": "druk" in request.GET,
    }
    return render(request, "recipients/particulars/recipient_done.html", context)


def _register(form: RegistrationForm, *, by: User) -> Recipient | None:
    """Register and number the form to sign; None where an error was added to the form."""
    values = form.cleaned_data
    if not values["not_duplicate"] and not _saved_before(form) and _alike(form):
        form.add_error(
            "not_duplicate", _("Someone similar is registered already. Compare, then tick this.")
        )
        return None
    try:
        with transaction.atomic():
            recipient = registration.by_hand(
                form.person, by=by, wish_how=values["wish_how"], form_key=values["form_key"]
            )
            numbering.form_for(recipient, values["wanted"], by=by)
    except ValidationError as error:
        form.show(duplicates.seen_by(by, error))
        return None
    return recipient


def _saved_before(form: RegistrationForm) -> bool:
    return Recipient.objects.filter(form_key=form.cleaned_data["form_key"]).exists()


def _alike(form: RegistrationForm) -> list[registration.Likeness]:
    """Who may be the same; of people of other units only that there is somebody."""
    form.is_valid()
    alike = registration.likely_duplicates(typed(form.cleaned_data))
    return [like if duplicates.is_visible(like, form.by) else like.anonymous() for like in alike]


@staff_may("recipients.register_recipient")
@require_POST
def recipient_alike(request: StaffRequest) -> HttpResponse:
    """Show, while a person is typed in, who may be the same one."""
    alike = _alike(RegistrationForm(request.POST, by=request.user))
    if alike:
        # Probing for people by typing their data here is a search like any other.
        detail: dict[str, object] = {
            "recipients": [like.recipient_id for like in alike if like.recipient_id]
        }
        audit.record("recipient.listed", "recipients.recipient", by=request.user, detail=detail)
    context = {"alike": alike, "confirmed": "not_duplicate" in request.POST}
    return render(request, "recipients/particulars/_alike.html", context)


@staff_may("recipients.register_recipient")
@require_POST
def pesel_read(request: StaffRequest) -> HttpResponse:
    """Say what a PESEL number says, or what is wrong with it."""
    typed_pesel = request.POST.get("pesel", "")
    context: dict[str, object] = {}
    try:
        context["pesel"] = checks.pesel(typed_pesel) if typed_pesel.strip() else None
    except ValidationError as error:
        context["error"] = error.messages[0]
    if context.get("pesel"):
        born = checks.pesel(typed_pesel).birth_date
        context |= {"day": date_format(born, "d.m.Y"), "child": guardians.needed(born)}
    return render(request, "recipients/particulars/_pesel.html", context)


@staff_may("recipients.register_recipient")
@require_POST
def street_find(request: StaffRequest) -> HttpResponse:
    streets = addresses.find_streets(request.POST.get("street", ""), 8)
    return render(request, "recipients/particulars/_streets.html", {"streets": streets})


@staff_may("recipients.register_recipient")
@require_POST
def house_find(request: StaffRequest) -> HttpResponse:
    street_id = request.POST.get("street_id", "")
    house = request.POST.get("house", "")
    known = street_id.isdecimal() and house.strip()
    points = addresses.find_points(int(street_id), house, 8) if known else []
    return render(request, "recipients/particulars/_houses.html", {"points": points})
