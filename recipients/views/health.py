"""From addresses that messages come back from to what staff do about them."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from icp import csv_files
from icp.rate_limits import limited
from recipients.contacts import address_health
from recipients.contacts.address_health import Why
from recipients.models import HELD_KINDS, ContactPoint, Recipient, SuppressedAddress, living

PER_PAGE = 50
Reason = SuppressedAddress.Reason
Held = QuerySet[SuppressedAddress]


class LiftForm(forms.Form):
    """Why messages may go there again."""

    why = forms.ChoiceField(
        label=gettext_lazy("Why may messages go there again?"),
        choices=Why.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a reason.")},
    )


@staff_may("recipients.view_suppressedaddress")
@require_GET
def suppressed_list(request: StaffRequest) -> HttpResponse:
    """Held addresses, the newest first; the addresses themselves stand on the cards."""
    rows = _chosen(request)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return _page(request, list(page.object_list), {"page_obj": page})


def _chosen(request: StaffRequest) -> Held:
    rows = address_health.seen_by(request.user).order_by("-since", "-pk")
    reason, kind = request.GET.get("powod", ""), request.GET.get("kanal", "")
    if reason in Reason.values:
        rows = rows.filter(reason=reason)
    return rows.filter(kind=kind) if kind in HELD_KINDS else rows


def _page(
    request: StaffRequest, rows: Sequence[SuppressedAddress], more: dict[str, Any]
) -> HttpResponse:
    held = [(row, _people(row, request)) for row in rows]
    seen = sorted({person.pk for _row, people in held for person in people})
    if seen:
        detail: dict[str, object] = {"recipients": seen}
        audit.record("recipient.listed", "recipients.recipient", by=request.user, detail=detail)
    context = {
        "rows": held,
        "reasons": Reason.choices,
        "reason": request.GET.get("powod", ""),
        "kinds": HELD_KINDS,
        "kind": request.GET.get("kanal", ""),
        **more,
    }
    return render(request, "recipients/contacts/suppressed_list.html", context)


def _people(row: SuppressedAddress, request: StaffRequest) -> list[Recipient]:
    return list(living(request.user).filter(pk__in=address_health.holders(row)).order_by("pk"))


@staff_may("recipients.view_suppressedaddress")
@require_POST
@limited("search")
def suppressed_find(request: StaffRequest) -> HttpResponse:
    """One address by its exact value, which stands in the body of the request and nowhere else."""
    rows = list(address_health.by_value(request.POST.get("q", "")))
    mine = [row for row in rows if not row.held or _people(row, request)]
    detail: dict[str, object] = {"understood": "address", "found": len(mine)}
    audit.record("recipient.searched", "recipients.recipient", by=request.user, detail=detail)
    return _page(request, mine, {"searched": True})


@staff_may("recipients.view_suppressedaddress")
@require_GET
@limited("export")
def suppressed_export(request: StaffRequest) -> StreamingHttpResponse:
    """The list as a file without addresses and names: reasons, codes, days, how many people."""
    audit.record("address.exported", "recipients.suppressedaddress", by=request.user)
    head = [_("number"), _("channel"), _("reason"), _("code"), _("since"), _("until"), _("people")]
    name = f"adresy-wstrzymane-{timezone.localdate().isoformat()}.csv"
    return csv_files.download(name, head, _lines(_chosen(request)))


def _lines(rows: Held) -> Iterator[Sequence[object]]:
    for row in rows.iterator(chunk_size=500):
        until = timezone.localdate(row.until).isoformat() if row.until else ""
        since = timezone.localdate(row.since).isoformat()
        people = len(address_health.holders(row))
        yield row.pk, row.kind, row.get_reason_display(), row.code, since, until, people


@staff_may("recipients.change_recipient")
@require_POST
def address_ask(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    """Write to the person by their other addresses and ask for a new one."""
    point = _point(request, pk, kind)
    if address_health.ask(point, by=request.user):
        messages.success(request, _("The person was asked for a new address by the other ways."))
    else:
        messages.warning(
            request, _("No other address of this person works. Call, or write a letter on paper.")
        )
    return redirect("recipient-card", pk)


@staff_may("recipients.lift_suppression")
@require_http_methods(["GET", "POST"])
def address_lift(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    """Let messages go there again, with a reason that stays in the log."""
    point = _point(request, pk, kind)
    row = address_health.of(point).row
    if row is None:
        raise Http404
    form = LiftForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        why = Why(form.cleaned_data["why"])
        if address_health.lift(row, by=request.user, reason=why):
            messages.success(request, _("Messages go to this address again."))
        else:
            messages.info(request, _("Nothing held this address any more."))
        return redirect("recipient-card", pk)
    context = {"recipient": point.recipient, "row": row, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "recipients/contacts/address_lift.html", context, status=status)


def _point(request: StaffRequest, pk: int, kind: str) -> ContactPoint:
    person = get_object_or_404(living(request.user), pk=pk)
    return get_object_or_404(person.contact_points.filter(kind__in=HELD_KINDS), kind=kind)
