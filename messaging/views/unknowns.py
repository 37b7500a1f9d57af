"""From the list of deliveries of which nobody knows to what staff decide about many at once."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from admin_module import audit
from admin_module.audit import about
from admin_module.http import StaffRequest, staff_may
from messaging.forms.unknowns import DecisionForm, new_key
from messaging.models import Delivery
from messaging.trace import unknowns
from messaging.views.deliveries import in_words, name_of
from recipients.models import CONTACT_KINDS

PAGE = 50


@staff_may("messaging.send_message")
@require_GET
def unknown_list(request: StaffRequest) -> HttpResponse:
    """Unknown deliveries of all messages, by message and channel, then one by one."""
    message, kind = request.GET.get("wiadomosc", ""), request.GET.get("kanal", "")
    context = _context(request, int(message) if message.isdigit() else 0, kind)
    return render(request, "messaging/progress/unknown_list.html", context)


def _context(request: StaffRequest, message: int, kind: str, last: str = "") -> dict[str, Any]:
    kind = kind if kind in CONTACT_KINDS else ""
    found = unknowns.narrowed(unknowns.waiting(request.user), message, kind)
    after = request.GET.get("po", "")
    rows = found.filter(pk__gt=int(after)) if after.isdigit() else found
    page = list(rows.select_related("recipient", "message").order_by("pk")[: PAGE + 1])
    shown = page[:PAGE]
    names_shown = request.user.has_perm("recipients.view_recipient")
    _record(request, shown, names_shown=names_shown)
    return {
        "groups": unknowns.groups(request.user),
        "rows": [(one, name_of(one.recipient, request.user), in_words(one)) for one in shown],
        "number": found.count(),
        "message": message,
        "kind": kind,
        "next": shown[-1].pk if len(page) > PAGE else "",
        "first_page": not after,
        "names_shown": names_shown,
        "form_key": new_key(),
    }


def _record(request: StaffRequest, shown: list[Delivery], *, names_shown: bool) -> None:
    """Names on a list are personal data that somebody read."""
    if names_shown and shown:
        people = [one.recipient_id for one in shown]
        detail: dict[str, object] = {"people": len(people), about.LIST: people}
        audit.record("delivery.listed", "messaging.delivery", by=request.user, detail=detail)


@staff_may("messaging.send_message")
@require_POST
def unknown_settle(request: StaffRequest) -> HttpResponse:
    """Order the decision; sending again first says how many may get it twice, and asks."""
    form = DecisionForm(request.POST, by=request.user)
    good = form.is_valid()
    again = form.cleaned_data.get("decision") == unknowns.AGAIN
    if good and (form.confirmed or not again):
        return redirect("job", form.order().pk)
    if again and hasattr(form, "number_of_people") and form.number_of_people:
        status = 422 if form.confirmed else 200
        return render(request, "messaging/progress/unknown_again.html", _asked(form), status=status)
    data = form.cleaned_data
    context = _context(request, data.get("message") or 0, data.get("channel") or "")
    return render(
        request, "messaging/progress/unknown_list.html", context | {"form": form}, status=422
    )


def _asked(form: DecisionForm) -> dict[str, Any]:
    chosen = form.chosen().order_by().values_list("message", "channel").distinct()
    too_late = [one for one in unknowns.groups(form.by) if not one.may_go]
    late = {(one.message.pk, one.channel) for one in too_late}
    return {
        "form": form,
        "number": form.number_of_people,
        "some_late": any(tuple(pair) in late for pair in chosen),
        "sms": any(channel == "sms" for _message, channel in chosen),
    }
