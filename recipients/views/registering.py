"""From a person at the desk to a registered recipient with a form to sign, and help while typing."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from admin_module.models import User
from consents import numbering
from recipients import addresses, checks, duplicates, guardians, registration, ticking
from recipients.forms import RegistrationForm, typed
from recipients.models import Recipient


@staff_may("recipients.register_recipient")
@require_http_methods(["GET", "POST"])
def recipient_new(request: StaffRequest) -> HttpResponse:
    form = RegistrationForm(request.POST if request.method == "POST" else None, by=request.user)
    if form.is_bound and form.is_valid():
        recipient = _register(form, by=request.user)
        if recipient is not None:
            messages.success(request, _("Registered. Print the consent and have it signed."))
            return redirect("recipient-card", recipient.pk)
    context = {
        "form": form,
        "rows": ticking.rows(ticking.ticks_in(form, "wanted"), request.user, commercial=False),
        "alike": _alike(form) if form.is_bound else [],
        "confirmed": "not_duplicate" in request.POST,
    }
    status = 422 if form.is_bound else 200
    return render(request, "recipients/recipient_new.html", context, status=status)


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
    return render(request, "recipients/_alike.html", context)


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
    return render(request, "recipients/_pesel.html", context)


@staff_may("recipients.register_recipient")
@require_POST
def street_find(request: StaffRequest) -> HttpResponse:
    streets = addresses.find_streets(request.POST.get("street", ""), 8)
    return render(request, "recipients/_streets.html", {"streets": streets})


@staff_may("recipients.register_recipient")
@require_POST
def house_find(request: StaffRequest) -> HttpResponse:
    street_id = request.POST.get("street_id", "")
    house = request.POST.get("house", "")
    known = street_id.isdecimal() and house.strip()
    points = addresses.find_points(int(street_id), house, 8) if known else []
    return render(request, "recipients/_houses.html", {"points": points})
